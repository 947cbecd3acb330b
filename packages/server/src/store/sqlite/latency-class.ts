/**
 * How long an answer took, as roughly as it is counted by: few classes, so that few traits come of them, and with
 * bounds that searches name. A search for any other bound looks at the texts of one class.
 */

import type { RangeTest } from '@ocpp-logs/core';

/** Upper bounds, which belong to their class; ms. What is above the last one is a class, too. */
const BOUNDS = [1_000, 5_000, 10_000, 30_000] as const;
const US_PER_MS = 1_000;

/** Number of a class. */
export type LatencyClass = number;

export function latencyClass(us: number | null): LatencyClass | null {
  if (us === null) return null;
  const found = BOUNDS.findIndex((bound) => us <= bound * US_PER_MS);
  return found < 0 ? BOUNDS.length : found;
}

/** Whether some of the class may be in the range, and whether all of it is. */
export function latencyIn(
  latency: LatencyClass,
  { from, to }: RangeTest,
): { readonly some: boolean; readonly all: boolean } {
  const above = BOUNDS[latency - 1] ?? Number.NEGATIVE_INFINITY;
  const upTo = BOUNDS[latency] ?? Number.POSITIVE_INFINITY;
  const low = from?.amount.value ?? Number.NEGATIVE_INFINITY;
  const high = to?.amount.value ?? Number.POSITIVE_INFINITY;
  const reaches = from === null || upTo > low || (upTo === low && from.inclusive);
  const begins = to === null || above < high;
  const fromLow = from === null || above >= low;
  const toHigh = to === null || upTo < high || (upTo === high && to.inclusive);
  return { some: reaches && begins, all: fromLow && toHigh };
}
