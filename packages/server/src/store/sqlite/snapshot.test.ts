import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { entryAt } from '../conformance/entries.ts';
import { check } from './check.ts';
import { openStore, put, temporaryFolder } from './fixtures.ts';
import { indexPath, sitePath } from './layout.ts';
import { copyDatabase, entriesOf, snapshotLogs } from './snapshot.ts';
import { Connection } from './sql.ts';

const MONTHS = [Date.UTC(2026, 0, 5), Date.UTC(2026, 1, 5), Date.UTC(2026, 2, 5)];

/** A data folder with one entry in each of three months, while its writer is open. */
function threeMonths(t: TestContext) {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  put(
    writer,
    'depot "9"',
    MONTHS.map((at) => entryAt(at)),
  );
  const target = `${folder}/copy`;
  mkdirSync(target);
  return { folder, target };
}

function changeIndex(folder: string, sql: string): void {
  const index = new Connection(indexPath(folder), { readOnly: false, busy: 1000 });
  index.exec(sql);
  index.close();
}

test('a file that a derived copy replaces while the others are copied is taken under its new number', async (t) => {
  const { folder, target } = threeMonths(t);
  const taken: number[] = [];
  await snapshotLogs(folder, target, async ({ number, source, target: copy }) => {
    if (number === 2) {
      renameSync(sitePath(folder, 2), sitePath(folder, 7));
      renameSync(`${sitePath(folder, 2)}-wal`, `${sitePath(folder, 7)}-wal`);
      changeIndex(folder, 'UPDATE file SET number = 7 WHERE number = 2');
    }
    copyDatabase(source, copy);
    taken.push(number);
  });
  assert.deepEqual(taken, [1, 7, 3]);
  assert.deepEqual(check(target), []);
  assert.equal(entriesOf(sitePath(target, 7)), 1);
});

test('a month that retention removes meanwhile is in neither the copies nor their index', async (t) => {
  const { folder, target } = threeMonths(t);
  await snapshotLogs(folder, target, async ({ number, source, target: copy }) => {
    if (number === 1) {
      changeIndex(folder, 'DELETE FROM file WHERE number = 1');
      rmSync(sitePath(folder, 1));
      rmSync(`${sitePath(folder, 1)}-wal`);
    }
    copyDatabase(source, copy);
  });
  assert.deepEqual(check(target), []);
});

test('a file that cannot be copied and has not moved fails the whole', async (t) => {
  const { folder, target } = threeMonths(t);
  await assert.rejects(
    snapshotLogs(folder, target, async ({ number, source, target: copy }) => {
      if (number === 3) throw new Error('no space left');
      copyDatabase(source, copy);
    }),
    /no space left/,
  );
});

test('what is written after a file was copied is not in the copy, and the copy is sound', async (t) => {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  put(writer, 'depot', [entryAt(MONTHS[0] ?? 0)]);
  const target = `${folder}/copy`;
  mkdirSync(target);
  await snapshotLogs(folder, target, async ({ source, target: copy }) => {
    copyDatabase(source, copy);
    put(writer, 'depot', [entryAt((MONTHS[0] ?? 0) + 1000), entryAt(MONTHS[1] ?? 0)]);
  });
  assert.deepEqual(check(target), []);
  assert.equal(entriesOf(sitePath(target, 1)), 1);
  assert.equal(entriesOf(sitePath(folder, 1)), 2);
});
