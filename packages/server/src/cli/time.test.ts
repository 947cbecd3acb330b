import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSpan, readTime, readZoned } from './time.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

test('spans and times relative to now', () => {
  assert.equal(readSpan('90d'), 90 * 86_400_000);
  assert.equal(readSpan('2w'), 14 * 86_400_000);
  assert.equal(readSpan('3 h'), null);
  assert.equal(readTime('from', '-3h', NOW), NOW - 3 * 3_600_000);
  assert.equal(readTime('to', 'now', NOW), NOW);
});

test('a date is midnight UTC, an offset counts, with or without colon', () => {
  assert.equal(readTime('from', '2026-01-31', NOW), Date.parse('2026-01-31T00:00:00Z'));
  assert.equal(readZoned('2026-01-31T14:00:00.250+0200'), Date.parse('2026-01-31T12:00:00.250Z'));
  assert.equal(readZoned('2026-01-31 14:00+02:00'), Date.parse('2026-01-31T12:00:00Z'));
  assert.equal(readZoned('2026-13-31T14:00:00Z'), null);
});

test('a time without zone is refused and says why', () => {
  assert.throws(() => readTime('from', '2026-01-31T14:00:00', NOW), {
    message: '--from: "2026-01-31T14:00:00" is not allowed; it has no time zone: 2026-01-31T14:00:00Z is UTC',
  });
  assert.throws(() => readTime('to', 'yesterday', NOW), /--to: "yesterday" is not allowed; allowed are -3h/);
});
