import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arrayElements, jsonLines, lineOfPath } from './json-lines.ts';

const textOf = (text: string) =>
  (jsonLines(text) ?? []).map(
    ({ indent, tokens }) => '  '.repeat(indent) + tokens.map((token) => token.text).join(''),
  );

test('JSON is told in lines, its digits and escapes as they were', () => {
  assert.deepEqual(textOf('{"a":1.50, "b":[1,2, 3],"c":{"d":"x\\u00e9","e":[]},"f":9223372036854775807}'), [
    '{',
    '  "a": 1.50,',
    '  "b": [1, 2, 3],',
    '  "c": {',
    '    "d": "x\\u00e9",',
    '    "e": []',
    '  },',
    '  "f": 9223372036854775807',
    '}',
  ]);
  assert.equal(jsonLines('{"a":'), null);
});

test('no character but blanks is added or lost', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const told = textOf(text).join('\n');
      assert.deepEqual(JSON.parse(told), JSON.parse(text));
      assert.equal(told.replace(/\s/g, ''), text.replace(/\s/g, ''));
    }),
  );
});

test('a path names its line, and a path that is not there the nearest around it', () => {
  const lines = jsonLines('{"meterValue":[{"sampledValue":[{"value":"1"},{"value":"x","unit":"V"}]}]}') ?? [];
  const at = (path: string) => lines[lineOfPath(lines, path)]?.tokens.map(({ text }) => text).join('');
  assert.equal(at('meterValue[0].sampledValue[1].value'), '"value": "x",');
  assert.equal(at('meterValue[0].sampledValue[1].measurand'), '{');
  assert.equal(lineOfPath(lines, 'nothing'), -1);
  assert.equal(lineOfPath(lines, ''), -1);
});

test('the elements of a frame are its own text', () => {
  assert.deepEqual(arrayElements(' [2, "a,b", "X", {"k":[1,{"z":"]"}]}] '), [
    '2',
    '"a,b"',
    '"X"',
    '{"k":[1,{"z":"]"}]}',
  ]);
  assert.deepEqual(arrayElements('[]'), []);
  assert.equal(arrayElements('{}'), null);
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      assert.deepEqual(
        arrayElements(JSON.stringify(values)),
        values.map((value) => JSON.stringify(value)),
      );
    }),
  );
});

test('what is nested deep is told as far as anyone reads, and the rest as it stands', () => {
  const text = `{"x":${'[{"a":'.repeat(40_000)}1${'}]'.repeat(40_000)},"y":2}`;
  const lines = jsonLines(text) ?? [];
  assert.ok(lines.length > 300 && lines.length < 500);
  assert.ok(
    lines.some(({ tokens }) => tokens.some((token) => /^[[{].*… [\d,]+ characters more$/.test(token.text))),
  );
  assert.deepEqual(
    lines.at(-2)?.tokens.map((token) => token.text),
    ['"y"', ': ', '2'],
  );
  assert.deepEqual(arrayElements(`[2,${text}]`), ['2', text]);
});

test('a long text ends soon behind as many lines as are wanted', () => {
  const text = JSON.stringify(Array.from({ length: 90_000 }, (_, a) => ({ a, b: '}]' })));
  const lines = jsonLines(text, 100) ?? [];
  assert.ok(lines.length > 100 && lines.length < 110, String(lines.length));
});
