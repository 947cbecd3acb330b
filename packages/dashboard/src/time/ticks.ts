/** Round times below the chart: of the clock, of days, of months and years. */

import type { Range } from './instant-text.ts';
import { clockText, dateText, instantOf, offsetAt, wallTime } from './zone.ts';

const DAY = 86_400_000;
const STEPS = [
  1_000,
  5_000,
  15_000,
  30_000,
  60_000,
  300_000,
  900_000,
  1_800_000,
  3_600_000,
  10_800_000,
  21_600_000,
  43_200_000,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
] as const;
/** Months; a year has twelve. */
const MONTHS = [1, 3, 6, 12, 24, 60, 120] as const;
const MONTH = 30.44 * DAY;

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Round times of the zone, about `most` at most. */
export function ticksOf(range: Range, zone: string, most: number): readonly Tick[] {
  const long = range.to - range.from;
  const step = STEPS.find((each) => long / each <= most);
  if (step !== undefined) return ticksBy(step, range, zone);
  return monthTicks(MONTHS.find((each) => long / (each * MONTH) <= most) ?? 120, range, zone);
}

function ticksBy(step: number, { from, to }: Range, zone: string): readonly Tick[] {
  const shift = offsetAt(from, zone);
  // The first day tells its year, and each that begins another one.
  let year = '';
  const ticks: Tick[] = [];
  for (let at = Math.ceil((from + shift) / step) * step - shift; at < to; at += step) {
    const clock = clockText(at, zone);
    if (step < DAY && clock !== '00:00:00') {
      ticks.push({ at, text: clock.slice(0, step < 60_000 ? 8 : 5) });
      continue;
    }
    const date = dateText(at, zone);
    const known = date.slice(0, 4) === year || (year === '' && step < DAY);
    ticks.push({ at, text: known ? date.slice(5) : date });
    year = date.slice(0, 4);
  }
  return ticks;
}

function monthTicks(step: number, { from, to }: Range, zone: string): readonly Tick[] {
  const start = wallTime(from, zone);
  const first = start.year * 12 + start.month - 1;
  const ticks: Tick[] = [];
  for (let month = Math.ceil(first / step) * step; ; month += step) {
    const wall = {
      year: Math.floor(month / 12),
      month: (month % 12) + 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
    };
    const at = instantOf(wall, zone);
    if (at >= to) return ticks;
    const text = dateText(at, zone).slice(0, step % 12 === 0 ? 4 : 7);
    if (at >= from) ticks.push({ at, text });
  }
}
