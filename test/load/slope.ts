/** Whether what is looked at again and again grows. */

/** A value at a time. */
export interface Point {
  /** s */
  readonly at: number;
  readonly value: number;
}

/** Every pair of them is looked at, so of more points than these some are left out, evenly. */
const POINTS_MAX = 500;

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The median of the slopes between every two points (Theil and Sen), which single outliers do not move; per second. */
export function slopeOf(points: readonly Point[]): number {
  const step = Math.ceil(points.length / POINTS_MAX);
  const looked = points.filter((_, place) => place % step === 0);
  const slopes = looked.flatMap((a, place) =>
    looked.slice(place + 1).map((b) => (b.value - a.value) / (b.at - a.at)),
  );
  return slopes.length === 0 ? 0 : medianOf(slopes);
}
