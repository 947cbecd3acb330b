import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { openSource } from './source.ts';
import { chunksOf } from './source-double.ts';

const content = `${'2024-01-15T10:00:00Z SEND [2,"1","Heartbeat",{}]\n'.repeat(8_000)}end`;

async function through(bytes: Uint8Array, size: number): Promise<string> {
  const { chunks, sample } = await openSource('-', Readable.from(chunksOf(bytes, size)));
  assert.equal(sample.lines[0], '2024-01-15T10:00:00Z SEND [2,"1","Heartbeat",{}]');
  assert.equal(sample.lines.includes('end'), false, 'the sample is the beginning only');
  return Buffer.concat(await Array.fromAsync(chunks)).toString();
}

test('a pipe is read from its beginning, plain or packed', async () => {
  for (const size of [1_000, 100_000]) {
    assert.equal(await through(Buffer.from(content), size), content);
    assert.equal(await through(gzipSync(content), size), content);
    assert.equal(await through(zstdCompressSync(content), size), content);
  }
  assert.equal(await through(gzipSync(content), 1), content);
});

test('a packed file that is damaged is an error, not an end', async () => {
  const packed = gzipSync(content);
  await assert.rejects(through(packed.subarray(0, packed.length - 20), 50), /unexpected end of file/);
});
