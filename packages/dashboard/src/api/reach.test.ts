import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reach } from './reach.ts';

test('a server that is away is knocked at, each time later, until it answers; that is told once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let there = false;
  let knocks = 0;
  const told: string[] = [];
  const reach = new Reach(async () => {
    knocks += 1;
    if (!there) throw new Error('nobody');
  });
  reach.subscribe(() => told.push(reach.away ? 'away' : 'here'));
  const end = reach.onBack(() => told.push('back'));
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  reach.answered();
  assert.deepEqual(told, []);
  reach.failed();
  reach.failed();
  await pass(1_000);
  await pass(1_999);
  assert.deepEqual([knocks, told], [1, ['away']]);
  await pass(1);
  there = true;
  await pass(4_000);
  assert.deepEqual([knocks, told], [3, ['away', 'here', 'back']]);
  await pass(60_000);
  assert.equal(knocks, 3);
  reach.renewed();
  assert.equal(told.pop(), 'back');
  end();
  reach.failed();
  reach.answered();
  await pass(60_000);
  assert.deepEqual([knocks, told.slice(3)], [3, ['away', 'here']]);
});
