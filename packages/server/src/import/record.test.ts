import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportedLine } from './format.ts';
import { RecordReader } from './record.ts';
import { rows } from './source-double.ts';

/** `> text` was sent, `. text` is another record, anything else begins nothing. */
function read(...texts: readonly (string | null)[]): ReturnType<typeof rows> {
  const reader = new RecordReader((_line, text) => {
    if (text.startsWith('> ')) return { kind: 'frame', at: 2, told: { way: 'sent' } };
    if (text.startsWith('? ')) return { kind: 'frame', at: 2, told: {} };
    return text.startsWith('. ') ? { kind: 'none', reason: 'another' } : null;
  }, 'strange');
  const records: ImportedLine[] = [];
  for (const [at, text] of texts.entries()) {
    reader.take({ number: at + 1, text, reason: 'too long', stamp: null }, records);
  }
  reader.end(records);
  return rows(records);
}

test('a line break in a string is undone, one outside of strings stays', () => {
  assert.deepEqual(read('> [2,"1","A",{"b":"c ', ' d","e":', '[1,', '2]}] took 3 ms', 'tail'), [
    [1, null, null, 'sent', '[2,"1","A",{"b":"c  d","e":\n[1,\n2]}]'],
    [5, 'strange'],
  ]);
});

test('a line break in a number or a word is undone', () => {
  assert.deepEqual(read('> [2,"1","A",{"b":12', '34,"c":tr', 'ue,"d":-', '1.5}]'), [
    [1, null, null, 'sent', '[2,"1","A",{"b":1234,"c":true,"d":-1.5}]'],
  ]);
});

test('a torn frame ends with the next record, and is kept as it is', () => {
  assert.deepEqual(
    read('> [2,"1","A",{"b":"c', '> [3,"1",{}]', '> [2,"2","A",{', '', '. other', '> [2,"3"'),
    [
      [1, null, null, 'sent', '[2,"1","A",{"b":"c'],
      [2, null, null, 'sent', '[3,"1",{}]'],
      [3, null, null, 'sent', '[2,"2","A",{'],
      [5, 'another'],
      [6, null, null, 'sent', '[2,"3"'],
    ],
  );
});

test('a line that JSON cannot hold ends a torn frame', () => {
  assert.deepEqual(read('> [2,"1","A",{"b":1,', 'java.io.EOFException: null', '\tat a.b(C.java:1)'), [
    [1, null, null, 'sent', '[2,"1","A",{"b":1,'],
    [2, 'strange'],
    [3, 'strange'],
  ]);
});

test('a frame may begin in the line after its mark, and be none', () => {
  assert.deepEqual(read('> ', '', '  [2,', '"1"]', '> ', 'hello', '> ', '. x', '> not json  '), [
    [1, null, null, 'sent', '[2,\n"1"]'],
    [5, null, null, 'sent', 'hello'],
    [7, 'nothing behind the mark of a frame'],
    [8, 'another'],
    [9, null, null, 'sent', 'not json'],
  ]);
});

test('without a mark, only what begins like a frame is one', () => {
  assert.deepEqual(read('? [', '2, "1", "A", {}', ']', '? [', '"x"]', '? [2,"torn'), [
    [1, null, null, null, '[\n2, "1", "A", {}\n]'],
    [4, 'no frame'],
    [6, 'no frame'],
  ]);
});

test('a line that cannot be read ends a frame, and is named', () => {
  assert.deepEqual(read('> [2,"1","A",{', null, '}]'), [
    [1, null, null, 'sent', '[2,"1","A",{'],
    [2, 'too long'],
    [3, 'strange'],
  ]);
});

test('brackets that do not belong together: the line is taken to its end', () => {
  assert.deepEqual(read('> [3,"1",{"a":],"b":["c"]}]'), [
    [1, null, null, 'sent', '[3,"1",{"a":],"b":["c"]}]'],
  ]);
});

test('what never closes is given up at 16 MiB', () => {
  const line = '[{"a":'.repeat(200_000);
  const read16 = read(`> ${line}`, ...Array.from({ length: 20 }, () => line), '. x');
  assert.deepEqual(read16[0], [1, 'the frame is longer than 16 MiB']);
  assert.deepEqual(read16.at(-1), [22, 'another']);
});

test('a bracket alone begins a frame, and where one is open it is of that', () => {
  assert.deepEqual(read('? [', '2,"1","A",{"b":', '[', '1]}]', '? ['), [
    [1, null, null, null, '[\n2,"1","A",{"b":\n[\n1]}]'],
    [5, 'no frame'],
  ]);
});

test('another frame behind one is read where its mark is known, and told where it is not', () => {
  assert.deepEqual(
    read('> [2,"1","A",{}]> [3,"1",{}]> [2,"2","A",{', '}] then [3,"2",{}]', '> [2,"3","A",{}] took [3] ms'),
    [
      [1, null, null, 'sent', '[2,"1","A",{}]'],
      [1, null, null, 'sent', '[3,"1",{}]'],
      [1, null, null, 'sent', '[2,"2","A",{\n}]'],
      [2, 'behind the frame stands another one that is not read'],
      [3, null, null, 'sent', '[2,"3","A",{}]'],
    ],
  );
});

test('any number of frames on a line costs no stack', () => {
  assert.equal(read('> [2,"1","A",{}]'.repeat(20_000)).length, 20_000);
});
