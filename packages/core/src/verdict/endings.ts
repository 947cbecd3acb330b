/** How transactions end, and where they are when the log does. */

import type { Session } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { isAttempt, mostPowerOf } from './attempts.ts';
import { factsOf, STILL_MS, STILL_WH, sight } from './charging.ts';
import { evidenceOf } from './evidence.ts';
import { goesOn, whenText } from './log-end.ts';
import type { LogEnd, Sighting } from './rule.ts';
import { momentText, spanText } from './words.ts';

export function stoppedByStation(session: Session): Sighting | null {
  const { stopReason, stop } = session;
  // Many stations with OCPP 1.6, which has no word for it, say so where the car has ended it.
  const named = stopReason === 'Other' && triggered(session) === null;
  return named && !carHadEnough(session) ? sight(session, stop) : null;
}

const FULL_PERCENT = 95;

export function carHadEnough({ statuses, stop, socEndPercent }: Session): boolean {
  const last = statuses.findLast(
    ({ mark, status }) => (stop === null || mark.at <= stop.at) && statusKind(status) === 'charging',
  );
  return last?.status === 'SuspendedEV' || (socEndPercent ?? 0) >= FULL_PERCENT;
}

const ENDED_BY: Readonly<Record<string, string>> = {
  EVDisconnected: 'ended by unplugging',
  Local: 'ended by the driver',
  Remote: 'ended remotely',
  UnlockCommand: 'ended by unlocking the cable',
  StoppedByEV: 'ended by the car',
  MasterPass: 'ended by a master card',
  LocalOutOfCredit: 'ended for want of credit',
  EnergyLimitReached: 'ended at its limit of energy',
  SOCLimitReached: 'ended at its state of charge',
  TimeLimitReached: 'ended at its limit of time',
  Timeout: 'ended because no cable was plugged in',
  Other: 'ended by the station',
};

/** OCPP 2.x: what the event that ended it was sent for, where its reason is Other. */
const ENDED_BY_TRIGGER: Readonly<Record<string, string>> = {
  CostLimitReached: 'ended at its limit of cost',
  EnergyLimitReached: 'ended at its limit of energy',
  EVCommunicationLost: 'ended by unplugging',
  EVDeparted: 'ended by driving away',
  RemoteStop: 'ended remotely',
  SoCLimitReached: 'ended at its state of charge',
  StopAuthorized: 'ended by the driver',
  TimeLimitReached: 'ended at its limit of time',
  UnlockCommand: 'ended by unlocking the cable',
};

function triggered({ stopReason, triggerReason, version }: Session): string | null {
  if (stopReason !== 'Other' || version === '1.6') return null;
  return ENDED_BY_TRIGGER[triggerReason ?? ''] ?? null;
}

/** Triggers that do not say otherwise. */
const LOCAL = [null, 'StopAuthorized', 'ChargingStateChanged'];

/** Without a reason it is Local: OCPP 1.6 6.49, 2.0.1 TransactionType.stoppedReason. */
function endOf(session: Session): string {
  const { stopReason, version, triggerReason } = session;
  const trigger = triggered(session);
  if (trigger !== null) return trigger;
  const local = version === '1.6' || LOCAL.includes(triggerReason);
  const reason = stopReason ?? (local ? 'Local' : '');
  return ENDED_BY[reason] ?? (reason === '' ? 'ended' : `ended: ${reason}`);
}

export function charged(session: Session): Sighting | null {
  const { state, start, stop } = session;
  if (state !== 'ended' || isAttempt(session)) return null;
  const by = endOf(session);
  const end = carHadEnough(session) ? `${by} after the car had stopped taking` : by;
  const { energy, span } = factsOf(session);
  const what =
    session.energy.registerWh === null ? `Charged${span}, energy unknown` : `Charged ${energy}${span}`;
  return { facts: { what, end }, evidence: evidenceOf(start, stop) };
}

