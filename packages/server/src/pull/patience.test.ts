import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, Pace, retryAfter } from './patience.ts';
import { SteppedClock } from './stepped-clock.ts';

const ACTIVE = new AbortController().signal;

test('waits double up to half a minute, by chance between half and all of it', () => {
  assert.deepEqual(
    [1, 2, 3, 7, 40].map((tried) => backOff(tried, 1)),
    [500, 1_000, 2_000, 30_000, 30_000],
  );
  assert.deepEqual(
    [1, 2, 40].map((tried) => backOff(tried, 0)),
    [250, 500, 15_000],
  );
});

test('Retry-After is seconds or a date', () => {
  const now = Date.UTC(2026, 0, 5, 10);
  assert.equal(retryAfter('120', now), 120_000);
  assert.equal(retryAfter(' 0 ', now), 0);
  assert.equal(retryAfter('Mon, 05 Jan 2026 10:01:30 GMT', now), 90_000);
  assert.equal(retryAfter('Mon, 05 Jan 2026 09:00:00 GMT', now), 0);
  for (const text of [undefined, '', 'soon', '-1', '1.5']) assert.equal(retryAfter(text, now), null);
});

test('requests are spaced out, also after a pause and by a clock that was set back', async () => {
  const clock = new SteppedClock();
  const pace = new Pace(4, clock);
  for (let at = 0; at < 3; at += 1) await pace.turn(ACTIVE);
  assert.deepEqual(clock.delays, [250, 250]);
  clock.at += 10_000;
  await pace.turn(ACTIVE);
  await pace.turn(ACTIVE);
  assert.deepEqual(clock.delays, [250, 250, 250]);
  clock.at -= 3_600_000;
  await pace.turn(ACTIVE);
  assert.deepEqual(clock.delays, [250, 250, 250, 250]);
});
