import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SpoolState, sharedSpoolState } from './spool-state.ts';

const NEVER = new AbortController().signal;

test('who waits for what is shipped is told by the thread that ships, without looking again and again', async (t) => {
  const shared = sharedSpoolState();
  const state = new SpoolState(shared);
  state.shipped = 3;
  assert.equal(await state.reached(3, NEVER), true, 'what was shipped is not waited for');
  t.mock.timers.enable();
  const both = [state.reached(5, NEVER), state.reached(6, NEVER)] as const;
  const ships = `
    const { workerData } = require('node:worker_threads');
    import(workerData.script).then(({ SpoolState }) => {
      const state = new SpoolState(workerData.shared);
      for (const number of [4, 5, 6]) state.shipped = number;
    });`;
  const script = new URL('./spool-state.ts', import.meta.url).href;
  const worker = new Worker(ships, { eval: true, workerData: { script, shared } });
  t.after(() => worker.terminate());
  assert.deepEqual(await Promise.all(both), [true, true]);
});

test('who waits is let go when that is given up, also where it is given up already', async () => {
  const state = new SpoolState(sharedSpoolState());
  const stop = new AbortController();
  let reached: boolean | null = null;
  const waiting = state.reached(1, stop.signal).then((answer) => {
    reached = answer;
  });
  await turn();
  assert.equal(reached, null);
  stop.abort();
  await waiting;
  assert.equal(reached, false);
  assert.equal(await state.reached(1, stop.signal), false);
  state.shipped = 1;
  assert.equal(await state.reached(1, stop.signal), true, 'what was shipped meanwhile counts');
});
