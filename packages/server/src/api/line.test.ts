import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Line } from './line.ts';

interface Item {
  readonly n: number;
}

test('a line is as an array is, whatever is put in, taken out and sifted', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ put: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 6, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ keep: fc.integer({ min: 1, max: 5 }) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const line = new Line<Item>();
      let array: Item[] = [];
      let next = 0;
      for (const each of steps) {
        if ('put' in each) {
          for (let n = 0; n < each.put; n += 1) {
            next += 1;
            line.push({ n: next });
            array.push({ n: next });
          }
        } else if ('take' in each) {
          for (let n = 0; n < each.take; n += 1) assert.deepEqual(line.shift(), array.shift());
        } else {
          line.keep(({ n }) => n % each.keep === 0);
          array = array.filter(({ n }) => n % each.keep === 0);
        }
        assert.equal(line.length, array.length);
        assert.deepEqual(
          array.map((_, place) => line.at(place)),
          array,
        );
        const middle = next / 2;
        const behind = array.findIndex(({ n }) => n > middle);
        assert.equal(
          line.firstWhere(({ n }) => n > middle),
          behind < 0 ? array.length : behind,
        );
      }
    }),
  );
});
