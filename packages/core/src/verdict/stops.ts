/** What rules look for in how a transaction ended, beside the reason that its stop gives. */

import { type Session, STOP_ANSWERED } from '../session/session.ts';
import { factsOf } from './charging.ts';
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

export function stopUnanswered({ stop, stopAnswer, marks, heard, answers }: Session): Sighting | null {
  if (stop === null || stopAnswer !== null || !answers.csms) return null;
  const stops = marks.filter(({ role }) => role === 'stop');
  const last = stops.at(-1) ?? stop;
  return heard - last.at > ANSWER_MS ? { facts: {}, evidence: evidenceOf(stop, ...stops) } : null;
}
