import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sourceOf } from './source.ts';
import { chunksOf } from './source-double.ts';

const content = `${'2024-01-15T10:00:00Z SEND [2,"1","Heartbeat",{}]\n'.repeat(8_000)}end`;

async function through(bytes: Uint8Array, size: number): Promise<string> {
  const { chunks, sample } = await sourceOf(chunksOf(bytes, size));
  assert.equal(sample.lines[0], '2024-01-15T10:00:00Z SEND [2,"1","Heartbeat",{}]');
  assert.equal(sample.lines.includes('end'), false, 'the sample is the beginning only');
  return Buffer.concat(await Array.fromAsync(chunks)).toString();
}

test('a source is read from its beginning, plain or packed', async () => {
  for (const size of [1_000, 100_000]) {
    assert.equal(await through(Buffer.from(content), size), content);
    assert.equal(await through(gzipSync(content), size), content);
    assert.equal(await through(zstdCompressSync(content), size), content);
  }
  assert.equal(await through(gzipSync(content), 1), content);
});

test('several packed parts one after the other are one source', async () => {
  const parts = [content, content.slice(0, 100_000), content];
  for (const pack of [gzipSync, zstdCompressSync]) {
    const packed = Buffer.concat(parts.map((part) => pack(part)));
    for (const size of [1, 100, 1_000_000])
      assert.ok((await through(packed, size)) === parts.join(''), `${pack.name} in chunks of ${size}`);
  }
});

for (const [name, pack] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const) {
  test(`${name}: a file that breaks off gives what is whole, and then the failure`, async () => {
    const noise = Array.from({ length: 60_000 }, (_, at) => `line ${at * 7919} ${Math.sin(at)}\n`).join('');
    const packed = pack(noise);
    const { chunks } = await sourceOf(chunksOf(packed.subarray(0, packed.length - 1_000), 4_096));
    const read: string[] = [];
    await assert.rejects(async () => {
      for await (const chunk of chunks) read.push(Buffer.from(chunk).toString());
    }, /unexpected end of file|ZSTD|zstd|truncated|input/i);
    const text = read.join('');
    assert.ok(text.length > noise.length * 0.8, `${text.length} of ${noise.length}`);
    assert.ok(noise.startsWith(text));
  });
}

test('the encoding is told, and what was not as it should be', async () => {
  const utf16 = await sourceOf(chunksOf(Buffer.from('\ufeffhello\n', 'utf16le')));
  assert.deepEqual([utf16.encoding, utf16.sample.lines], ['UTF-16LE', ['hello']]);
  const latin1 = await sourceOf(chunksOf(Buffer.from('a\n\xfc\n\xe4\n', 'latin1')));
  assert.deepEqual(latin1.notes(), []);
  assert.equal(Buffer.concat(await Array.fromAsync(latin1.chunks)).toString(), 'a\nü\nä\n');
  assert.deepEqual(latin1.notes(), ['2 lines are not UTF-8: read as Latin-1 (windows-1252)']);
});