/** What is so now, and what was so then. */
const HELD: Readonly<Record<string, readonly [string, string]>> = {
  SuspendedEV: ['the car takes nothing (SuspendedEV)', 'the car took nothing (SuspendedEV)'],
  EVConnected: ['the car does not charge (EVConnected)', 'the car did not charge (EVConnected)'],
  SuspendedEVSE: ['the station holds it back (SuspendedEVSE)', 'the station held it back (SuspendedEVSE)'],
};

/** What is under way, now or when it was last heard of; `status`: the last one since its start. */
function soFar(session: Session, end: LogEnd | null, status: string): string {
  const { startedAt } = session;
  const live = goesOn(session, end);
  const when = whenText(session, end);
  const begun = startedAt === null ? null : momentText(startedAt);
  const since = begun === null ? '' : ` since ${begun}`;
  const [now, then] = HELD[status] ?? [];
  if (now !== undefined && then !== undefined) {
    const span = heldFor(session, status);
    if (live) return `Running${since}, and ${now}${span}`;
    return end === null ? `Runs ${when}, and ${now}${span}` : `Was running ${when}, and ${then}${span}`;
  }
  if (status === 'Finishing') {
    if (live) return `Running${since}, and Finishing without a stop yet`;
    return `${end === null ? 'Is' : 'Was'} Finishing ${when}, without a stop yet`;
  }
  if (!flowed(session)) return live ? `Begun${begun === null ? '' : ` at ${begun}`}` : `Had begun ${when}`;
  return live ? `Charging${since}` : `Was charging ${when}`;
}

function flowed(session: Session): boolean {
  const { energy, statuses } = session;
  const told = statuses.some(({ status }) => status === 'Charging');
  return told || (energy.registerWh ?? 0) > 0 || mostPowerOf(session) > 0;
}

/** OCPP 2.x: that somebody is there, which says nothing of what flows. */
const PRESENT = 'Occupied';

/** How long the last status has stood. */
function heldFor({ statuses, heard }: Session, status: string): string {
  const told = statuses.filter((each) => each.status !== PRESENT);
  const other = told.findLastIndex((each) => each.status !== status);
  const since = told[other + 1]?.mark.at ?? heard;
  return ` for ${spanText(heard - since)}`;
}

/** A car that charges has begun to by then. ms. */
const NOTHING_YET_MS = 15 * 60_000;

/** What runs, and whose meter has told for long enough that it does not move. */
export function nothingYet(session: Session, end: LogEnd | null): Sighting | null {
  const { energy, series, startedAt, socStartPercent, socEndPercent } = session;
  const last = series.energyWh.at(-1);
  if (last === undefined || startedAt === null || last.at - startedAt < NOTHING_YET_MS) return null;
  if (energy.registerWh === null || energy.registerWh > STILL_WH || mostPowerOf(session) > 100) return null;
  return (socEndPercent ?? 0) > (socStartPercent ?? 0) + 1 ? null : charging(session, end);
}

export function charging(session: Session, end: LogEnd | null): Sighting | null {
  const { state, start, marks } = session;
  if (state !== 'running' || isAttempt(session)) return null;
  const seen = sight(session, start ?? marks[0], marks.at(-1));
  const since = session.statuses.filter(({ mark }) => start === null || mark.at >= start.at);
  const last = since.findLast(({ status }) => status !== PRESENT)?.status ?? '';
  return { ...seen, facts: { ...seen.facts, what: soFar(session, end, last) } };
}

/** What began and ended at once, with nothing charged. */
export function nothingCharged(session: Session): Sighting | null {
  const { state, startUnseen, durationMs, energy } = session;
  if (state !== 'ended' || isAttempt(session) || startUnseen) return null;
  if (durationMs === null || durationMs >= STILL_MS || mostPowerOf(session) > 100) return null;
  if (energy.registerWh === null || energy.registerWh > STILL_WH) return null;
  return {
    facts: { end: endOf(session), time: spanText(durationMs) },
    evidence: evidenceOf(session.start, session.statuses.at(-1)?.mark, session.stop),
  };
}
