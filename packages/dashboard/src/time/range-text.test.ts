import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeText } from './range-text.ts';

const told = (from: string, to: string, zone = 'UTC') =>
  rangeText(from, to, { from: Date.parse(from), to: Date.parse(to) }, zone);

test('a span of time is told without saying anything twice', () => {
  assert.equal(told('2026-01-05T00:00Z', '2026-01-06T00:00Z'), '2026-01-05');
  assert.equal(told('2026-01-05T00:00Z', '2026-01-08T00:00Z'), '2026-01-05 – 01-07');
  assert.equal(told('2025-12-30T00:00Z', '2026-01-03T00:00Z'), '2025-12-30 – 2026-01-02');
  assert.equal(told('2026-01-05T10:00Z', '2026-01-05T11:30:05Z'), '2026-01-05 10:00 – 11:30:05');
  assert.equal(told('2026-01-05T10:00Z', '2026-01-06T00:00Z'), '2026-01-05 10:00 – 01-06 00:00');
  assert.equal(
    told('2026-01-05T00:00Z', '2026-01-06T00:00Z', 'Europe/Berlin'),
    '2026-01-05 01:00 – 01-06 01:00',
  );
});

test('a span up to now is told in words', () => {
  assert.equal(rangeText('-3h', 'now', { from: 0, to: 1 }, 'UTC'), 'Last 3 hours');
  assert.equal(rangeText('yesterday', 'now', null, 'UTC'), 'yesterday – now');
});
