/** What rules look for in what was said before a session: reservations, and refusals of its card. */

import type { Session } from '../session/session.ts';
import { isAttempt, lapsed } from './attempts.ts';
import { evidenceOf } from './evidence.ts';
import type { Evidence, Sighting } from './rule.ts';
import { momentText, spanText } from './words.ts';

function askedOf({ authorisations, remoteStarts }: Session): boolean {
  return authorisations.length + remoteStarts.length > 0;
}

function reserved({ reservation }: Session): readonly Evidence[] {
  if (reservation === null) return [];
  const { entry, at, status } = reservation;
  return [{ entry, at, what: `ReserveNow ${status}` }];
}

/** Of another card, and the station says so. */
export function reservedForOther(session: Session): Sighting | null {
  const { reservation, statusBefore, remoteStarts, to } = session;
  if (!isAttempt(session) || reservation?.kind !== 'other' || statusBefore !== 'Reserved') return null;
  if (!askedOf(session) || !lapsed(session, to)) return null;
  const { until } = reservation;
  const last = remoteStarts.at(-1);
  const no = last?.status !== null && last?.status !== undefined && last.status !== 'Accepted';
  return {
    facts: {
      until: until === null ? '' : ` until ${momentText(until)}`,
      refused: no ? `, and it refused the remote start (${last.status})` : '',
    },
    evidence: [...reserved(session), ...evidenceOf(session.marks[0], last?.mark)],
  };
}

/** Its card was to have a place here, and got none. */
export function reservationRefused(session: Session): Sighting | null {
  const { reservation, from, to } = session;
  if (!isAttempt(session) || reservation?.kind !== 'refused') return null;
  if (!askedOf(session) || !lapsed(session, to)) return null;
  const { status, at } = reservation;
  return {
    facts: { status, ago: spanText(from - at) },
    evidence: [...reserved(session), ...evidenceOf(session.marks[0])],
  };
}

/** The same card shortly before, and what came of it this time. */
export function refusedBefore(session: Session): Sighting | null {
  const { refusedBefore: before, authorisations, from } = session;
  const last = authorisations.findLast(({ status }) => status !== null);
  if (before === null || last === undefined) return null;
  const now = last.status === 'Accepted' ? 'this time it was accepted' : `this time, too (${last.status})`;
  const { entry, at, action, status } = before;
  return {
    facts: { status, now, ago: spanText(from - at) },
    evidence: [{ entry, at, what: `${action} ${status}` }, ...evidenceOf(last.mark)],
  };
}
