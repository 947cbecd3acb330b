import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeFault, typedInstant } from './typed-instant.ts';

const NOW = Date.UTC(2026, 0, 10, 12);
const typed = (text: string, zone = 'Europe/Berlin') => typedInstant(text, zone, NOW);

test('spans stay, and times are those of the clock that the page shows', () => {
  assert.equal(typed(' -3h '), '-3h');
  assert.equal(typed('2026-01-05 14:00'), '2026-01-05T13:00:00.000Z');
  assert.equal(typed('05.01.2026 14:00'), '2026-01-05T13:00:00.000Z');
  assert.equal(typed('5.7.2026'), '2026-07-04T22:00:00.000Z');
  assert.equal(typed('31.12.2026 23:59:58', 'UTC'), '2026-12-31T23:59:58.000Z');
  assert.equal(typed('2026-01-05T14:00Z'), '2026-01-05T14:00:00.000Z');
});

test('what is no time is none, and slashes are told how to be written', () => {
  for (const text of ['31.02.2026', '01.13.2026', '05.01.2026 25:00', '05/01/2026', 'today', '']) {
    assert.equal(typed(text), null, text);
  }
  assert.match(timeFault('05/01/2026'), /^“05\/01\/2026” is not read with slashes, .*write 31\.01\.2026 or/);
  assert.match(timeFault('today'), /^“today” is no time: write -3h, now, 2026-01-05 14:00 or 05\.01\.2026/);
});
