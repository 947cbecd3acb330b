import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayText, sinceText } from './day-text.ts';

test('a day is told by the clock of its zone', () => {
  const late = Date.UTC(2026, 0, 5, 23, 30);
  assert.equal(dayText(late, 'UTC'), 'Monday, 2026-01-05');
  assert.equal(dayText(late, 'Europe/Berlin'), 'Tuesday, 2026-01-06');
});

test('what was is told as it is said', () => {
  const told = [300, 5_400, 125_000, 7_300_000, 200_000_000, -65_000].map(sinceText);
  assert.deepEqual(told, ['just now', '5 s ago', '2 min ago', '2 h ago', '2 d ago', 'in 1 min']);
});
