import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Allowance } from './allowance.ts';

test('all of a minute may come at once, then one comes back at a time', () => {
  const allowance = new Allowance(60);
  for (let n = 0; n < 60; n += 1) {
    assert.deepEqual(allowance.take('a', 5_000), { waitMs: 0, left: 59 - n });
  }
  assert.deepEqual(allowance.take('a', 5_000), { waitMs: 1_000, left: 0 });
  assert.equal(allowance.take('a', 5_999).waitMs, 1);
  assert.equal(allowance.take('b', 5_000).waitMs, 0);
  assert.equal(allowance.take('a', 6_000).waitMs, 0);
  assert.equal(allowance.take('a', 6_000).waitMs, 1_000);
  assert.deepEqual(allowance.take('a', 600_000), { waitMs: 0, left: 59 });
});

test('one that is refused costs nothing, and is let in after the time it was told', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.array(fc.nat(20_000), { maxLength: 50 }),
      (perMinute, pauses) => {
        const allowance = new Allowance(perMinute);
        let now = 0;
        for (let n = 0; n < perMinute; n += 1) assert.equal(allowance.take('a', now).waitMs, 0);
        for (const pause of pauses) {
          now += pause;
          const { waitMs } = allowance.take('a', now);
          if (waitMs === 0) continue;
          assert.equal(allowance.take('a', now).waitMs, waitMs);
          now += waitMs;
          assert.equal(allowance.take('a', now).waitMs, 0);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('names are bounded: who asked longest ago begins anew', () => {
  const allowance = new Allowance(1, 2);
  for (const name of ['a', 'b', 'c']) allowance.take(name, 0);
  assert.equal(allowance.size, 2);
  assert.ok(allowance.take('c', 1).waitMs > 0);
  assert.equal(allowance.take('a', 1).waitMs, 0);
});
