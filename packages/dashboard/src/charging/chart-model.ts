/** What the chart of a session draws: panels over one axis of time, lanes above them, and moments to go along. */

import type { Lane, Look, Segment } from '../station/lane-rows.ts';
import { statusLook } from '../station/station-lanes.ts';
import type { Range } from '../time/instant-text.ts';
import { lastedText, numberText } from './quantity-text.ts';
import type { LimitBody, PointBody, RegisterBody, SessionBody } from './session-answers.ts';

export interface ChartPoint {
  /** ms since 1970. */
  readonly at: number;
  readonly value: number;
  readonly entry: string;
}

/** From `at` until the next. */
export interface ChartLimit {
  readonly at: number;
  readonly value: number | null;
  readonly entry: string | null;
}

export interface Panel {
  readonly key: 'power' | 'current' | 'soc' | 'energy';
  readonly title: string;
  readonly unit: string;
  readonly points: readonly ChartPoint[];
  readonly limits: readonly ChartLimit[];
  /** The axis goes from 0 to this. */
  readonly top: number;
}

/** Something to stop at when one goes along the chart. */
export interface Moment {
  readonly at: number;
  readonly entry: string;
}

/** A round number at or above `most`: 1, 2, 2.5 or 5 times a power of ten. */
export function roundTop(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= most * 0.999999) ?? 10;
  return step * power;
}

/** Of everything that is drawn; never empty. */
export function chartRange(session: SessionBody): Range {
  const { from, to, series, started, stopped } = session;
  const times = [from, to, started, stopped].flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  for (const list of [series.power_w, series.current_a, series.soc_percent, series.energy_wh]) {
    const ends = [list[0], list.at(-1)];
    for (const point of ends) if (point !== undefined) times.push(Date.parse(point.time));
  }
  const [start, end] = [Math.min(...times), Math.max(...times)];
  return { from: start, to: Math.max(end, start + 1_000) };
}

export function panelsOf(session: SessionBody): readonly Panel[] {
  const { series } = session;
  const base = session.meter_start?.wh ?? series.energy_wh[0]?.value ?? 0;
  // A register that is not the one of the start counts from its own first value.
  const unlikeStart =
    session.samples_factor === null || series.energy_wh.some(({ value }) => value < base - 1);
  const zero = unlikeStart ? (series.energy_wh[0]?.value ?? 0) : base;
  const registers = unlikeStart ? series.energy_wh : registersOf(session);
  const panels = [
    panel('power', 'Power', 'kW', scaled(series.power_w, 1_000), limitsOf(series.limit, 'limit_w', 1_000)),
    panel('current', 'Current', 'A', scaled(series.current_a, 1), limitsOf(series.limit, 'limit_a', 1)),
    panel('soc', 'State of charge', '%', scaled(series.soc_percent, 1), []),
    panel('energy', 'Energy since the start', 'kWh', scaled(registers, 1_000, zero), []),
  ];
  return panels.filter(
    ({ points, limits }) => points.length > 0 || limits.some(({ value }) => value !== null),
  );
}

/** Those of the samples, with what start and stop of the transaction told before and after them. */
function registersOf({
  series,
  meter_start,
  meter_stop,
  started,
  stopped,
}: SessionBody): readonly PointBody[] {
  const samples = series.energy_wh;
  const [first, last] = [samples[0], samples.at(-1)];
  const at = (time: string | null, register: RegisterBody | null): readonly PointBody[] =>
    time === null || register === null ? [] : [{ time, value: register.wh, entry_id: register.entry_id }];
  const before = at(started, meter_start).filter(
    ({ time }) => first === undefined || Date.parse(time) < Date.parse(first.time),
  );
  const end = last ?? before[0];
  // A register that fell is told in words; a curve that falls would be taken for energy that flowed back.
  const after = at(stopped, meter_stop).filter(
    ({ time, value }) => end !== undefined && Date.parse(time) > Date.parse(end.time) && value >= end.value,
  );
  return [...before, ...samples, ...after];
}

function scaled(points: readonly PointBody[], by: number, zero = 0): readonly ChartPoint[] {
  return points.map(({ time, value, entry_id: entry }) => ({
    at: Date.parse(time),
    value: (value - zero) / by,
    entry,
  }));
}

