/** Widths of bins that people read easily, and bins over a whole range. */

import type { HistogramBin } from '../store/store.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  // A century in one bin.
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000].map((n) => n * DAY),
];

function firstBin(from: number, step: number): number {
  return Math.floor(from / step) * step;
}

/** The finest step of which no more than `bins` cover the range. `to` is exclusive. */
export function stepFor(from: number, to: number, bins: number): number {
  const covers = (step: number) => (firstBin(to - 1, step) - firstBin(from, step)) / step + 1 <= bins;
  return STEPS.find(covers) ?? firstBin(to, DAY) + DAY;
}

/** Every bin of the range, those without entries, too. */
export function binsOf(
  from: number,
  to: number,
  step: number,
  found: readonly HistogramBin[],
): readonly HistogramBin[] {
  const known = new Map(found.map((bin) => [bin.time, bin]));
  const bins: HistogramBin[] = [];
  for (let time = firstBin(from, step); time < to; time += step) {
    bins.push(known.get(time) ?? { time, count: 0, outcomes: {} });
  }
  return bins;
}
