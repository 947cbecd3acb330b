/** An entry as sessions and rules see it: what was said, with its payloads read. Nothing here is stored. */

import { payloadsOf } from '../derive.ts';
import type { Entry, EntryEvent, Kind, Outcome } from '../entry.ts';
import type { Fields } from '../fields.ts';
import type { Finding } from '../finding.ts';
import type { Direction, OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';

export interface SeenEntry {
  /** Entry id as text. Of a file that was never imported: made so that the order of ids is that of the log. */
  readonly id: string;
  /** ms since 1970, by the capturing side's clock. */
  readonly at: number;
  readonly charger: string;
  readonly kind: Kind;
  readonly connection: string | null;
  readonly direction: Direction | null;
  readonly version: OcppVersion | null;
  readonly messageId: string | null;
  readonly action: string | null;
  readonly outcome: Outcome | null;
  /** {} where there is none. Of an orphan: what it answers. */
  readonly call: JsonObject;
  /** Payload of the CALLRESULT; null where none came. */
  readonly answer: JsonObject | null;
  readonly errorCode: string | null;
  readonly errorDescription: string | null;
  /** From call to answer, ms; null where it is unknown. */
  readonly latencyMs: number | null;
  /** ms since 1970. */
  readonly answeredAt: number | null;
  readonly event: EntryEvent | null;
  readonly fields: Fields;
  readonly findings: readonly Finding[];
}

/** `entry` with its fields derived, as stores give it. */
export function seenOf(id: string, entry: Entry): SeenEntry {
  const said = entry.kind === 'exchange' || entry.kind === 'orphan';
  const { call, answer } = said ? payloadsOf(entry) : { call: {}, answer: null };
  return {
    id,
    at: entry.at,
    charger: entry.charger,
    kind: entry.kind,
    connection: entry.connection,
    direction: entry.direction,
    version: entry.version,
    messageId: entry.messageId,
    action: entry.action,
    outcome: entry.outcome,
    call,
    answer,
    errorCode: entry.error?.code ?? null,
    errorDescription: entry.error?.description ?? null,
    latencyMs: entry.latency === null ? null : entry.latency / 1000,
    answeredAt: entry.answeredAt,
    event: entry.event,
    fields: entry.fields,
    findings: entry.findings,
  };
}

/** By time, then by id. Ids are whole numbers as text. */
export function inOrder(a: Pick<SeenEntry, 'at' | 'id'>, b: Pick<SeenEntry, 'at' | 'id'>): number {
  return a.at - b.at || a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
