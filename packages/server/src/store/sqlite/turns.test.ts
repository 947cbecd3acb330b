import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Steps } from './steps.ts';
import { AbandonedError, Turns } from './turns.ts';

function* steps(name: string, n: number, seen: string[]): Steps<string> {
  for (let at = 1; at < n; at++) {
    seen.push(`${name}${at}`);
    yield;
  }
  seen.push(`${name}${n}`);
  return name;
}

test('long questions take turns, and one of a single step waits for none of them', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const long = [turns.run(1, steps('a', 3, seen)), turns.run(2, steps('b', 3, seen))];
  assert.equal(await turns.run(3, steps('c', 1, seen)), 'c');
  assert.deepEqual(seen, ['a1', 'b1', 'c1']);
  assert.deepEqual(await Promise.all(long), ['a', 'b']);
  assert.deepEqual(seen, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'b3']);
});

test('messages come in between the steps', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const long = turns.run(1, steps('a', 3, seen));
  await new Promise(setImmediate);
  assert.deepEqual(seen, ['a1', 'a2']);
  assert.equal(await long, 'a');
});

test('what nobody waits for is given up, others go on', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const given = turns.run(1, steps('a', 1000, seen));
  const other = turns.run(2, steps('b', 2, seen));
  turns.abandon(1);
  turns.abandon(9);
  await assert.rejects(given, AbandonedError);
  assert.equal(await other, 'b');
  assert.deepEqual(seen, ['a1', 'b1', 'b2']);
});

test('what fails fails its own question', async () => {
  const turns = new Turns();
  function* failing(): Steps<never> {
    yield;
    throw new RangeError('no');
  }
  await assert.rejects(turns.run(1, failing()), RangeError);
  assert.equal(await turns.run(2, steps('b', 2, [])), 'b');
});
