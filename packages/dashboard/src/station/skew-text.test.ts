import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logShare } from './log-share.ts';
import { skewWords } from './skew-text.ts';

test('a clock is in step, ahead or behind', () => {
  const told = (median_ms: number) => skewWords({ median_ms, spread_ms: 0, samples: 1 });
  assert.deepEqual(told(-400), { text: 'In step', detail: 'steady, by 1 message', far: false });
  assert.equal(told(-3_600_000).text, '1 h behind');
  assert.equal(told(65_000).text, '1 min 5 s ahead');
  assert.equal(told(65_000).far, true);
});

test('one that varies says by how much', () => {
  const { detail } = skewWords({ median_ms: 0, spread_ms: 2_500, samples: 1_200 });
  assert.equal(detail, 'varies by 2.50 s, by 1,200 messages');
});

test('bars grow with the time and end at the longest', () => {
  assert.equal(logShare(0, 100), 0);
  assert.equal(logShare(100, 100), 1);
  assert.ok(logShare(1, 10_000) > 0.15 && logShare(1, 10_000) < logShare(100, 10_000));
  assert.equal(logShare(5, 0), 0);
});
