import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inHalves } from './in-halves.ts';

interface Tried {
  readonly done: readonly number[];
  readonly refused: readonly number[];
  readonly attempts: number;
}

function tried(count: number, bad: ReadonlySet<number>, oneTellsAll: boolean): Tried {
  const done: number[] = [];
  const refused: number[] = [];
  let attempts = 0;
  const seen = { bad: false };
  inHalves(
    Array.from({ length: count }, (_, at) => at),
    {
      attempt: (part) => {
        attempts += 1;
        if (part.some((one) => bad.has(one))) throw new RangeError('one of them');
        done.push(...part);
      },
      ofThePart: (error) => error instanceof RangeError,
      hopeless: (one) => (oneTellsAll && seen.bad && bad.has(one) ? 'like one before' : null),
      refused: (one) => {
        seen.bad = true;
        refused.push(one);
      },
    },
  );
  return { done, refused, attempts };
}

test('a few that cannot be cost a few tries, however many there are', () => {
  assert.deepEqual(tried(10_000, new Set(), false).attempts, 1);
  const one = tried(10_000, new Set([7_777]), false);
  assert.deepEqual([one.refused, one.done.length], [[7_777], 9_999]);
  assert.ok(one.attempts <= 2 * Math.ceil(Math.log2(10_000)) + 1, String(one.attempts));
  const last = new Set(Array.from({ length: 4_000 }, (_, at) => 6_000 + at));
  const many = tried(10_000, last, true);
  assert.deepEqual([many.refused.length, many.done.length], [4_000, 6_000]);
  assert.ok(many.attempts <= 2 * Math.ceil(Math.log2(10_000)) + 1, String(many.attempts));
});

test('whichever cannot be: the others are done, each once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.boolean(), (isBad, oneTellsAll) => {
      const places = isBad.map((_, at) => at);
      const bad = new Set(places.filter((at) => isBad[at]));
      const { done, refused } = tried(isBad.length, bad, oneTellsAll);
      assert.deepEqual(
        done,
        places.filter((at) => !bad.has(at)),
      );
      assert.deepEqual(
        refused.toSorted((a, b) => a - b),
        [...bad],
      );
    }),
  );
});

test('what is no matter of the part ends it', () => {
  const ended = new Error('away');
  assert.throws(
    () =>
      inHalves([1, 2], {
        attempt: () => {
          throw ended;
        },
        ofThePart: (error) => error !== ended,
        hopeless: () => null,
        refused: assert.fail,
      }),
    ended,
  );
});
