/** What rules look for in calls, answers and connections. */

import type { Direction } from '../frame.ts';
import type { SeenEntry } from '../session/seen.ts';
import { answeredStatus } from '../session/told.ts';
import type { Watch } from './rule.ts';
import { Tally } from './tally.ts';
import { spanText } from './words.ts';

export const SLOW_MS = 10_000;
/** What was called so shortly before the log ends may have been answered behind its end. */
const AT_END_MS = 60_000;
const PENDING_MAX = 200;
const UNANSWERED = new Set(['timeout', 'unanswered', 'pending']);

/** `way`: of the calls. */
export function slow(way: Direction): Watch {
  const tally = new Tally();
  let longest = 0;
  return {
    see(entry) {
      const { direction, latencyMs, action } = entry;
      if (direction !== way || latencyMs === null || latencyMs <= SLOW_MS) return;
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
  let answers = 0;
  return {
    see(entry) {
      while (late[0] !== undefined && entry.at - late[0].at > AT_END_MS) {
        const one = late.shift();
        if (one !== undefined) tally.add(one, one.action ?? '');
      }
      if (entry.kind !== 'exchange' || entry.direction !== way) return;
      if (entry.answer !== null || entry.errorCode !== null) answers += 1;
      else if (UNANSWERED.has(entry.outcome ?? '') && late.length < PENDING_MAX) late.push(entry);
    },
    end: () => (tally.count >= least && answers > 0 ? [tally.sighting()] : []),
  };
}

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

const UNLOCK_FAILED = new Set(['UnlockFailed', 'NotSupported', 'UnknownConnector']);

export function unlockFailed({ action, answer }: SeenEntry): string | null {
  const status = action === 'UnlockConnector' ? answeredStatus(answer) : null;
  return status !== null && UNLOCK_FAILED.has(status) ? status : null;
}
