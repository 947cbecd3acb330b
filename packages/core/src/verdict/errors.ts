/**
 * What rules look for in errors that are told without Faulted: codes of statuses (OCPP 1.6 7.6: any may bear one), and
 * with OCPP 2.x events of components that are not well.
 */

import type { Session, StatusMark, Trouble } from '../session/session.ts';
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

/** Components that charging does not need. */
const BESIDE = /^(?:Display|ChargingStatusIndicator|EnvironmentalLighting|SpacesCountSignage|LightSensor)\b/i;

/** Of its own EVSE, while it lasted. */
function troublesWithin(session: Session): readonly Trouble[] {
  const [first, last] = spanOf(session);
  return session.troubles.filter(
    ({ own, name, mark }) => own && !BESIDE.test(name) && mark.at >= first && mark.at <= last,
  );
}

/** As a status with an error code tells it. */
function asError({ mark, name, value, vendorErrorCode, info }: Trouble): StatusMark {
  const errorCode = value === null ? name : `${name} ${value}`;
  return { mark, status: '', errorCode, vendorErrorCode, info };
}

/** Those that were not taken back, and that it did not charge on after. */
function lastingTroubles(session: Session): readonly StatusMark[] {
  const told = troublesWithin(session);
  const charging = session.statuses.findLast(({ status }) => status === 'Charging')?.mark.at;
  const lasts = ({ over, name, mark }: Trouble) =>
    !over &&
    (charging === undefined || charging < mark.at) &&
    !told.some((later) => later.over && later.name === name && later.mark.at >= mark.at);
  return told.filter(lasts).map(asError);
}

/** All that lasted, in the order of time. */
function lastingErrors(session: Session, statuses: readonly StatusMark[]): readonly StatusMark[] {
  return [...lasting(statuses), ...lastingTroubles(session)].sort((a, b) => a.mark.at - b.mark.at);
}

function spanOf({ start, stop, from }: Session): readonly [number, number] {
  return [start?.at ?? from, stop?.at ?? Number.POSITIVE_INFINITY];
}

function within(session: Session): readonly StatusMark[] {
  const [first, last] = spanOf(session);
  return session.statuses.filter(({ mark }) => mark.at >= first && mark.at <= last);
}

function errorFacts({ errorCode, status, ...said }: StatusMark): Facts {
  const more = saidOf(said);
  return { error: errorCode ?? status, more: more === '' ? '' : ` (${more})` };
}

export function erroredAttempt(session: Session): Sighting | null {
  const errors = isAttempt(session) ? lastingErrors(session, session.statuses) : [];
  const last = errors.at(-1);
  if (last === undefined || !lapsed(session, last.mark.at)) return null;
  return { facts: errorFacts(last), evidence: evidenceOf(...errors.map(({ mark }) => mark)) };
}

/** A stop for which the station has no word. */
export function stoppedByError(session: Session): Sighting | null {
  const { stopReason, triggerReason, version } = session;
  const abnormal = version !== '1.6' && triggerReason === 'AbnormalCondition';
  const named = stopReason === 'Other' || (stopReason === null && abnormal);
  const errors = named && !isAttempt(session) ? lastingErrors(session, within(session)) : [];
  const last = errors.at(-1);
  if (last === undefined) return null;
  return {
    facts: { ...factsOf(session), ...errorFacts(last) },
    evidence: evidenceOf(...errors.map(({ mark }) => mark), session.stop),
  };
}

export function noEnergyByError(session: Session): Sighting | null {
  const last = lastingErrors(session, within(session)).at(-1);
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
  const statuses = within(session).filter(
    (status) => hinders(status) || statusKind(status.status) === 'faulted',
  );
  const troubles = troublesWithin(session).filter(({ over }) => !over);
  const told = [...statuses, ...troubles.map(asError)].sort((a, b) => a.mark.at - b.mark.at);
  const [first] = told;
  if (first === undefined) return null;
  const causes = [emergencyStop, faultedCharging, stoppedByError, noEnergyByError];
  if (causes.some((cause) => cause(session) !== null)) return null;
  return { facts: errorFacts(first), evidence: evidenceOf(...told.map(({ mark }) => mark)) };
}
