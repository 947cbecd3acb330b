import assert from 'node:assert/strict';
import test from 'node:test';
import { byteSpan, elementSpan, elementStart, lastElementSpan, type Visitor, walk } from './json-text.ts';

const elements = (text: string): (string | null)[] =>
  [0, 1, 2, 3].map((index) => {
    const span = elementSpan(text, index);
    return span === null ? null : text.slice(span.start, span.end);
  });

test('elements are found whatever they hold', () => {
  assert.deepEqual(elements('[2,"a,]}\\"",{"x":[1,{"]":"}"}]},null]'), [
    '2',
    '"a,]}\\""',
    '{"x":[1,{"]":"}"}]}',
    'null',
  ]);
});

test('blanks around elements are no part of them', () => {
  assert.deepEqual(elements(' \r\n\t[ 2 ,\n"a" , { } ,[ ] ] '), ['2', '"a"', '{ }', '[ ]']);
});

test('a backslash at the end of a string does not hide its quote', () => {
  assert.deepEqual(elements('["\\\\","\\\\\\"",1,"\\\\\\\\"]'), ['"\\\\"', '"\\\\\\""', '1', '"\\\\\\\\"']);
});

test('what is not there has no span', () => {
  assert.deepEqual(elements('[]'), [null, null, null, null]);
  assert.deepEqual(elements('[1]'), ['1', null, null, null]);
  assert.deepEqual(elements('{"a":1}'), [null, null, null, null]);
  assert.deepEqual(elements(''), [null, null, null, null]);
});

test('of a text that is cut short only whole elements are found', () => {
  assert.deepEqual(elements('[2,"id","Act'), ['2', '"id"', null, null]);
  assert.deepEqual(elements('[2,"id","Action",{"a":[1'), ['2', '"id"', '"Action"', null]);
  assert.deepEqual(elements('[2,12'), ['2', null, null, null]);
  assert.equal(elementStart('[2,"id","Action",{"a":[1', 3), 17);
  assert.equal(elementStart('[2,"id","Action",', 3), -1);
});

test('the last element ends before the blanks and the bracket', () => {
  const text = '[3,"1", {"a":"]"} \n] \n';
  assert.deepEqual(lastElementSpan(text, 2), { start: 8, end: 17 });
  assert.equal(lastElementSpan(text, 3), null);
});

test('a walk meets everything in the order of the text', () => {
  const text = '[2,{"a":[true,"x"],"b":{}}, -1.5e3]';
  const met: string[] = [];
  const visitor: Visitor = {
    open: (array) => met.push(array ? '[' : '{'),
    close: () => met.push('end'),
    name: (start, end) => met.push(`name ${text.slice(start, end)}`),
    scalar: (start, end) => met.push(text.slice(start, end)),
  };
  walk(text, { start: 0, end: text.length }, visitor);
  const inner = ['{', 'name "a"', '[', 'true', '"x"', 'end', 'name "b"', '{', 'end', 'end'];
  assert.deepEqual(met, ['[', '2', ...inner, '-1.5e3', 'end']);
});

test('a span is told in bytes, whatever stands around it and in it', () => {
  const text = '[2,"ä€😀","Ä",{"ß":"😀"}]';
  const bytes = new TextEncoder().encode(text);
  const span = elementSpan(text, 3);
  assert.ok(span);
  const { start, end } = byteSpan(text, bytes.length, span);
  assert.equal(new TextDecoder().decode(bytes.subarray(start, end)), '{"ß":"😀"}');
  const ascii = '[2,"a","B",{}]';
  assert.deepEqual(byteSpan(ascii, ascii.length, { start: 11, end: 13 }), { start: 11, end: 13 });
});
