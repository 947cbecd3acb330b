import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sequence } from './sequence.ts';

test('numbers rise by one where a server is alone', () => {
  const sequence = new Sequence();
  sequence.begin(500);
  assert.deepEqual([sequence.next(), sequence.next(), sequence.last], [501, 502, 502]);
  sequence.begin(10);
  assert.equal(sequence.last, 502);
  assert.ok(sequence.gives(17));
});

test('nodes never give the same number, wherever they begin', () => {
  const seen = new Set<number>();
  const nodes = [0, 1, 2, 63].map((node) => new Sequence(node));
  for (const [at, sequence] of nodes.entries()) {
    sequence.begin(1_795_392_038_689_217 + at * 37);
    assert.ok(sequence.last >= 1_795_392_038_689_217 + at * 37);
    const numbers = sequence.number(BigUint64Array.of(1n, 2n, 3n), Uint8Array.of(1, 0, 1));
    assert.deepEqual(
      numbers.map(({ id, change }) => `${change} ${id}`),
      ['entry 1', 'update 2', 'entry 3'],
    );
    for (const { seq } of numbers) {
      assert.ok(!seen.has(seq) && seen.add(seq));
      assert.deepEqual(
        nodes.map((each) => each.gives(seq)),
        nodes.map((each) => each === sequence),
      );
    }
  }
});
