import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { instantOf } from './instant.ts';

it('reads date-times of ISO 8601 with any zone as one instant', () => {
  const instant = Date.UTC(2026, 0, 5, 4, 58, 38);
  for (const text of [
    '2026-01-05T04:58:38Z',
    '2026-01-05T04:58:38.000Z',
    '2026-01-05t04:58:38z',
    '2026-01-05 04:58:38Z',
    '2026-01-05T14:58:38+10:00',
    '2026-01-05T14:58:38+1000',
    '2026-01-05T14:58:38+10',
    '2026-01-04T23:58:38-05:00',
    '2026-01-05T04:58:38',
  ]) {
    assert.equal(instantOf(text), instant, text);
  }
  assert.equal(instantOf('2026-01-05T04:58Z'), instant - 38_000);
  assert.equal(instantOf('2026-01-05T04:58:38.5Z'), instant + 500);
  assert.equal(instantOf('2026-01-05T04:58:38,25Z'), instant + 250);
  assert.equal(instantOf('2026-01-05T04:58:38.1234567Z'), instant + 123.4567);
});

it('takes nothing else for an instant', () => {
  for (const text of [
    '',
    'now',
    '2026-01-05',
    '1767589118',
    'Mon, 05 Jan 2026 04:58:38 GMT',
    '2026-13-05T04:58:38Z',
    '2026-00-05T04:58:38Z',
    '2026-01-32T04:58:38Z',
    '2026-01-05T25:58:38Z',
    '2026-01-05T04:60:38Z',
    '2026-01-05T04:58:61Z',
    '2026-01-05T04:58:38+19:00',
    ' 2026-01-05T04:58:38Z',
    `2026-01-05T04:58:38.${'1'.repeat(60)}Z`,
  ]) {
    assert.equal(instantOf(text), null, text);
  }
});

it('agrees with the clock of the language on everything that it writes', () => {
  const dates = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      const instant = instantOf(date.toISOString());
      assert.ok(instant !== null && Math.abs(instant - date.getTime()) < 0.1);
    }),
  );
});
