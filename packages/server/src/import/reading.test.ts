import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withoutColours } from './colours.ts';
import { endOfArray, readHead } from './frame-head.ts';
import { elementsOf } from './json-elements.ts';
import { LINE_BYTES_MAX, type SourceLine } from './line-cutter.ts';
import { linesOf } from './lines.ts';
import { chunksOf } from './source-double.ts';

const texts = async (lines: AsyncIterable<readonly SourceLine[]>) =>
  (await Array.fromAsync(lines)).flat().map(({ number, text, reason }) => [number, text ?? reason]);

test('lines come whole from chunks of any size, without line ends and byte order mark', async () => {
  const content = '\ufeffone\r\ntwo ü\n\nlast';
  for (const size of [1, 2, 3, 64]) {
    assert.deepEqual(await texts(linesOf(chunksOf(content, size))), [
      [1, 'one'],
      [2, 'two ü'],
      [3, ''],
      [4, 'last'],
    ]);
  }
});

test('a line that is too long is named and its neighbours are read', async () => {
  const long = Buffer.concat([Buffer.alloc(LINE_BYTES_MAX + 1, 'x'), Buffer.from('\nb')]);
  assert.deepEqual(await texts(linesOf(chunksOf(long, 1024 * 1024))), [
    [1, 'the line is longer than 16 MiB'],
    [2, 'b'],
  ]);
});

test('elements are cut as they stand, whatever their strings hold, with the line they begin in', async () => {
  const content = '[ {"a":"]},[\\""},\n  [2,"x",\n "A",{}] , 7,"s]", null ]\n';
  for (const size of [1, 5, 1000]) {
    assert.deepEqual(await texts(elementsOf(chunksOf(content, size))), [
      [1, '{"a":"]},[\\""}'],
      [2, '[2,"x",\n "A",{}]'],
      [3, '7'],
      [3, '"s]"'],
      [3, 'null '],
    ]);
  }
});

test('an array that breaks off gives what is whole and says so', async () => {
  assert.deepEqual(await texts(elementsOf(chunksOf('[{"a":1},\n{"b":'))), [
    [1, '{"a":1}'],
    [2, 'the file ends in the middle of an element'],
  ]);
});

test('property: every JSON array is cut into its elements', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 40 }), async (values, size) => {
      const text = JSON.stringify(values);
      const cut = await Array.fromAsync(elementsOf(chunksOf(text, size)));
      assert.deepEqual(
        cut.flat().map((element) => element.text),
        values.map((value) => JSON.stringify(value)),
      );
    }),
  );
});

test('the head of a frame is read without the rest', () => {
  assert.deepEqual(readHead('[2,"a","Heartbeat",{}]'), { type: 2, id: '"a"', action: 'Heartbeat' });
  assert.deepEqual(readHead(' [ 3 , 17 , {"x":'), { type: 3, id: '17', action: null });
  assert.deepEqual(readHead('[4,"q\\"]","InternalError","",{}]'), { type: 4, id: '"q\\"]"', action: null });
  assert.equal(readHead('[7,"a","b",{}]'), null);
  assert.equal(readHead('{"a":1}'), null);
});

test('the end of a frame is where its array closes', () => {
  const frame = '[2,"a]","X",{"b":"\\"]","c":[1]}]';
  assert.equal(endOfArray(`${frame} (3 ms)`, 0), frame.length);
  assert.equal(endOfArray('[2,"a', 0), 5);
});

test('colours of a terminal are taken off', () => {
  assert.equal(withoutColours('\u001b[1;32mSEND\u001b[0m [2]'), 'SEND [2]');
  assert.equal(withoutColours('\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b\u001b(Bc\u001b[K'), 'abc');
});
