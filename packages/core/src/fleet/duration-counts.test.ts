import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantile } from '../station/quantile.ts';
import { durationBucket, durationQuantile } from './duration-counts.ts';

test('a quantile of counts is that of the answers themselves, within 3 of 100', () => {
  const times = fc.array(fc.double({ min: 1, max: 86_000_000, noNaN: true }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
      const counts: Record<number, number> = {};
      for (const ms of all) counts[durationBucket(ms)] = (counts[durationBucket(ms)] ?? 0) + 1;
      const exact = quantile(
        all.toSorted((a, b) => a - b),
        share,
      );
      const found = durationQuantile(counts, share);
      assert.ok(exact !== null && found !== null);
      // Shown to a tenth of a millisecond; a bucket is 5 of 100 of its milliseconds and one wide.
      assert.ok(Math.abs(found - exact) <= 0.025 * (exact + 1) + 0.06, `${found} for ${exact}`);
    }),
  );
});

test('of nothing there is no quantile, and what no clock can mean is counted all the same', () => {
  assert.equal(durationQuantile({}, 0.5), null);
  assert.equal(durationBucket(-5), durationBucket(0));
  assert.equal(durationBucket(Number.POSITIVE_INFINITY), durationBucket(86_400_000));
});
