import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { openStore, put, temporaryFolder } from './fixtures.ts';
import { sitePath } from './layout.ts';
import { openReader } from './reader-pool.ts';

const MONTH_MS = 31 * 86_400_000;

test('each site and month is told with the bytes of its file and of what lies beside it', async (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  assert.deepEqual(reader.storage().months, []);
  put(writer, 'depot', [entryAt(DEPOT_TIME + MONTH_MS), entryAt(DEPOT_TIME)]);
  put(writer, 'away', [entryAt(DEPOT_TIME)]);
  const { months, freeBytes, setAside } = reader.storage();
  const first = new Date(DEPOT_TIME).toISOString().slice(0, 7);
  const second = new Date(DEPOT_TIME + MONTH_MS).toISOString().slice(0, 7);
  assert.deepEqual(
    months.map(({ site, month }) => [site, month]),
    [
      ['away', first],
      ['depot', first],
      ['depot', second],
    ],
  );
  const onDisk = [1, 2, 3].flatMap((number) =>
    ['', '-wal'].map((end) => statSync(sitePath(folder, number) + end).size),
  );
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  assert.equal(sum(months.map(({ bytes }) => bytes)), sum(onDisk));
  assert.ok(months.every(({ bytes }) => bytes >= 4096));
  assert.ok(freeBytes > 0);
  assert.equal(setAside, 0);

  const pool = openReader(folder, { threads: 1 });
  t.after(() => pool.close());
  assert.deepEqual((await pool.storage()).months, months);
});

test('damaged files that were set aside are counted, once each', (t) => {
  const { folder, reader } = openStore(t, temporaryFolder(t));
  mkdirSync(join(folder, 'set-aside'));
  for (const name of ['00000007.db', '00000007.db-wal']) writeFileSync(join(folder, 'set-aside', name), '');
  assert.equal(reader.storage().setAside, 1);
});
