import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSpan, readTime } from './time.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

test('spans and times relative to now', () => {
  assert.equal(readSpan('90d'), 90 * 86_400_000);
  assert.equal(readSpan('2w'), 14 * 86_400_000);
  assert.equal(readSpan('3 h'), null);
  assert.equal(readTime('from', '-3h', NOW), NOW - 3 * 3_600_000);
  assert.equal(readTime('to', 'now', NOW), NOW);
});

test('a date is midnight UTC and an offset counts, as in the API', () => {
  assert.equal(readTime('from', '2026-01-31', NOW), Date.parse('2026-01-31T00:00:00Z'));
  assert.equal(readTime('from', '2026-01-31T14:00:00.250+0200', NOW), Date.parse('2026-01-31T12:00:00.250Z'));
});

test('a day with dots is day first and UTC; with slashes it is refused, and said how to write it', () => {
  assert.equal(readTime('from', '05.01.2026', NOW), Date.parse('2026-01-05T00:00:00Z'));
  assert.equal(readTime('to', '5.1.2026 14:30', NOW), Date.parse('2026-01-05T14:30:00Z'));
  assert.throws(
    () => readTime('to', '31.02.2026', NOW),
    /^UsageError: --to names a day or time that does not/,
  );
  assert.throws(
    () => readTime('from', '05/01/2026', NOW),
    /^UsageError: --from: "05\/01\/2026" is not read with slashes, .*; write 31\.01\.2026 or 2026-01-31$/,
  );
});

test('what is no time is refused and says why', () => {
  assert.throws(
    () => readTime('from', '2026-01-31T14:00:00', NOW),
    /^UsageError: --from has no time zone, .*-3h, -2d and now/,
  );
  assert.throws(() => readTime('to', 'yesterday', NOW), /--to must be an ISO 8601 time/);
  assert.throws(() => readTime('from', '1h', NOW), /--from must be .*; did you mean -1h\?$/);
  assert.throws(
    () => readTime('expires', 'soon', NOW),
    /--expires must be .*; a span such as 90d is read too$/,
  );
});
