/** What rules look for in energy that stops flowing, or does not flow yet, while a transaction goes on. */

import type { Mark, Point, Session } from '../session/session.ts';
import { statusKind } from '../session/status-kind.ts';
import { saidOf } from './attempts.ts';
import { factsOf, isTransaction, noEnergy, STILL_WH, tooLittleSet } from './charging.ts';
import { carHadEnough } from './endings.ts';
import { evidenceOf } from './evidence.ts';
import type { Sighting } from './rule.ts';
import { powerText, spanText } from './words.ts';

/** Less is a pause. */
const LONG_MS = 15 * 60_000;
/** What a station and a car that wait may draw. */
const IDLE_W = 50;
const SAMPLES_LEAST = 3;
/** A register in finer steps than this, that stands for a quarter of an hour, has nothing to count. */
const FINE_WH = 100;
/** A car that is nearly full takes less and less; what ends from more than this share of its highest is cut off. */
const CUT_SHARE = 0.5;
const HOUR_MS = 3_600_000;

interface Held {
  readonly from: Mark;
  readonly to: Mark;
  readonly said: string;
  /** Whether it charged on, or the car took its turn. */
  readonly on: boolean;
}

/** Why a transaction goes on to hold a place, and to charge no more. OCPP 2.0.1 TriggerReasonEnumType. */
const ENDS_CHARGING = [
  'CostLimitReached',
  'Deauthorized',
  'EnergyLimitReached',
  'RemoteStop',
  'SoCLimitReached',
  'StopAuthorized',
  'TimeLimitReached',
];

/** From when on it was to charge no more: OCPP 2.x may end a transaction long after that, when the cable is pulled. */
export function wishedEnd({ marks, remoteStops, stop }: Session): Mark | null {
  const updates = marks.filter(({ role, word }) => role === 'update' && ENDS_CHARGING.includes(word));
  const stops = remoteStops.filter(({ word }) => word === 'Accepted');
  const ends = [...updates, ...stops, ...(stop === null ? [] : [stop])];
  return ends.reduce<Mark | null>(
    (first, mark) => (first !== null && first.at <= mark.at ? first : mark),
    null,
  );
}

/** OCPP 2.x may begin a transaction before a card was shown. */
function wishedFrom({ version, authorisations }: Session, start: Mark): number {
  const accepted = authorisations.find(({ status }) => status === 'Accepted')?.mark.at ?? start.at;
  return version === '1.6' ? start.at : Math.max(start.at, accepted);
}

/** When the station held back, from one status to the next, and until it was to charge no more. */
function heldSpans({ statuses }: Session, until: Mark): readonly Held[] {
  const spans: Held[] = [];
  let since: Held | null = null;
  for (const { mark, status, ...said } of statuses) {
    if (mark.at > until.at) break;
    // That somebody is there says nothing of what flows.
    if (status === 'Occupied') continue;
    if (status === 'SuspendedEVSE') since ??= { from: mark, to: until, said: saidOf(said), on: false };
    else if (since !== null) {
      spans.push({ ...since, to: mark, on: statusKind(status) === 'charging' });
      since = null;
    }
  }
  return since === null ? spans : [...spans, since];
}

/** `ended`: so that no more flowed, or so that it charged on. */
export function heldBack(session: Session, ended: boolean): Sighting | null {
  const { state, start, stop, deliveredLate } = session;
  if (state !== 'ended' || !isTransaction(session) || deliveredLate || start === null || stop === null)
    return null;
  if (noEnergy(session, 'SuspendedEVSE') !== null || (ended && carHadEnough(session))) return null;
  const until = wishedEnd(session) ?? stop;
  const from = wishedFrom(session, start);
  const spans = heldSpans(session, until).filter(({ on }) => on !== ended);
  const held = spans.reduce((sum, span) => sum + Math.max(0, span.to.at - Math.max(span.from.at, from)), 0);
  const last = spans.at(-1);
  if (last === undefined || held < LONG_MS || held * 2 < until.at - from) return null;
  const limit = tooLittleSet(session, last.from.at);
  return {
    facts: {
      ...factsOf(session),
      held: spanText(held),
      more: last.said === '' ? '' : ` (${last.said})`,
      limit: limit === null ? '' : `; a charging profile had set ${limit.what}`,
    },
    evidence: [...(limit === null ? [] : [limit]), ...evidenceOf(last.from, last.to, stop)],
  };
}

/** How fast energy flowed, as it was told, or as the register rose. */
function flowOf({ series: { powerW, energyWh } }: Session): readonly Point[] {
  if (powerW.length > 0) return powerW;
  const rates = energyWh.slice(1).map((point, at) => {
    const before = energyWh[at] ?? point;
    const ms = Math.max(point.at - before.at, 1_000);
    return { ...point, value: ((point.value - before.value) * HOUR_MS) / ms };
  });
  const steps = energyWh.slice(1).map(({ value }, at) => value - (energyWh[at]?.value ?? value));
  return steps.some((step) => step > 0 && step <= FINE_WH) ? rates : [];
}

/** Charging as the station has it, and nothing that flowed any more, from one sample to the next. */
export function powerGone(session: Session): Sighting | null {
  const { state, stop, statuses, series, deliveredLate } = session;
  if (state !== 'ended' || !isTransaction(session) || stop === null || deliveredLate) return null;
  const last = statuses.findLast(
    ({ mark, status }) => mark.at <= stop.at && statusKind(status) === 'charging',
  );
  if (last?.status !== 'Charging' || carHadEnough(session)) return null;
  const until = wishedEnd(session) ?? stop;
  const flow = flowOf(session).filter(({ at }) => at <= until.at);
  // A car that feeds back has not stopped.
  const flowed = flow.findLastIndex(({ value }) => Math.abs(value) > IDLE_W);
  const before = flow[flowed];
  const idle = flow.slice(flowed + 1);
  const [first] = idle;
  if (before === undefined || first === undefined || idle.length < SAMPLES_LEAST) return null;
  const highest = flow.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
  const span = until.at - first.at;
  if (span < LONG_MS || Math.abs(before.value) < highest * CUT_SHARE) return null;
  if (rise(series.energyWh, first.at) > STILL_WH || rise(series.socPercent, first.at) > 1) return null;
  return {
    facts: { ...factsOf(session), lasted: spanText(span), power: powerText(before.value) },
    evidence: [
      ...evidenceOf(last.mark),
      ...[before, first].map(({ entry, at, value }) => ({ entry, at, what: powerText(value) })),
      ...evidenceOf(stop),
    ],
  };
}

function rise(points: readonly Point[], since: number): number {
  const after = points.filter(({ at }) => at >= since);
  return (after.at(-1)?.value ?? 0) - (after[0]?.value ?? 0);
}
