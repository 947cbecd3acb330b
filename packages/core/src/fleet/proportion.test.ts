import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceOf, proportion } from './proportion.ts';

const near = (found: number | null | undefined, wanted: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - wanted) < 0.0005, `${found}, not ${wanted}`);

test('a share of nothing is unknown, and not 0', () => {
  assert.deepEqual(proportion(0, 0), { of: 0, count: 0, share: null, low: null, high: null });
  assert.equal(proportion(0, 5).share, 0);
});

test('intervals are those of Wilson', () => {
  // Newcombe 1998, table I, method 3.
  const { low, high } = proportion(81, 263);
  near(low, 0.2553);
  near(high, 0.3662);
  near(proportion(0, 20).high, 0.1611);
  assert.equal(proportion(0, 20).low, 0);
  assert.equal(proportion(1, 1).high, 1);
});

test('a difference is one only where its interval does not hold 0', () => {
  // Newcombe 1998b, table II, method 10: 56/70 - 48/80 is 0.2 (0.0524 to 0.3339).
  const found = differenceOf(proportion(48, 80), proportion(56, 70));
  near(found?.difference, 0.2);
  near(found?.low, 0.0524);
  near(found?.high, 0.3339);
  assert.equal(found?.reading, 'higher');
  assert.equal(differenceOf(proportion(56, 70), proportion(48, 80))?.reading, 'lower');
  assert.equal(differenceOf(proportion(1, 3), proportion(3, 3))?.reading, 'unclear');
  assert.equal(differenceOf(proportion(1, 3), proportion(0, 0)), null);
});
