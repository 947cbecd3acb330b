/** What rules look for in how a transaction ended, beside the reason that its stop gives. */

import { LEAST_SKEW_MS } from '../session/clock.ts';
import { type Session, STOP_ANSWERED } from '../session/session.ts';
import { factsOf, stoppedFor } from './charging.ts';
import { evidenceOf } from './evidence.ts';
import type { Sighting } from './rule.ts';

/** For the CSMS to answer a stop, or for the station to send it again. ms. */
const ANSWER_MS = 3 * 60_000;

/** Whatever the station sent of it, no stop of it was answered but by an error. */
export function stopFailed(session: Session): Sighting | null {
  const { stopAnswer, marks, stop } = session;
  if (stopAnswer === null || stopAnswer === STOP_ANSWERED) return null;
  const stops = marks.filter(({ role }) => role === 'stop');
  return { facts: { ...factsOf(session), error: stopAnswer }, evidence: evidenceOf(stop, ...stops) };
}

const RESET_REASONS = ['Reboot', 'HardReset', 'SoftReset', 'ImmediateReset'];
/** For a station to end what runs, and to begin its reset. ms. */
const RESET_MS = 5 * 60_000;

/** `asked`: whether the log holds the Reset of the CSMS that it stopped for. */
export function stoppedByReset(session: Session, asked: boolean): Sighting | null {
  const stopped = stoppedFor(session, RESET_REASONS);
  const at = session.stoppedAt ?? session.stop?.at ?? 0;
  // The time of a stop that is told late is the station's own, of a clock that may be off that much.
  const until = Math.min(at + LEAST_SKEW_MS, session.stop?.at ?? at);
  const reset = session.resets.findLast((told) => told.at <= until && at - told.at <= RESET_MS);
  if (stopped === null || (reset !== undefined) !== asked) return null;
  if (reset === undefined) return stopped;
  const { entry, type } = reset;
  return {
    facts: stopped.facts,
    evidence: [{ entry, at: reset.at, what: `Reset ${type}`.trim() }, ...stopped.evidence],
  };
}

export function stopUnanswered({ stop, stopAnswer, marks, heard, answers }: Session): Sighting | null {
  if (stop === null || stopAnswer !== null || !answers.csms) return null;
  const stops = marks.filter(({ role }) => role === 'stop');
  const last = stops.at(-1) ?? stop;
  return heard - last.at > ANSWER_MS ? { facts: {}, evidence: evidenceOf(stop, ...stops) } : null;
}
