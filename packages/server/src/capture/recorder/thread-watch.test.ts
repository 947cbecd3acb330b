import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadWatch } from './thread-watch.ts';

test('a thread that does not answer is told of once, and so is its answer', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const told: string[] = [];
  const answer = Promise.withResolvers<void>();
  let asked = 0;
  const watch = new ThreadWatch({
    everyMs: 1000,
    ask: () => {
      asked += 1;
      return answer.promise;
    },
    onSilent: (seconds) => told.push(`silent for ${seconds} s`),
    onHeard: (seconds) => told.push(`answers after ${seconds} s`),
  });
  t.after(() => watch.stop());
  const pass = (seconds: number) => {
    for (let at = 0; at < seconds; at++) t.mock.timers.tick(1000);
  };
  pass(5);
  assert.deepEqual([asked, watch.silence, told], [1, 0, []]);
  pass(4);
  assert.deepEqual([asked, watch.silence, told], [1, 8, ['silent for 5 s']]);
  answer.resolve();
  await new Promise(setImmediate);
  assert.deepEqual([watch.silence, told], [0, ['silent for 5 s', 'answers after 8 s']]);
  pass(1);
  assert.equal(asked, 2);
});

test('a thread that has ended is not silent', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const told: number[] = [];
  const ended = Promise.withResolvers<void>();
  const watch = new ThreadWatch({
    everyMs: 1000,
    ask: () => ended.promise,
    onSilent: (seconds) => told.push(seconds),
    onHeard: (seconds) => told.push(seconds),
  });
  t.after(() => watch.stop());
  t.mock.timers.tick(3000);
  ended.reject(new Error('ended'));
  await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  assert.deepEqual([watch.silence, told], [0, []]);
});
