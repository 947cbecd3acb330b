import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseExact } from './exact-numbers.ts';

test('an integer beyond 2^53 keeps its digits, wherever in the text it stands', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.bigInt({ min: 10n ** 15n, max: 10n ** 24n }), (before, number) => {
      const [read] = parseExact(`[${number}${','.padEnd(before + 1)}"x"]`) as [number | bigint];
      assert.equal(BigInt(read), number);
      const behind = parseExact(`["${'x'.repeat(before)}",${number}]`) as [string, number | bigint];
      assert.equal(BigInt(behind[1]), number);
    }),
  );
});

test('digits in texts and shorter integers stay what they are', () => {
  assert.deepEqual(parseExact('{"a":"12345678901234567890","b":123456789012345,"c":1.5}'), {
    a: '12345678901234567890',
    b: 123456789012345,
    c: 1.5,
  });
});
