/** What rules look for in meter values. */

import type { LimitPoint, Point, Session } from '../session/session.ts';
import type { Evidence, Sighting } from './rule.ts';
import { energyText, powerText, spanText } from './words.ts';

/** Rounding of registers and of what reads them. */
const BACK_WH = 2;
/** No station charges with more. */
const BEYOND_W = 1_000_000;
const JUMP_WH = 1_000;
const JUMP_FACTOR = 10;
const POWER_SAMPLES = 3;
/** Time for a car to follow a limit, and what it may take beyond it: meters and cables are not exact. */
const FOLLOW_MS = 60_000;
const ABOVE_SHARE = 0.1;
const ABOVE_W = 500;
const ABOVE_A = 1;
const ABOVE_SAMPLES = 3;
/** Of each phase, of any station for alternating current. */
const AC_MOST_A = 80;

function proof({ entry, at }: { readonly entry: string; readonly at: number }, what: string): Evidence {
  return { entry, at, what };
}

/** Registers of a transaction in order: that of its start, its samples, that of its stop; apart, where they are two. */
function registersOf(session: Session): readonly (readonly [Point, Point])[] {
  const { meterStart, meterStop, start, stop, startedAt, stoppedAt, series, samplesFactor } = session;
  const ends: Point[][] = [[], []];
  if (meterStart !== null && start !== null && meterStart.entry === start.entry) {
    ends[0]?.push({ at: startedAt ?? start.at, value: meterStart.wh, entry: meterStart.entry });
  }
  if (meterStop !== null && stop !== null && meterStop.entry === stop.entry) {
    ends[1]?.push({ at: stoppedAt ?? stop.at, value: meterStop.wh, entry: meterStop.entry });
  }
  const [first = [], last = []] = ends;
  if (samplesFactor === null) return [...pairs(series.energyWh), ...pairs([...first, ...last])];
  return pairs([...first, ...series.energyWh, ...last]);
}

function pairs<T>(list: readonly T[]): readonly (readonly [T, T])[] {
  return list.flatMap((item, at) => {
    const before = list[at - 1];
    return before === undefined ? [] : [[before, item] as const];
  });
}

/** `net`: whether it is lower at the end than at the beginning, or fell in between only. */
export function meterBackwards(session: Session, net: boolean): Sighting | null {
  if (session.state === 'attempt' || fellOnTheWhole(session) !== net) return null;
  const back = registersOf(session).find(([a, b]) => b.value < a.value - BACK_WH);
  if (back === undefined) return null;
  const [from, to] = back;
  return {
    facts: { from: energyText(from.value), to: energyText(to.value) },
    evidence: [proof(from, `register ${from.value} Wh`), proof(to, `register ${to.value} Wh`)],
  };
}

function fellOnTheWhole({ meterStart, meterStop }: Session): boolean {
  return meterStart !== null && meterStop !== null && meterStop.wh < meterStart.wh - BACK_WH;
}

export function meterJump(session: Session): Sighting | null {
  const jump = jumpOf(session);
  if (jump === null) return null;
  const [from, to] = jump;
  return {
    facts: { wh: energyText(to.value - from.value), span: spanText(to.at - from.at) },
    evidence: [proof(from, `register ${from.value} Wh`), proof(to, `register ${to.value} Wh`)],
  };
}

function jumpOf(session: Session): readonly [Point, Point] | null {
  if (session.state === 'attempt') return null;
  const { energy, series, powerMaxW } = session;
  // Power in another unit than it says tells nothing of how fast a register may rise.
  const useless = series.powerW.length < POWER_SAMPLES || thousandfold(energy.integralWh, energy.registerWh);
  const told = useless ? null : (powerMaxW ?? null);
  const jump = registersOf(session).find(([a, b]) => {
    // Of a clock that nobody knows samples may seem to lie before the start that was told with them.
    if (b.at < a.at) return false;
    const wh = b.value - a.value;
    const hours = Math.max(b.at - a.at, 1_000) / 3_600_000;
    const beyond = wh / hours > BEYOND_W;
    return wh > JUMP_WH && (beyond || (told !== null && wh / hours > Math.max(told, 1) * JUMP_FACTOR));
  });
  return jump ?? null;
}

