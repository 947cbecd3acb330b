import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rate } from './rate.ts';

test('a rate is that of the last seconds, and none where no time has passed', () => {
  const rate = new Rate(1_000);
  assert.equal(rate.take(1_000, 500), 0);
  assert.equal(rate.take(2_000, 1_000), 1_000);
  assert.equal(rate.take(4_000, 6_000), 2_000);
  for (let second = 5; second <= 60; second += 1) rate.take(second * 1_000, 6_000);
  assert.equal(rate.take(61_000, 6_000), 0);
  assert.equal(rate.take(100_000, 45_000), 1_000, 'after a long silence since the last that was told');
});
