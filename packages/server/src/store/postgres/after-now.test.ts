import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AfterNow } from './after-now.ts';

test('who asks while it runs waits for a run that began after', async () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const work = new AfterNow(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  const first = work.run();
  const [second, third] = [work.run(), work.run()];
  assert.equal(runs.length, 1);
  runs[0]?.reject(new Error('away'));
  await assert.rejects(first, /away/);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(runs.length, 2, 'one for both of them, and none for the failure');
  runs[1]?.resolve();
  await Promise.all([second, third]);
  const fourth = work.run();
  assert.equal(runs.length, 3);
  runs[2]?.resolve();
  await fourth;
});
