/** What happened in a session, one row each: its entries, and what befell the whole station meanwhile. */

import type { EntryRole } from '@ocpp-logs/core';
import { countText } from '../ui/count-text.ts';
import { lastedText } from './quantity-text.ts';
import type { InterruptionBody, MarkBody, SessionBody } from './session-answers.ts';

export type Tone = 'bad' | 'good' | 'plain' | 'station';

export interface TimelineRow {
  readonly kind: 'row';
  /** ms since 1970. */
  readonly at: number;
  readonly entry: string;
  readonly what: string;
  /** The word that matters; '' where there is none. */
  readonly word: string;
  /** What else is known of it; '' where nothing is. */
  readonly more: string;
  readonly tone: Tone;
  /** Whether the verdict, or what else was seen, follows from it. */
  readonly proof: boolean;
  /** Whether it is no message. */
  readonly event: boolean;
}

export interface TimelineGroup {
  readonly kind: 'group';
  readonly what: string;
  readonly rows: readonly TimelineRow[];
}

const ROLES: Readonly<Record<EntryRole, string>> = {
  status: 'Connector',
  authorisation: 'Card',
  remote_start: 'Remote start',
  start: 'Transaction starts',
  update: 'Transaction goes on',
  meter: 'Meter values',
  limit: 'Limit set',
  cost: 'Cost told',
  remote_stop: 'Remote stop',
  unlock: 'Unlock',
  stop: 'Transaction ends',
};

/** Of cards, connectors and answers; that of a stop is its reason. */
const BAD: ReadonlySet<string> = new Set([
  'Faulted',
  'Invalid',
  'Expired',
  'Blocked',
  'ConcurrentTx',
  'NoCredit',
  'NotAllowedTypeEVSE',
  'NotAtThisLocation',
  'NotAtThisTime',
  'Unknown',
  'Rejected',
  'NotSupported',
  'UnlockFailed',
  'OngoingAuthorizedTransaction',
  'UnknownConnector',
  'PowerLoss',
  'EmergencyStop',
  'DeAuthorized',
  'Reboot',
  'HardReset',
  'SoftReset',
  'ImmediateReset',
  'GroundFault',
  'OvercurrentFault',
]);
const GOOD: ReadonlySet<string> = new Set(['Accepted', 'Charging']);
/** So many alike in a row stand as one. */
const ALIKE = 3;
const FOLDED: ReadonlySet<EntryRole> = new Set(['meter', 'update', 'cost']);

export function timelineOf(session: SessionBody): readonly (TimelineRow | TimelineGroup)[] {
  const proofs = new Set(
    [session.verdict, ...session.verdict.also].flatMap(({ evidence }) =>
      evidence.map((each) => each.entry_id),
    ),
  );
  const details = detailsOf(session);
  const found: { readonly row: TimelineRow; readonly alike: string | null }[] = [
    ...session.marks.map((mark) => ({
      row: rowOf(mark, details.get(mark.entry_id) ?? '', proofs),
      alike: FOLDED.has(mark.role) ? `${mark.role} ${mark.word}` : null,
    })),
    ...session.interruptions.map((each) => ({ row: rowOfStation(each, proofs), alike: null })),
  ].sort((a, b) => a.row.at - b.row.at);
  const rows: (TimelineRow | TimelineGroup)[] = [];
  for (let at = 0; at < found.length; ) {
    const first = found[at];
    if (first === undefined) break;
    let end = at + 1;
    // What proves something stands by itself.
    if (first.alike !== null && !first.row.proof) {
      while (found[end]?.alike === first.alike && found[end]?.row.proof === false) end += 1;
    }
    const run = found.slice(at, end).map(({ row }) => row);
    if (run.length < ALIKE) rows.push(...run);
    else rows.push({ kind: 'group', what: first.row.what, rows: run });
    at = end;
  }
  return rows;
}

function rowOf(mark: MarkBody, more: string, proofs: ReadonlySet<string>): TimelineRow {
  const { entry_id: entry, time, role, word } = mark;
  return {
    kind: 'row',
    at: Date.parse(time),
    entry,
    what: ROLES[role],
    word: role === 'authorisation' && word === '' ? 'no answer' : word,
    more,
    tone: BAD.has(word) ? 'bad' : GOOD.has(word) ? 'good' : 'plain',
    proof: proofs.has(entry),
    event: false,
  };
}

function rowOfStation(told: InterruptionBody, proofs: ReadonlySet<string>): TimelineRow {
  const at = Date.parse(told.time);
  const boot = told.kind === 'boot';
  const until =
    told.until === null ? 'not back since' : `back after ${lastedText(Date.parse(told.until) - at)}`;
  return {
    kind: 'row',
    at,
    entry: told.entry_id,
    what: boot ? 'Station boots' : 'Connection lost',
    word: '',
    more: boot ? '' : until,
    tone: 'station',
    proof: proofs.has(told.entry_id),
    event: !boot,
  };
}

const joined = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(', ');

/** By entry: what stands beside its word. */
function detailsOf(session: SessionBody): ReadonlyMap<string, string> {
  const { series, meter_start: first, meter_stop: last } = session;
  const details = new Map<string, string>();
  for (const { entry_id: entry, error_code, vendor_error_code, info } of series.status) {
    details.set(entry, joined(error_code, vendor_error_code, info));
  }
  for (const { entry_id: entry, id_tag: tag } of [...series.authorisation, ...series.remote_start]) {
    details.set(entry, joined(tag));
  }
  for (const { entry_id: entry, purpose } of series.profiles) details.set(entry, joined(purpose));
  for (const register of [first, last]) {
    if (register !== null) details.set(register.entry_id, `register ${register.text}`);
  }
  if (session.seq_missing.length > 0) {
    const stop = series.transaction.findLast(({ role }) => role === 'stop');
    const missing = countText(session.seq_missing.length, 'event');
    if (stop !== undefined) {
      details.set(stop.entry_id, joined(details.get(stop.entry_id) ?? null, `${missing} before it missing`));
    }
  }
  return details;
}
