import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { elementSpans } from './element-spans.ts';

function elements(text: string): string[] {
  return elementSpans(text, { start: 0, end: text.length }).map(({ start, end }) => text.slice(start, end));
}

test('elements keep their text: digits, escapes, blanks and order of members', () => {
  const text = ' [ {"b":1.50,"a":[1,2]} ,"x,]" , 9223372036854775807,null,[ ] , {} ] ';
  assert.deepEqual(elements(text), [
    '{"b":1.50,"a":[1,2]}',
    '"x,]"',
    '9223372036854775807',
    'null',
    '[ ]',
    '{}',
  ]);
  assert.deepEqual(elements('[]'), []);
});

test('the elements of any array are those of JSON.parse', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (values, indent) => {
      const found = elements(JSON.stringify(values, null, indent)).map((text): unknown => JSON.parse(text));
      assert.deepEqual(found, JSON.parse(JSON.stringify(values)));
    }),
  );
});
