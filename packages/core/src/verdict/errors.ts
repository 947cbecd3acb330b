/** What rules look for in the error codes of statuses other than Faulted. OCPP 1.6 7.6: any status may bear one. */

import type { Session, StatusMark } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { isAttempt, lapsed, saidOf } from './attempts.ts';
import { emergencyStop, factsOf, faultedCharging, noEnergy } from './charging.ts';
import { evidenceOf } from './evidence.ts';
import type { Facts, Sighting } from './rule.ts';

/** Of the modem and of the list of cards: it charges all the same. */
const HARMLESS = ['WeakSignal', 'LocalListConflict'];

function hinders({ status, errorCode }: StatusMark): boolean {
  const kind = statusKind(status);
  return errorCode !== null && !HARMLESS.includes(errorCode) && kind !== 'faulted' && kind !== 'free';
}

/** Those that no later status without one takes back. */
function lasting(statuses: readonly StatusMark[]): readonly StatusMark[] {
  const well = statuses.findLastIndex(
    ({ status, errorCode }) =>
      errorCode === null && ['plugged', 'charging'].includes(statusKind(status) ?? ''),
  );
  return statuses.slice(well + 1).filter(hinders);
}

function within({ statuses, start, stop, from }: Session): readonly StatusMark[] {
  const [first, last] = [start?.at ?? from, stop?.at ?? Number.POSITIVE_INFINITY];
  return statuses.filter(({ mark }) => mark.at >= first && mark.at <= last);
}

function errorFacts({ errorCode, status, ...said }: StatusMark): Facts {
  const more = saidOf(said);
  return { error: errorCode ?? status, more: more === '' ? '' : ` (${more})` };
}

export function erroredAttempt(session: Session): Sighting | null {
  const errors = isAttempt(session) ? lasting(session.statuses) : [];
  const last = errors.at(-1);
  if (last === undefined || !lapsed(session, last.mark.at)) return null;
  return { facts: errorFacts(last), evidence: evidenceOf(...errors.map(({ mark }) => mark)) };
}

/** A stop for which the station has no word. */
export function stoppedByError(session: Session): Sighting | null {
  const errors = session.stopReason === 'Other' && !isAttempt(session) ? lasting(within(session)) : [];
  const last = errors.at(-1);
  if (last === undefined) return null;
  return {
    facts: { ...factsOf(session), ...errorFacts(last) },
    evidence: evidenceOf(...errors.map(({ mark }) => mark), session.stop),
  };
}

export function noEnergyByError(session: Session): Sighting | null {
  const last = lasting(within(session)).at(-1);
  if (last === undefined) return null;
  const still = (['SuspendedEV', 'SuspendedEVSE', null] as const)
    .map((side) => noEnergy(session, side))
    .find((sighting) => sighting !== null);
  if (still === undefined) return null;
  return {
    facts: { ...still.facts, ...errorFacts(last) },
    evidence: evidenceOf(session.start, last.mark, session.stop),
  };
}

/** What came meanwhile and neither ended it nor kept it from charging; Faulted, too, that it charged on after. */
export function erroredMeanwhile(session: Session): Sighting | null {
  if (isAttempt(session)) return null;
  const told = within(session).filter((status) => hinders(status) || statusKind(status.status) === 'faulted');
  const [first] = told;
  if (first === undefined) return null;
  const causes = [emergencyStop, faultedCharging, stoppedByError, noEnergyByError];
  if (causes.some((cause) => cause(session) !== null)) return null;
  return { facts: errorFacts(first), evidence: evidenceOf(...told.map(({ mark }) => mark)) };
}
