import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EncodingNotes, encodingOf, utf8Of } from './encoding.ts';
import { chunksOf } from './source-double.ts';

const text = '[2,"1","DataTransfer",{"data":"Größe 10 €"}]\r\nzwei\n';
const utf16le = Buffer.from(text, 'utf16le');
const utf16be = Buffer.from(utf16le).swap16();
const MARKS = { le: Buffer.from([0xff, 0xfe]), be: Buffer.from([0xfe, 0xff]), utf8: Buffer.from('\ufeff') };

async function through(bytes: Uint8Array, size: number): Promise<readonly [string, number]> {
  const notes = new EncodingNotes();
  const chunks = await Array.fromAsync(utf8Of(chunksOf(bytes, size), encodingOf(bytes), notes));
  return [Buffer.concat(chunks).toString(), notes.latin1Lines];
}

test('UTF-16 with and without a byte order mark, UTF-8 with one', async () => {
  const written = [
    utf16le,
    utf16be,
    Buffer.concat([MARKS.le, utf16le]),
    Buffer.concat([MARKS.be, utf16be]),
    Buffer.from(text),
    Buffer.concat([MARKS.utf8, Buffer.from(text)]),
  ];
  for (const bytes of written) {
    for (const size of [1, 2, 3, 7, 1_000]) assert.deepEqual(await through(bytes, size), [text, 0]);
  }
});

test('a line that is no UTF-8 is read as Latin-1 and counted; its neighbours are as they were', async () => {
  const bytes = Buffer.concat([
    Buffer.from('Größe\n'),
    Buffer.from('Gr\xf6\xdfe \x80\n', 'latin1'),
    Buffer.from('€'),
  ]);
  for (const size of [1, 2, 5, 100]) {
    assert.deepEqual(await through(bytes, size), ['Größe\nGröße €\n€', 1]);
  }
});

test('NULs alone do not make UTF-16', () => {
  assert.equal(encodingOf(Buffer.alloc(1_000)), 'UTF-8');
  assert.equal(encodingOf(Buffer.from(`${'\0'.repeat(500)}text`)), 'UTF-8');
  assert.equal(encodingOf(Buffer.from('')), 'UTF-8');
});

test('property: what is UTF-8 stays as it is, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), async (given, size) => {
      const bytes = Buffer.from(`a${given}`);
      const chunks = await Array.fromAsync(utf8Of(chunksOf(bytes, size), 'UTF-8', new EncodingNotes()));
      assert.deepEqual(Buffer.concat(chunks), bytes);
    }),
  );
});
