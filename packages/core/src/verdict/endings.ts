/** How transactions end, and where they are when the log does. */

import type { Session } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { isAttempt } from './attempts.ts';
import { factsOf, STILL_MS, STILL_WH, sight } from './charging.ts';
import { evidenceOf } from './evidence.ts';
import type { Sighting } from './rule.ts';
import { spanText } from './words.ts';

export function stoppedByStation(session: Session): Sighting | null {
  const { stopReason, stop } = session;
  // Many stations with OCPP 1.6, which has no word for it, say so where the car has ended it.
  return stopReason === 'Other' && !carHadEnough(session) ? sight(session, stop) : null;
}

const FULL_PERCENT = 95;

function carHadEnough({ statuses, stop, socEndPercent }: Session): boolean {
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
};

/** 1.6 without a reason is Local (OCPP 1.6 6.49). */
export function charged(session: Session): Sighting | null {
  const { state, stopReason, version, start, stop } = session;
  if (state !== 'ended' || isAttempt(session)) return null;
  const reason = stopReason ?? (version === '1.6' ? 'Local' : '');
  const by = ENDED_BY[reason] ?? (reason === '' ? 'ended' : `ended: ${reason}`);
  const end = carHadEnough(session) ? `${by} after the car had stopped taking` : by;
  const { energy, span } = factsOf(session);
  const what =
    session.energy.registerWh === null ? `Charged${span}, energy unknown` : `Charged ${energy}${span}`;
  return { facts: { what, end }, evidence: evidenceOf(start, stop) };
}

const SO_FAR: Readonly<Record<string, string>> = {
  SuspendedEV: 'Runs when the log ends, and the car takes nothing (SuspendedEV)',
  SuspendedEVSE: 'Runs when the log ends, and the station holds it back (SuspendedEVSE)',
  Finishing: 'Is Finishing when the log ends, without a stop yet',
};

const WAS_CHARGING = 'Was charging when the log ends';
const BEGUN = 'Had begun when the log ends';

function flowed({ energy, powerMaxW, statuses }: Session): boolean {
  const told = statuses.some(({ status }) => status === 'Charging');
  return told || (energy.registerWh ?? 0) > 0 || (powerMaxW ?? 0) > 0;
}

export function charging(session: Session): Sighting | null {
  const { state, start, marks } = session;
  if (state !== 'running' || isAttempt(session)) return null;
  const seen = sight(session, start ?? marks[0], marks.at(-1));
  const last = session.statuses.findLast(({ mark }) => start === null || mark.at >= start.at)?.status ?? '';
  return {
    ...seen,
    facts: { ...seen.facts, what: SO_FAR[last] ?? (flowed(session) ? WAS_CHARGING : BEGUN) },
  };
}

/** What began and ended at once, with nothing charged. */
export function nothingCharged(session: Session): Sighting | null {
  const { state, startUnseen, durationMs, energy, powerMaxW, stopReason, version } = session;
  if (state !== 'ended' || isAttempt(session) || startUnseen) return null;
  if (durationMs === null || durationMs >= STILL_MS || (powerMaxW ?? 0) > 100) return null;
  if (energy.registerWh === null || energy.registerWh > STILL_WH) return null;
  const reason = stopReason ?? (version === '1.6' ? 'Local' : '');
  const end = ENDED_BY[reason] ?? (reason === '' ? 'ended' : `ended: ${reason}`);
  return {
    facts: { end, time: spanText(durationMs) },
    evidence: evidenceOf(session.start, session.statuses.at(-1)?.mark, session.stop),
  };
}
