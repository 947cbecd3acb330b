/** Times in which messages of a station were recorded, though no record tells of its connections: logs from elsewhere. */

import type { TimeSpan } from './coverage.ts';

/** Longer than that without a message, and nobody can say whether anything was recorded. */
export const SILENCE_MAX_MS = 3_600_000;

/** `sightings`: ms at which a message was recorded, in any order. Spans are in order and do not touch. */
export function heardSpans(sightings: readonly number[]): readonly TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const at of sightings.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    // The message itself is heard, so that one alone has a span as well.
    if (last === undefined || at - last.to > SILENCE_MAX_MS) spans.push({ from: at, to: at + 1 });
    else spans[spans.length - 1] = { from: last.from, to: at + 1 };
  }
  return spans;
}
