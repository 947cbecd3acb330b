/**
 * How long answers took, counted so that counts of days and stations can be put together: a quantile of the sum is told
 * within 3 of 100, whatever was put together.
 */

/** Bucket n holds what took from GROWTH^n - 1 ms to GROWTH^(n + 1) - 1 ms. */
const GROWTH = 1.05;
const LOG_GROWTH = Math.log(GROWTH);
/** More than a day is counted as a day. */
const MS_MAX = 86_400_000;

/** Answers by number of bucket. */
export type DurationCounts = Readonly<Record<number, number>>;

export function durationBucket(ms: number): number {
  return Math.floor(Math.log(1 + Math.min(Math.max(ms, 0), MS_MAX)) / LOG_GROWTH);
}

/** The middle of the bucket in which the answer of that rank lies, ms; null for none. */
export function durationQuantile(counts: DurationCounts, share: number): number | null {
  const buckets = Object.entries(counts)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket);
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(share * all));
  let passed = 0;
  for (const { bucket, count } of buckets) {
    passed += count;
    if (passed >= rank) return Math.round((GROWTH ** (bucket + 0.5) - 1) * 10) / 10;
  }
  return null;
}