function limitsOf(
  limits: readonly LimitBody[],
  of: 'limit_w' | 'limit_a',
  by: number,
): readonly ChartLimit[] {
  const told = limits.map((limit) => {
    const value = limit[of];
    return { at: Date.parse(limit.time), value: value === null ? null : value / by, entry: limit.entry_id };
  });
  return told.some(({ value }) => value !== null) ? told : [];
}

function panel(
  key: Panel['key'],
  title: string,
  unit: string,
  points: readonly ChartPoint[],
  limits: readonly ChartLimit[],
): Panel {
  const drawn = points.reduce((most, { value }) => Math.max(most, value), 0);
  const set = limits.reduce((most, { value }) => Math.max(most, value ?? 0), 0);
  // A limit far above all that was drawn would press the line flat: it is told in words then.
  const most = drawn > 0 && set > drawn * 4 ? drawn : Math.max(drawn, set);
  return { key, title, unit, points, limits, top: key === 'soc' ? 100 : roundTop(most) };
}

/** The newest at or before that time; null before the first. */
export function lastAt<T extends { readonly at: number }>(points: readonly T[], at: number): T | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const point = points[middle];
    if (point !== undefined && point.at <= at) low = middle + 1;
    else high = middle;
  }
  return points[low - 1] ?? null;
}

/** Each once, in the order of time. */
export function momentsOf(session: SessionBody, panels: readonly Panel[]): readonly Moment[] {
  const moments = new Map<number, Moment>();
  const put = (at: number, entry: string) => {
    if (!moments.has(at)) moments.set(at, { at, entry });
  };
  for (const { time, entry_id: entry, role } of session.marks)
    if (role !== 'meter') put(Date.parse(time), entry);
  for (const { time, entry_id: entry } of session.interruptions) put(Date.parse(time), entry);
  for (const { points } of panels) for (const { at, entry } of points) put(at, entry);
  return [...moments.values()].sort((a, b) => a.at - b.at);
}

/** Power 10.8 kW of 11 kW set; what is not known is left out. */
export function readoutOf(panels: readonly Panel[], at: number): readonly string[] {
  return panels.flatMap(({ key, title, unit, points, limits }) => {
    const value = lastAt(points, at);
    const limit = lastAt(limits, at)?.value ?? null;
    const name = key === 'energy' ? 'Energy' : title;
    const set = limit === null ? '' : `${numberText(limit)} ${unit} set`;
    if (value === null) return set === '' ? [] : [`${name}: ${set}`];
    return [`${name} ${numberText(value.value)} ${unit}${set === '' ? '' : ` of ${set}`}`];
  });
}

function segment(from: number, to: number, look: Look, label: string, entry: string | null): Segment {
  return { from, to, look, label, words: `${label} for ${lastedText(to - from)}`, entry };
}

/** Connector, transaction, and what befell the station; `blind`: when nothing of it was recorded. */
export function lanesOf(session: SessionBody, { from, to }: Range, blind: readonly Range[]): readonly Lane[] {
  const { series, started, stopped, interruptions, state } = session;
  const statuses = series.status.map(({ time, status, error_code: error, entry_id: entry }, place) => {
    const next = series.status[place + 1];
    const label = error === null ? status : `${status}, ${error}`;
    const end = next === undefined ? to : Date.parse(next.time);
    return segment(Date.parse(time), end, error === null ? statusLook(status) : 'bad', label, entry);
  });
  const lanes: Lane[] = [{ name: 'Connector', segments: statuses }];
  if (started !== null) {
    const entry = series.transaction.find(({ role }) => role === 'start')?.entry_id ?? null;
    const end = stopped === null ? to : Date.parse(stopped);
    const label =
      stopped !== null
        ? 'Transaction'
        : state === 'running'
          ? 'Transaction, running'
          : 'Transaction, no end told';
    lanes.push({ name: 'Transaction', segments: [segment(Date.parse(started), end, 'ok', label, entry)] });
  }
  const station = interruptions.map(({ kind, time, until, entry_id: entry }) =>
    kind === 'boot'
      ? segment(Date.parse(time), Date.parse(time), 'other', 'Boot', entry)
      : segment(Date.parse(time), until === null ? to : Date.parse(until), 'away', 'Not connected', entry),
  );
  const gaps = blind.map((gap) =>
    segment(Math.max(from, gap.from), Math.min(to, gap.to), 'blind', 'Not recorded', null),
  );
  lanes.push({ name: 'Station', segments: [...gaps, ...station].sort((a, b) => a.from - b.from) });
  return lanes.filter(({ segments }) => segments.length > 0);
}
