import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ExportRefusedError } from '../export-refused.ts';
import { FileSink } from './file-sink.ts';

function pathIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sink-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'x.part');
}

test('what is written stands in a file that nobody else may read, over what was there', async (t) => {
  const path = pathIn(t);
  for (const text of ['a longer one', 'short']) {
    const sink = await FileSink.open(path, { room: 100 });
    await sink.write(Buffer.from(text));
    await sink.write(new Uint8Array());
    await sink.sync();
    await sink.close();
    assert.equal(readFileSync(path, 'utf8'), text);
  }
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('not one byte more than there is room for', async (t) => {
  const sink = await FileSink.open(pathIn(t), { room: 4 });
  await sink.write(Buffer.from('1234'));
  await assert.rejects(sink.write(Buffer.from('5')), (error) => {
    assert.ok(error instanceof ExportRefusedError);
    assert.match(error.message, /exports\.max_bytes/);
    return true;
  });
  await sink.close();
});

test('a disk that is nearly full is left alone', async (t) => {
  const path = pathIn(t);
  await assert.rejects(FileSink.open(path, { room: 100, free: Number.MAX_SAFE_INTEGER }), (error) => {
    assert.ok(error instanceof ExportRefusedError);
    assert.match(error.message, /nearly full/);
    return true;
  });
});

test('a disk without room for one more byte is told as that', {
  skip: process.platform !== 'linux',
}, async () => {
  const sink = await FileSink.open('/dev/full', { room: 1000, free: 0 });
  await assert.rejects(sink.write(Buffer.from('x')), ExportRefusedError);
  await sink.close();
});