/** More than any car takes: a clock that runs otherwise, such as that of a simulation, and not a meter. */
const FASTEST_W = 400_000;

function tooFast({ energy, durationMs }: Session): boolean {
  return fasterThanAny(energy.registerWh ?? 0, durationMs);
}

export function unitWrong({ samplesFactor, series, start, stop }: Session): Sighting | null {
  if (samplesFactor === null || samplesFactor === 1) return null;
  const [said, meant] = samplesFactor < 1 ? ['kWh', 'Wh'] : ['Wh', 'kWh'];
  const [first] = series.energyWh;
  const sample = first === undefined ? [] : [proof(first, 'MeterValues')];
  const marks = [start, stop].filter((mark) => mark !== null);
  return {
    facts: { said, meant },
    evidence: [...sample, ...marks.map(({ entry, at, action }) => ({ entry, at, what: action }))],
  };
}

/** By how much two energies may differ that are the same in Wh and kWh. */
const SAME_SHARE = 0.1;

function thousandfold(low: number | null, high: number | null): boolean {
  return low !== null && high !== null && low > 0 && Math.abs(high / low / 1000 - 1) <= SAME_SHARE;
}

/** Registers in kWh: by them nobody can bill. Where power is beyond all stations, it is that which is wrong. */
export function registerInKilowattHours(session: Session): Sighting | null {
  const { energy, powerMaxW, durationMs } = session;
  const { registerWh, integralWh } = energy;
  if (!thousandfold(registerWh, integralWh) || (powerMaxW ?? 0) > FASTEST_W) return null;
  const disagrees = disagreement(session);
  const span = durationMs === null ? '' : ` in ${spanText(durationMs)}`;
  return disagrees === null ? null : { ...disagrees, facts: { ...disagrees.facts, span } };
}

/** By so much, and so many times, what else was told must differ from a register to say that it is wrong. */
const WRONG_WH = 100;
const WRONG_FACTOR = 2;
/** A register that moved by less has not moved. */
const STILL_WH = 10;

/** What the register in samples rose by; null where it fell, or nothing can be told. */
function risenInSamples({ series: { energyWh } }: Session): number | null {
  const [first] = energyWh;
  const last = energyWh.at(-1);
  const fell = pairs(energyWh).some(([a, b]) => b.value < a.value - BACK_WH);
  return first === undefined || last === undefined || first === last || fell
    ? null
    : last.value - first.value;
}

function farApart(a: number, b: number): boolean {
  return Math.abs(a - b) > WRONG_WH && Math.max(a, b) > Math.min(a, b) * WRONG_FACTOR;
}

/**
 * Registers of start and stop that cannot be what was charged: their own samples rose by far more; they stood while power
 * was told; or most of it came in a jump that neither samples nor power know of. A register in samples that stands says
 * nothing: it may be read at the end alone.
 */
export function registerWrong(session: Session): Sighting | null {
  const { energy, state, powerMaxW, durationMs, start, stop, meterStop } = session;
  const { registerWh, integralWh } = energy;
  if (state !== 'ended' || registerWh === null || stop === null || meterStop?.entry !== stop.entry)
    return null;
  if (registerInKilowattHours(session) !== null || tooFast(session)) return null;
  const samples = risenInSamples(session);
  const bySamples = samples !== null && !fasterThanAny(samples, durationMs) && farApart(samples, registerWh);
  const power = energy.agree === false && (powerMaxW ?? 0) <= FASTEST_W ? integralWh : null;
  const byPower = power !== null && farApart(power, registerWh);
  const jump = jumpOf(session);
  const jumped = jump !== null && jump[1].value - jump[0].value > registerWh / 2 && (samples ?? 0) > 0;
  // Power that agrees with the register says that its samples are another meter's; a leap, that they are no meter's.
  const low = bySamples && samples > registerWh && jump === null && energy.agree !== true;
  if (!low && !(byPower && (registerWh <= STILL_WH || jumped))) return null;
  const others = [
    ...(bySamples ? [`its samples ${energyText(samples)}`] : []),
    ...(byPower ? [`the power ${energyText(power)}`] : []),
  ];
  const { energyWh, powerW } = session.series;
  const shown = [...(bySamples ? [energyWh[0], energyWh.at(-1)] : []), ...(jumped ? jump : [])];
  const marks = [start, stop].filter((mark) => mark !== null);
  const proofs = [
    ...marks.map(({ entry, at, action }) => ({ entry, at, what: action })),
    ...shown.flatMap((point) => (point === undefined ? [] : [proof(point, `register ${point.value} Wh`)])),
    ...(byPower ? highestOf(powerW) : []),
  ];
  return {
    facts: {
      register: energyText(registerWh),
      others: others.join(', '),
      span: durationMs === null ? '' : ` in ${spanText(durationMs)}`,
    },
    evidence: [...new Map(proofs.toReversed().map((told) => [told.entry, told])).values()].reverse(),
  };
}

