/** What rules look for in BootNotifications: missing, not accepted, ignored, again and again, late, never answered. */

import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, textIn, withReason } from '../session/told.ts';
import { evidenceOfEntry } from './evidence.ts';
import { AT_END_MS, isUp, SLOW_MS, UNANSWERED, wasAnswered } from './exchanges.ts';
import type { Evidence, Watch } from './rule.ts';
import { Tally } from './tally.ts';
import { spanText, timesText } from './words.ts';

/** So many calls without a BootNotification, on the first connection that the log knows from its beginning. */
const CALLS_BEFORE_BOOT = 5;

export function noBoot(): Watch {
  const tally = new Tally();
  let state: 'unknown' | 'opened' | 'told' = 'unknown';
  let first = true;
  return {
    see(entry) {
      if (first && entry.kind === 'connection' && entry.event?.event === 'accepted') state = 'opened';
      first = false;
      if (entry.kind === 'connection' && entry.event?.event === 'closed') state = 'told';
      if (state !== 'opened' || !isUp(entry)) return;
      if (entry.action === 'BootNotification') state = 'told';
      else if (tally.count < CALLS_BEFORE_BOOT) tally.add(entry, entry.action ?? '');
    },
    end: () => (state === 'opened' && tally.count >= CALLS_BEFORE_BOOT ? [tally.sighting()] : []),
  };
}

const ASKED_MS = 60_000;
/** For a station that is reset to end what runs, and to be back. */
const RESET_MS = 300_000;
/** OCPP 2.x says so itself. */
const ASKED_REASONS = ['Triggered', 'RemoteReset'];

/** Boots that were accepted; not those that the CSMS asked for, of which each Reset is one. */
export function acceptedBoots(): (entry: SeenEntry) => string | null {
  let asked = Number.NEGATIVE_INFINITY;
  let reset = Number.NEGATIVE_INFINITY;
  return (entry) => {
    const { action, call, answer, at } = entry;
    if (action?.endsWith('TriggerMessage') && textIn(call, 'requestedMessage') === 'BootNotification')
      asked = at;
    if (action === 'Reset' && answeredStatus(answer) === 'Accepted') reset = at;
    if (action !== 'BootNotification' || !isUp(entry) || answeredStatus(answer) !== 'Accepted') return null;
    const wasReset = at - reset <= RESET_MS;
    reset = Number.NEGATIVE_INFINITY;
    const isAsked =
      wasReset || at - asked <= ASKED_MS || ASKED_REASONS.includes(textIn(call, 'reason') ?? '');
    return isAsked ? null : 'BootNotification';
  };
}

/** Boots that were not accepted, unless one was later. */
export function bootNotAccepted(): Watch {
  let tally = new Tally();
  return {
    see(entry) {
      if (entry.action !== 'BootNotification' || !isUp(entry)) return;
      const status = answeredStatus(entry.answer);
      if (status === 'Accepted') tally = new Tally();
      else if (status !== null) tally.add(entry, withReason(status, entry.answer));
    },
    end: () => (tally.count > 0 ? [tally.sighting()] : []),
  };
}

/** After Rejected a station sends nothing but boots, after Pending only what it is asked for. */
export function bootIgnored(): Watch {
  const tally = new Tally();
  let status: string | null = null;
  let asked = false;
  return {
    see(entry) {
      if (entry.kind !== 'exchange') return;
      if (!isUp(entry)) {
        asked ||= status === 'Pending';
        return;
      }
      if (entry.action === 'BootNotification') {
        status = answeredStatus(entry.answer);
        asked = false;
        return;
      }
      // What was on its way already is not ignored.
      if ((status === 'Rejected' || (status === 'Pending' && !asked)) && entry.outcome !== 'resent') {
        tally.add(entry, entry.action ?? '');
      }
    },
    end: () => (tally.count >= 2 ? [tally.sighting()] : []),
  };
}

/** A boot that is asked again so soon, or with nothing else said in between, is the same one. ms. */
const AGAIN_MS = 600_000;
/** Asked so shortly before the connection ends, its answer may have been on its way. ms. */
const LOST_MS = 10_000;
/** Other outcomes of a call without an answer that the station asked again for. */
const ASKED_AGAIN = new Set(['resent', 'replaced']);
const PROOFS_MAX = 10;

/** Boots that were not answered in time, or only when the station had asked again. */
export function bootLate(): Watch {
  const proofs: Evidence[] = [];
  let asked: SeenEntry[] = [];
  let [times, most, longest, spoke] = [0, 1, 0, false];
  return {
    see(entry) {
      asked = stillAsked(asked, entry);
      if (!isUp(entry)) return;
      if (entry.action !== 'BootNotification') {
        spoke = true;
        return;
      }
      const before = asked.at(-1);
      if (before !== undefined && spoke && entry.at - before.at > AGAIN_MS) asked = [];
      spoke = false;
      const { latencyMs, answeredAt, at, errorCode } = entry;
      if (!wasAnswered(entry)) {
        if (isUnanswered(entry) && asked.length < PROOFS_MAX) asked.push(entry);
        return;
      }
      const boots = [...asked, entry];
      const span = (answeredAt ?? at + (latencyMs ?? 0)) - (asked[0]?.at ?? at);
      asked = [];
      if (errorCode !== null || (boots.length === 1 && (latencyMs ?? 0) <= SLOW_MS)) return;
      times += 1;
      most = Math.max(most, boots.length);
      longest = Math.max(longest, span);
      proofs.push(...boots.slice(0, PROOFS_MAX - proofs.length).map(evidenceOfEntry));
    },
    end() {
      if (times === 0) return [];
      const again = most > 1 ? `, when it had asked ${timesText(most)}` : '';
      return [{ facts: { longest: spanText(longest), again }, evidence: proofs, times }];
    },
  };
}

/** So many in a row, with nothing else said, are proof enough in a log that holds no answer of the CSMS. */
const ALONE_LEAST = 3;

/** Boots that nobody answered, and none that was later. */
export function bootUnanswered(): Watch {
  let asked: SeenEntry[] = [];
  let [held, row, heard] = [false, 0, Number.NEGATIVE_INFINITY];
  return {
    see(entry) {
      heard = Math.max(heard, entry.at);
      asked = stillAsked(asked, entry);
      if (!isUp(entry)) return;
      const answered = wasAnswered(entry);
      held ||= answered;
      if (entry.action !== 'BootNotification') row = 0;
      else if (answered) asked = [];
      else if (isUnanswered(entry)) {
        row += 1;
        if (asked.length < ASKED_MAX) asked.push(entry);
      }
    },
    end() {
      const tally = new Tally();
      for (const entry of asked) if (heard - entry.at > AT_END_MS) tally.add(entry);
      const told = tally.count > 0 && (held || row >= ALONE_LEAST);
      return told ? [tally.sighting({ times: timesText(tally.count) })] : [];
    },
  };
}
const ASKED_MAX = 1_000;

function isUnanswered({ outcome }: SeenEntry): boolean {
  return UNANSWERED.has(outcome ?? '') || ASKED_AGAIN.has(outcome ?? '');
}

/** Without those whose answer went with the connection; of what came in a gap nobody knows. */
function stillAsked(asked: SeenEntry[], { kind, event, at }: SeenEntry): SeenEntry[] {
  if (kind === 'gap') return [];
  if (kind !== 'connection' || event?.event !== 'closed') return asked;
  return asked.filter((boot) => at - boot.at >= LOST_MS);
}
