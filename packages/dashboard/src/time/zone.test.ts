import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clockName, clockText, instantOf, offsetText, readWallTime, timeText, wallTime } from './zone.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

test('times are told by the clock of the zone, with its offset at that time', () => {
  const winter = Date.UTC(2026, 0, 5, 14, 58, 38, 7);
  const summer = Date.UTC(2026, 6, 5, 14, 58, 38, 7);
  assert.equal(timeText(winter, 'Europe/Berlin', true), '2026-01-05 15:58:38.007');
  assert.equal(timeText(summer, 'Europe/Berlin'), '2026-07-05 16:58:38');
  assert.equal(clockText(winter, 'Asia/Kolkata'), '20:28:38');
  assert.deepEqual(
    [
      offsetText(winter, 'Europe/Berlin'),
      offsetText(summer, 'Europe/Berlin'),
      offsetText(winter, 'Asia/Kolkata'),
    ],
    ['UTC+1', 'UTC+2', 'UTC+5:30'],
  );
  assert.equal(offsetText(winter, 'America/New_York'), 'UTC-5');
  assert.equal(offsetText(winter, 'UTC'), 'UTC');
  assert.equal(clockName(winter, 'UTC'), 'UTC');
  assert.equal(clockName(winter, 'Europe/Berlin'), 'Europe/Berlin, UTC+1');
});

test('a time of the wall is the instant at which the wall shows it', () => {
  const ms = fc
    .integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })
    .map((at) => Math.floor(at / 1000) * 1000);
  fc.assert(
    fc.property(ms, fc.constantFrom(...ZONES), (at, zone) => {
      const wall = wallTime(at, zone);
      assert.deepEqual(wallTime(instantOf(wall, zone), zone), wall);
    }),
  );
});

test('a time that the clocks show twice is the first, one that they skip lies behind the gap', () => {
  const october = { year: 2026, month: 10, day: 25, hour: 2, minute: 30, second: 0 };
  assert.equal(instantOf(october, 'Europe/Berlin'), Date.UTC(2026, 9, 25, 0, 30));
  const march = { year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 };
  assert.equal(instantOf(march, 'Europe/Berlin'), Date.UTC(2026, 2, 29, 1, 30));
});

test('what is typed is read by the zone, and days that are none are not', () => {
  assert.equal(readWallTime('2026-01-05 14:00', 'Europe/Berlin'), Date.UTC(2026, 0, 5, 13));
  assert.equal(readWallTime(' 2026-1-5 ', 'UTC'), Date.UTC(2026, 0, 5));
  for (const text of ['2026-02-31', '2026-01-05 24:00', '2026-01-05 14:60', 'yesterday', '']) {
    assert.equal(readWallTime(text, 'UTC'), null, text);
  }
});
