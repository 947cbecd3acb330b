import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sleeper, Stopped } from './sleeper.ts';

test('a second of the station is as much shorter as its time is faster', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sleeping = new Sleeper(60, new AbortController().signal).sleep(120);
  let awake = false;
  sleeping.then(() => {
    awake = true;
  });
  t.mock.timers.tick(1_999);
  await Promise.resolve();
  assert.equal(awake, false);
  t.mock.timers.tick(1);
  assert.equal(await sleeping, 120);
});

test('woken early it tells less than was asked for', async () => {
  const sleeper = new Sleeper(1, new AbortController().signal);
  sleeper.wake(); // Nobody sleeps yet.
  const sleeping = sleeper.sleep(3_600);
  sleeper.wake();
  assert.ok((await sleeping) < 3_600);
});

test('stopped it rejects, now and from then on', async () => {
  const over = new AbortController();
  const sleeper = new Sleeper(1, over.signal);
  const sleeping = assert.rejects(sleeper.sleep(3_600), Stopped);
  over.abort();
  await sleeping;
  await assert.rejects(sleeper.sleep(1), Stopped);
});
