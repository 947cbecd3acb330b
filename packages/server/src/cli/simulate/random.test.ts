import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from './random.ts';

function first(seed: string): number[] {
  const random = new Random(seed);
  return Array.from({ length: 20 }, () => random.next());
}

test('one seed gives one sequence, another seed another', () => {
  assert.deepEqual(first('a'), first('a'));
  assert.notDeepEqual(first('a'), first('b'));
  assert.notDeepEqual(first('1/AC-01'), first('1/AC-02'));
});

test('numbers stay within their bounds and spread over them', () => {
  fc.assert(
    fc.property(fc.string(), (seed) => {
      const random = new Random(seed);
      const numbers = Array.from({ length: 200 }, () => random.between(3, 5));
      assert.ok(numbers.every((number) => number >= 3 && number < 5));
      const low = numbers.filter((number) => number < 4).length;
      assert.ok(low > 50 && low < 150, `${low} of 200 in the lower half`);
    }),
  );
});

test('ids have the form of a UUID of version 4', () => {
  const random = new Random('ids');
  for (let count = 0; count < 100; count += 1) {
    assert.match(random.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
