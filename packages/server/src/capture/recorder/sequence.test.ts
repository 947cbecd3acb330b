import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sequence } from './sequence.ts';

test('numbers rise by one, and never go back', () => {
  const sequence = new Sequence();
  sequence.begin(500);
  assert.deepEqual([sequence.next(), sequence.next(), sequence.last], [501, 502, 502]);
  sequence.begin(10);
  assert.equal(sequence.last, 502);
  const numbers = sequence.number(BigUint64Array.of(1n, 2n, 3n), Uint8Array.of(1, 0, 1));
  assert.deepEqual(
    numbers.map(({ seq, id, change }) => `${seq} ${change} ${id}`),
    ['503 entry 1', '504 update 2', '505 entry 3'],
  );
});