function fasterThanAny(wh: number, durationMs: number | null): boolean {
  return (wh * 3_600_000) / Math.max(durationMs ?? 1, 1) > FASTEST_W;
}

/** Whether other evidence speaks against the energy by its registers: then it is told as theirs alone. */
export function doubted(session: Session): boolean {
  const { energy, powerMaxW } = session;
  if (registerWrong(session) !== null || jumpOf(session) !== null) return true;
  const inKilowatts = thousandfold(energy.integralWh, energy.registerWh) || (powerMaxW ?? 0) > FASTEST_W;
  return disagreement(session) !== null && !inKilowatts;
}

export function energyDisagrees(session: Session): Sighting | null {
  const { registerWh, integralWh } = session.energy;
  const told = registerInKilowattHours(session) !== null || registerWrong(session) !== null;
  const disagrees = told ? null : disagreement(session);
  if (disagrees === null) return null;
  const why = thousandfold(integralWh, registerWh) ? ': kW are told as W' : '';
  return { ...disagrees, facts: { ...disagrees.facts, why } };
}

function disagreement(session: Session): Sighting | null {
  const { energy, series, start, stop } = session;
  if (energy.agree !== false || meterJump(session) !== null || tooFast(session)) return null;
  const marks = [start, stop].filter((mark) => mark !== null);
  return {
    facts: { register: energyText(energy.registerWh ?? 0), integral: energyText(energy.integralWh ?? 0) },
    evidence: [
      ...marks.map(({ entry, at, action }) => ({ entry, at, what: action })),
      ...highestOf(series.powerW),
    ],
  };
}

function highestOf(powerW: readonly Point[]): readonly Evidence[] {
  const highest = powerW.reduce<Point | null>(
    (top, point) => (top !== null && top.value >= point.value ? top : point),
    null,
  );
  return highest === null ? [] : [proof(highest, `power ${powerText(highest.value)}`)];
}

/** Three samples on end, long enough after the limit was set. */
export function aboveLimit(session: Session): Sighting | null {
  const { limit, powerW, currentA, socPercent } = session.series;
  const overPower = above(powerW, limit, 'limitW', (set) => set * (1 + ABOVE_SHARE) + ABOVE_W, powerText);
  // What flows into the car as direct current is not what flows from the grid, which the limit is about.
  const direct = socPercent.length > 0 || currentA.some(({ value }) => value > AC_MOST_A);
  if (overPower !== null || direct) return overPower;
  const most = (set: number) => set * (1 + ABOVE_SHARE) + ABOVE_A;
  return above(currentA, limit, 'limitA', most, (amperes) => `${amperes} A`);
}

function above(
  points: readonly Point[],
  limits: readonly LimitPoint[],
  unit: 'limitW' | 'limitA',
  most: (set: number) => number,
  text: (value: number) => string,
): Sighting | null {
  let over: Point[] = [];
  for (const point of points) {
    const set = limits.findLast(({ at }) => at <= point.at);
    const value = set?.[unit] ?? null;
    const counts = set !== undefined && value !== null && point.at - set.at >= FOLLOW_MS;
    over = counts && point.value > most(value) ? [...over, point] : [];
    if (over.length < ABOVE_SAMPLES || set === undefined || value === null) continue;
    return {
      facts: { value: text(point.value), limit: text(value) },
      evidence: [
        ...(set.entry === null ? [] : [{ entry: set.entry, at: set.at, what: `limit ${text(value)}` }]),
        ...over.map((sample) => proof(sample, text(sample.value))),
      ],
    };
  }
  return null;
}
