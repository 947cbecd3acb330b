import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memberSpan, repeatedNames } from './member-span.ts';

function textOf(text: string, name: string): string | null {
  const span = memberSpan(text, name);
  return span === null ? null : text.slice(span.start, span.end);
}

test('the text of a member is cut out as it stands', () => {
  assert.equal(textOf('{"a":1, "frame" : [2,"x","A",{"n":1.50}] ,"z":2}', 'frame'), '[2,"x","A",{"n":1.50}]');
  assert.equal(textOf('{"b":{"frame":1},"frame":"t"}', 'frame'), '"t"');
  assert.equal(textOf('{"fr\\u0061me":9223372036854775807}', 'frame'), '9223372036854775807');
  assert.equal(textOf('{"frame":1,"frame":[2]}', 'frame'), '[2]');
  assert.equal(textOf('{"other":"frame"}', 'frame'), null);
});

test('every member of every object is found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object);
      for (const [name, value] of Object.entries(object)) {
        assert.equal(textOf(text, name), JSON.stringify(value));
      }
    }),
  );
});

test('names that are there twice, however they are spelled, of the object itself alone', () => {
  assert.deepEqual(
    repeatedNames('{"a":1,"b":{"a":1,"a":2},"\\u0061":"a","__proto__":[],"a":3,"__proto__":null,"c":["c"]}'),
    ['a', '__proto__'],
  );
  assert.deepEqual(repeatedNames('{}'), []);
});
