import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indented } from './indented.ts';

test('lines are those of JSON.stringify, whatever the blanks were', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(4), (value, blanks) => {
      const expected = JSON.stringify(JSON.parse(JSON.stringify(value)), null, 2);
      const shown = indented(JSON.stringify(value, null, blanks));
      assert.deepEqual(JSON.parse(shown), JSON.parse(expected));
      if (!/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(expected))
        assert.equal(shown, expected);
    }),
  );
});

test('digits stay, and nothing steers the terminal', () => {
  assert.equal(
    indented('{"a":12345678901234567890,"b":1.0}'),
    '{\n  "a": 12345678901234567890,\n  "b": 1.0\n}',
  );
  assert.equal(indented('["\u202ex\u009b"]'), '[\n  "\\u202ex\\u009b"\n]');
  assert.equal(indented('{}'), '{}');
});
