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
}

/** When the station held back, from one status to the next, and to the stop. */
function heldSpans({ statuses, start, stop }: Session): readonly Held[] {
  if (start === null || stop === null) return [];
  const spans: Held[] = [];
  let since: Held | null = null;
  for (const told of statuses) {
    if (told.mark.at > stop.at) break;
    if (statusKind(told.status) !== 'charging') continue;
    if (told.status === 'SuspendedEVSE') {
      since ??= { from: told.mark, to: stop, said: saidOf(told) };
    } else if (since !== null) {
      spans.push({ ...since, to: told.mark });
      since = null;
    }
  }
  return since === null ? spans : [...spans, since];
}

/** `ended`: until the stop, or so that it charged on. */
export function heldBack(session: Session, ended: boolean): Sighting | null {
  const { state, start, stop, deliveredLate, durationMs } = session;
  if (state !== 'ended' || !isTransaction(session) || deliveredLate || durationMs === null) return null;
  if (start === null || stop === null || noEnergy(session, 'SuspendedEVSE') !== null) return null;
  const spans = heldSpans(session).filter(({ to }) => (to === stop) === ended);
  const held = spans.reduce((sum, { from, to }) => sum + to.at - Math.max(from.at, start.at), 0);
  const last = spans.at(-1);
  if (last === undefined || held < LONG_MS || held * 2 < durationMs) return null;
  if (ended && carHadEnough(session)) return null;
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
  const flow = flowOf(session).filter(({ at }) => at <= stop.at);
  const flowed = flow.findLastIndex(({ value }) => value > IDLE_W);
  const before = flow[flowed];
  const idle = flow.slice(flowed + 1);
  const [first] = idle;
  if (before === undefined || first === undefined || idle.length < SAMPLES_LEAST) return null;
  const highest = flow.reduce((most, { value }) => Math.max(most, value), 0);
  const span = stop.at - first.at;
  if (span < LONG_MS || before.value < highest * CUT_SHARE) return null;
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
