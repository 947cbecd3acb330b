import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { messageIds, pageOf, put, temporaryFolder } from './fixtures.ts';
import { sitePath } from './layout.ts';
import { SqliteReader } from './reader.ts';
import { openWriter } from './writer.ts';

test('a file that its writer is about to make holds nothing yet, and is read as soon as it is made', (t) => {
  const folder = temporaryFolder(t);
  const writer = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  put(writer, 'depot', [entryAt(DEPOT_TIME, { messageId: 'a' })]);
  writer.close();
  const path = sitePath(folder, 1);
  const made = readFileSync(path);
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  // The moment between the row in the index and the commit of the tables: at first there is no file.
  rmSync(path);
  const reader = new SqliteReader({
    folder,
    report: assert.fail,
    onDamage: (file) => assert.fail(`file ${file}`),
  });
  t.after(() => reader.close());
  assert.deepEqual(messageIds(reader, pageOf('depot')), []);
  writeFileSync(path, '');
  assert.deepEqual(messageIds(reader, pageOf('depot')), []);
  writeFileSync(path, made);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['a']);
});
