import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

test('asked often, it is done once; asked meanwhile, once more and after a pause', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const runs: number[] = [];
  let end = () => {};
  const task = () => {
    runs.push(Date.now());
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  const pace = new Pace({ task, least: 1000, times: 4, now: () => Date.now() });
  for (let count = 0; count < 50; count += 1) pace.ask();
  t.mock.timers.tick(150);
  assert.deepEqual(runs, [150]);
  for (let count = 0; count < 50; count += 1) pace.ask();
  t.mock.timers.tick(500);
  assert.deepEqual(runs, [150]);
  end();
  await new Promise(setImmediate);
  // It took 500 ms: a pause of four times as long.
  t.mock.timers.tick(1999);
  assert.deepEqual(runs, [150]);
  t.mock.timers.tick(1);
  assert.deepEqual(runs, [150, 2650]);
  end();
  await new Promise(setImmediate);
  t.mock.timers.tick(10_000);
  assert.equal(runs.length, 2);
});

test('stopped, it does nothing any more, also where it was asked already', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let runs = 0;
  const task = async () => {
    runs += 1;
  };
  const pace = new Pace({ task, least: 0, times: 0 });
  pace.ask();
  pace.stop();
  pace.ask();
  t.mock.timers.tick(10_000);
  assert.equal(runs, 0);
});
