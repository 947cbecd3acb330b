import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { binsOf, stepFor } from './histogram-steps.ts';

const SECOND = 1000;
const HOUR = 3_600 * SECOND;

test('steps are those that people read', () => {
  const steps = [
    [60 * SECOND, 120],
    [HOUR, 120],
    [24 * HOUR, 120],
    [31 * 24 * HOUR, 120],
    [400 * 24 * HOUR, 120],
  ].map(([range = 0, bins = 0]) => stepFor(0, range, bins) / SECOND);
  assert.deepEqual(steps, [1, 30, 900, 12 * 3600, 5 * 86_400]);
});

test('whatever the range, no more bins than asked for, and they cover it', () => {
  const time = fc.integer({ min: 0, max: 2 ** 42 - 1 });
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 1000 }), (a, b, most) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const step = stepFor(from, to, most);
      const bins = binsOf(from, to, step, []);
      assert.ok(bins.length >= 1 && bins.length <= most);
      assert.ok((bins[0]?.time ?? to) <= from);
      assert.ok((bins.at(-1)?.time ?? 0) + step >= to);
      assert.ok(step >= HOUR ? step % HOUR === 0 : HOUR % step === 0, 'hours are whole bins');
    }),
  );
});
