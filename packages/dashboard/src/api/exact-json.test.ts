import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExact } from './exact-json.ts';

test('whole numbers that JavaScript cannot hold keep their digits', () => {
  assert.deepEqual(
    parseExact('{"a":9223372036854775807,"b":[12,-9007199254740993],"c":1.5,"d":"1234567890123456"}'),
    {
      a: '9223372036854775807',
      b: [12, '-9007199254740993'],
      c: 1.5,
      d: '1234567890123456',
    },
  );
});
