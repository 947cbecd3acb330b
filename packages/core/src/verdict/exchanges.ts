/** What rules look for in calls, answers and connections. */

import type { Direction } from '../frame.ts';
import { transactionOf } from '../session/scene.ts';
import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus, numberIn, objectIn, textIn, withReason } from '../session/told.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';
import { spanText } from './words.ts';

export const SLOW_MS = 10_000;
/** What was called so shortly before the log ends may have been answered behind its end. */
export const AT_END_MS = 60_000;
const PENDING_MAX = 200;
/** So many without any answer at all are no chance. */
const NEVER_LEAST = 3;
export const UNANSWERED = new Set(['timeout', 'unanswered', 'pending']);

export const isUp = ({ kind, direction }: SeenEntry) =>
  kind === 'exchange' && direction === 'station_to_csms';

/** By a result or an error. Of heartbeats the payload may have been left out. */
export function wasAnswered({ answer, errorCode, outcome }: SeenEntry): boolean {
  return answer !== null || errorCode !== null || outcome === 'answered';
}

/** Of which rules of their own tell. */
const TOLD_APART = new Set(['BootNotification']);

/** `way`: of the calls. */
export function slow(way: Direction): Watch {
  const tally = new Tally();
  let longest = 0;
  return {
    see(entry) {
      const { direction, latencyMs, action } = entry;
      if (direction !== way || latencyMs === null || latencyMs <= SLOW_MS) return;
      if (TOLD_APART.has(action ?? '')) return;
      tally.add(entry, action ?? '');
      longest = Math.max(longest, latencyMs);
    },
    end: () => (tally.count > 0 ? [tally.sighting({ longest: spanText(longest) })] : []),
  };
}

/** Calls that ended without an answer, in a log that does hold answers of that side. */
export function unanswered(way: Direction, least: number): Watch {
  const tally = new Tally();
  const late: SeenEntry[] = [];
  let [answers, others] = [0, 0];
  return {
    see(entry) {
      while (late[0] !== undefined && entry.at - late[0].at > AT_END_MS) {
        const one = late.shift();
        if (one !== undefined) tally.add(one, one.action ?? '');
      }
      if (entry.kind !== 'exchange') return;
      const answered = wasAnswered(entry);
      if (entry.direction !== way) {
        if (answered) others += 1;
        return;
      }
      if (answered) answers += 1;
      else if (TOLD_APART.has(entry.action ?? '')) return;
      else if (UNANSWERED.has(entry.outcome ?? '') && late.length < PENDING_MAX) late.push(entry);
    },
    end() {
      // Of stations a log that holds the answers of the CSMS is likely to hold theirs; those of a CSMS are left out as noise.
      const never = way === 'csms_to_station' && others > 0 && tally.count >= NEVER_LEAST;
      const held = answers > 0 || never;
      return tally.count >= least && held ? [tally.sighting()] : [];
    },
  };
}

/** Of a remote stop that was refused, for a transaction of which nobody else tells: those are of no session. */
export function stopsRefused(): Watch {
  const known = new Set<string>();
  const refused: { readonly entry: SeenEntry; readonly transaction: string }[] = [];
  return {
    see(entry) {
      if (entry.kind !== 'exchange') return;
      const transaction = transactionOf(entry);
      if (transaction === null) return;
      // A CSMS may name any.
      if (entry.action === 'SetChargingProfile') return;
      if (!STOPS.has(entry.action ?? '')) {
        if (known.size < TRANSACTIONS_MAX) known.add(transaction);
      } else if (answeredStatus(entry.answer) === 'Rejected' && refused.length < PENDING_MAX) {
        refused.push({ entry, transaction });
      }
    },
    end() {
      const tally = new Tally();
      for (const { entry, transaction } of refused)
        if (!known.has(transaction)) tally.add(entry, withReason(transaction, entry.answer));
      return tally.count > 0 ? [tally.sighting()] : [];
    },
  };
}
const STOPS = new Set(['RemoteStopTransaction', 'RequestStopTransaction']);
const TRANSACTIONS_MAX = 10_000;

/** A profile for the whole station that was not taken: it is of no session. */
export function stationProfileRefused({ action, call, answer, kind, errorCode }: SeenEntry): string | null {
  if (kind !== 'exchange' || action !== 'SetChargingProfile') return null;
  const status = answeredStatus(answer) ?? errorCode;
  if (status === null || status === 'Accepted') return null;
  if ((numberIn(call, 'connectorId') ?? numberIn(call, 'evseId')) !== 0) return null;
  const profile = objectIn(call, 'csChargingProfiles') ?? objectIn(call, 'chargingProfile');
  const purpose = textIn(profile, 'chargingProfilePurpose') ?? 'profile';
  return withReason(`${purpose} ${status}`, answer);
}

/** An error that says that the call could not be read, or broke the one who read it; none that says it is not known. */
export function unread({ errorCode, action, kind }: SeenEntry): string | null {
  if (kind !== 'exchange' || errorCode === null || NOT_KNOWN.has(errorCode)) return null;
  if (UPDATES.has(action ?? '')) return null;
  return `${action} ${errorCode}`;
}
const NOT_KNOWN = new Set(['NotImplemented', 'NotSupported']);
/** Of firmware: that they were refused is told by itself. */
const UPDATES = new Set(['UpdateFirmware', 'SignedUpdateFirmware']);

/** Code and action of what was answered by an error. */
export function callError({ errorCode, action, kind }: SeenEntry): string | null {
  return kind === 'exchange' && errorCode !== null ? `${action} ${errorCode}` : null;
}

export function opened({ kind, event }: SeenEntry): string | null {
  return kind === 'connection' && event?.event === 'accepted' ? 'opened' : null;
}

export function refusedUpgrade({ kind, event }: SeenEntry): string | null {
  if (kind !== 'connection' || event?.event !== 'refused') return null;
  return event.reason ?? `status ${event.status ?? 'unknown'}`;
}

/** NotSupported and UnknownConnector say that there is no lock, and so none that failed. */
export function unlockFailed({ action, answer }: SeenEntry): string | null {
  const status = action === 'UnlockConnector' ? answeredStatus(answer) : null;
  return status === 'UnlockFailed' ? withReason(status, answer) : null;
}

const COMMANDS = ['Reset', 'ChangeAvailability'];

/** What the CSMS told a station to be, and it is not. */
export function commandRefused({ kind, action, answer, call }: SeenEntry): string | null {
  if (kind !== 'exchange' || !COMMANDS.includes(action ?? '')) return null;
  if (answeredStatus(answer) !== 'Rejected') return null;
  const what = textIn(call, 'type') ?? textIn(call, 'operationalStatus');
  return withReason(`${action}${what === null ? '' : ` ${what}`} Rejected`, answer);
}
