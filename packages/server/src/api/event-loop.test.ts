import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { EventLoopDelay } from './event-loop.ts';

const BLOCKED_MS = 200;

function measured(t: TestContext, windowMs?: number): EventLoopDelay {
  const delay = new EventLoopDelay(windowMs);
  t.after(() => delay.end());
  return delay;
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('a loop that was held up is told of, by as much', async (t) => {
  const delay = measured(t);
  await pause(50);
  block(BLOCKED_MS);
  await pause(50);
  const { max, p50 } = delay.delay();
  assert.ok(max > (BLOCKED_MS - 20) / 1000, `${max} s`);
  assert.ok(p50 < max, `${p50} s`);
});

test('a window that is over is told until the next one is', async (t) => {
  // The next one is over only much later, however busy the machine is.
  const delay = measured(t, 2_000);
  await pause(50);
  block(BLOCKED_MS);
  await pause(2_020);
  const first = delay.delay();
  assert.ok(first.max > (BLOCKED_MS - 20) / 1000);
  assert.deepEqual(delay.delay(), first);
});

test('nothing measured yet is no delay', (t) => {
  assert.deepEqual(Object.values(measured(t).delay()), [0, 0, 0]);
});
