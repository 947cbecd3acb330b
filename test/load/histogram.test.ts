import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, msAt, sumOf } from './histogram.ts';

const MOST_US = 2 ** 31 - 1;

test('what is told of a share is at most 4 % above the value of that rank, and the greatest is exact', () => {
  const times = fc.array(fc.integer({ min: 1, max: MOST_US }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const [first, second] = [new Histogram(), new Histogram()];
      for (const [place, us] of all.entries()) (place % 2 === 0 ? first : second).add(us);
      const sum = sumOf([first.take(), second.take()]);
      const sorted = all.toSorted((a, b) => a - b);
      const exact = (sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000;
      const told = msAt(sum, share);
      assert.ok(told >= exact && told <= exact * 1.04, `${told} instead of ${exact}`);
      assert.equal(msAt(sum, 1), (sorted.at(-1) ?? 0) / 1000);
      assert.ok(Number.isNaN(msAt(first.take(), share)), 'it begins anew');
    }),
  );
});
