import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import type { Slot } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { check } from './check.ts';
import { DAY, drain, messageIds, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { Connection } from './sql.ts';
import { openWriter, type SqliteWriter } from './writer.ts';

const named = (messageId: string, at = DEPOT_TIME) => entryAt(at, { messageId });

test('foreign and damaged files are named and set aside; the others keep working', (t) => {
  const folder = temporaryFolder(t);
  const before = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  put(before, 'depot', [named('a')]);
  put(before, 'yard', [named('b')]);
  before.close();
  const logs = join(folder, 'logs');
  writeFileSync(join(logs, '00000001.db'), 'garbage, and no database at all'.repeat(500));
  writeFileSync(join(logs, '00000077.db'), 'none of ours');
  writeFileSync(join(logs, 'notes.txt'), 'none of ours either');
  const { reader, reports, writer } = openStore(t, folder);
  assert.deepEqual(readdirSync(join(folder, 'set-aside')).sort(), [
    '00000001.db',
    '00000077.db',
    'notes.txt',
  ]);
  for (const name of ['00000001.db (site depot)', '00000077.db', 'notes.txt']) {
    assert.ok(
      reports.some((line) => line.includes(`logs/${name}`)),
      `${name} in ${reports.join('; ')}`,
    );
  }
  assert.deepEqual(messageIds(reader, pageOf('yard')), ['b']);
  assert.deepEqual(messageIds(reader, pageOf('depot')), []);
  put(writer, 'depot', [named('c')]);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['c']);
  assert.deepEqual(check(folder), []);
});

test('what takes the place of a damaged or missing file gives none of its ids again', (t) => {
  const folder = temporaryFolder(t);
  const given = new Set<bigint | null>();
  const putMany = (writer: SqliteWriter, n: number) => {
    const slots = put(
      writer,
      'depot',
      Array.from({ length: n }, (_, at) => named(`m${at}`)),
    );
    for (const { id } of slots) {
      assert.ok(!given.has(id), `${id} was given before`);
      given.add(id);
    }
  };
  const path = (number: number) => join(folder, 'logs', `${String(number).padStart(8, '0')}.db`);
  const first = openStore(t, folder);
  putMany(first.writer, 100);
  first.writer.close();
  writeFileSync(path(1), 'garbage, and no database at all'.repeat(500));
  const second = openStore(t, folder);
  putMany(second.writer, 3);
  putMany(second.writer, 200);
  // In a copy, too.
  second.writer.close();
  const third = openStore(t, folder, { extraction: 99 });
  drain(third.writer, Date.now() + DAY);
  putMany(third.writer, 3);
  third.writer.close();
  rmSync(path(3));
  const fourth = openStore(t, folder);
  putMany(fourth.writer, 3);
  assert.deepEqual(check(folder), []);
  // Retention takes the month, and what was noted of it.
  drain(fourth.writer, DEPOT_TIME + 400 * DAY, new Map([['depot', 10]]));
  const index = new Connection(join(folder, 'logs', 'index.db'), { readOnly: true, busy: 1000 });
  assert.equal(index.number('SELECT count(*) FROM reach'), 0);
  index.close();
});

test('of a file of an earlier version, of which nothing was noted, the next ones begin far behind', (t) => {
  const folder = temporaryFolder(t);
  const first = openStore(t, folder);
  const [before] = put(first.writer, 'depot', [named('a')]);
  first.writer.close();
  const index = new Connection(join(folder, 'logs', 'index.db'), { readOnly: false, busy: 1000 });
  index.exec('DROP TABLE reach');
  index.close();
  rmSync(join(folder, 'logs', '00000001.db'));
  const [after] = put(openStore(t, folder).writer, 'depot', [named('b')]);
  assert.equal((after?.id ?? 0n) - (before?.id ?? 0n), 1024n);
});

test('a file that turns out damaged while it is used is set aside, and a new one is begun', (t) => {
  const { folder, writer, reader, reports } = openStore(t, temporaryFolder(t));
  const june = DEPOT_TIME + 31 * DAY;
  put(
    writer,
    'depot',
    Array.from({ length: 500 }, (_, n) => named(`m${n}`, DEPOT_TIME + n)),
  );
  put(writer, 'depot', [named('june', june)]);
  writer.close();
  const path = join(folder, 'logs', '00000001.db');
  const again = openStore(t, folder);
  again.reader.page(pageOf('depot'));
  truncateSync(path, 8192);
  const changes = [
    { slot: { id: null } as Slot, entry: named('fresh') },
    { slot: { id: null } as Slot, entry: named('june too', june) },
  ];
  const insert = () => {
    again.writer.apply('depot', changes);
    again.writer.commit();
  };
  assert.throws(insert, StoreUnavailableError);
  assert.deepEqual(
    changes.map(({ slot }) => slot.id),
    [null, null],
  );
  assert.ok(existsSync(join(folder, 'set-aside', '00000001.db')));
  assert.match(again.reports.join('\n'), /logs\/00000001\.db \(site depot\) is damaged/);
  insert();
  assert.deepEqual(messageIds(again.reader, pageOf('depot')), ['fresh', 'june', 'june too']);
  assert.deepEqual(check(folder), []);
  assert.deepEqual(reports, []);
  reader.close();
});

test('a reader leaves a damaged file out, and the writer that is told of it sets it aside', (t) => {
  const folder = temporaryFolder(t);
  const before = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  put(
    before,
    'depot',
    Array.from({ length: 900 }, (_, n) => named(`m${n}`, DEPOT_TIME + n * 1000)),
  );
  put(before, 'depot', [named('june', DEPOT_TIME + 31 * DAY)]);
  before.close();
  const { writer, reader, reports } = openStore(t, folder);
  const path = join(folder, 'logs', '00000001.db');
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4096 * 12);
  writeFileSync(path, bytes);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['june']);
  assert.ok(reports.includes('damage 1'), reports.join('; '));
  assert.equal(writer.inspect(1), true);
  assert.equal(writer.inspect(1), false);
  assert.equal(writer.inspect(2), false);
  assert.ok(existsSync(join(folder, 'set-aside', '00000001.db')));
});

/** Each is a change of the schema that SQLite itself has nothing against. */
const SCHEMA_CHANGES = [
  'ALTER TABLE entry RENAME COLUMN lag TO lug',
  'ALTER TABLE entry RENAME COLUMN kind TO kynd',
  'ALTER TABLE hour_action RENAME TO hour_axtion',
  'ALTER TABLE open_text RENAME TO open_texts',
  'DROP TABLE day_charger',
] as const;

function changeSchema(folder: string, change: string): void {
  const db = new Connection(join(folder, 'logs', '00000001.db'), { readOnly: false, busy: 1000 });
  db.exec(change);
  db.close();
}

for (const change of SCHEMA_CHANGES) {
  test(`a schema that is damaged while the file is used (${change}): readers leave it out, its writer sets it aside`, (t) => {
    const { folder, writer, reader, reports } = openStore(t, temporaryFolder(t));
    put(writer, 'depot', [named('a')]);
    put(writer, 'depot', [named('june', DEPOT_TIME + 31 * DAY)]);
    assert.deepEqual(messageIds(reader, pageOf('depot')), ['a', 'june']);
    changeSchema(folder, change);
    const seen = messageIds(reader, pageOf('depot'));
    assert.ok(seen.includes('june'));
    if (!seen.includes('a')) assert.ok(reports.includes('damage 1'), reports.join('; '));
    assert.equal(writer.inspect(1), true);
    assert.ok(existsSync(join(folder, 'set-aside', '00000001.db')));
    put(writer, 'depot', [named('b')]);
    assert.deepEqual(messageIds(reader, pageOf('depot')), ['b', 'june']);
  });

  test(`a schema that is damaged while the file is used (${change}): a change of it fails once, as away`, (t) => {
    const { folder, writer, reader } = openStore(t, temporaryFolder(t));
    put(writer, 'depot', [named('a')]);
    changeSchema(folder, change);
    const changes = [{ slot: { id: null } as Slot, entry: named('b') }];
    const insert = () => {
      writer.apply('depot', changes);
      writer.commit();
      assert.equal(writer.read('depot', changes[0]?.slot.id ?? 0n)?.messageId, 'b');
      writer.seal('depot');
      drain(writer, DEPOT_TIME);
    };
    assert.throws(insert, StoreUnavailableError);
    assert.ok(existsSync(join(folder, 'set-aside', '00000001.db')));
    changes[0] = { slot: { id: null }, entry: named('b') };
    insert();
    assert.deepEqual(messageIds(reader, pageOf('depot')), ['b']);
  });

  test(`a damaged schema at the start (${change}): the file is set aside`, (t) => {
    const folder = temporaryFolder(t);
    const before = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
    put(before, 'depot', [named('a')]);
    before.close();
    changeSchema(folder, change);
    const { writer, reader, reports } = openStore(t, folder);
    assert.match(
      reports.join('\n'),
      /00000001\.db \(site depot\) is damaged .* its schema is damaged: it lacks/,
    );
    put(writer, 'depot', [named('b')]);
    assert.deepEqual(messageIds(reader, pageOf('depot')), ['b']);
  });
}

test('a block that cannot be unpacked costs its own entries only', (t) => {
  const { folder, writer, reader, reports } = openStore(t, temporaryFolder(t));
  const slots = put(
    writer,
    'depot',
    Array.from({ length: 128 }, (_, n) => named(`m${n}`, DEPOT_TIME + n)),
  );
  writer.seal('depot');
  const db = new Connection(join(folder, 'logs', '00000001.db'), { readOnly: false, busy: 1000 });
  db.exec(`UPDATE block SET tail = CAST('x' || tail AS BLOB) WHERE number = 1`);
  db.close();
  assert.equal(messageIds(reader, pageOf('depot')).length, 64);
  assert.match(reports.join('\n'), /block 1 of file 1 cannot be read/);
  assert.equal(writer.read('depot', slots[0]?.id ?? 0n), null);
  assert.equal(writer.read('depot', slots[127]?.id ?? 0n)?.messageId, 'm127');
  assert.match(check(folder).join('\n'), /00000001\.db \(site depot\): block 1: /);
  assert.ok(existsSync(join(folder, 'logs', '00000001.db')));
});

test('a lost or damaged index is made anew from the site files', (t) => {
  const folder = temporaryFolder(t);
  const before = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  const pending = entryAt(DEPOT_TIME + 9, { outcome: 'pending', messageId: 'p' });
  put(before, 'depot', [named('a'), pending, named('b', DEPOT_TIME + 40 * DAY)]);
  before.close();
  for (const spoil of [
    (path: string) => writeFileSync(path, 'garbage'.repeat(2000)),
    (path: string) => rmSync(path),
  ]) {
    spoil(join(folder, 'logs', 'index.db'));
    const { writer, reader } = openStore(t, folder);
    assert.deepEqual(messageIds(reader, pageOf('depot')), ['a', 'p', 'b']);
    assert.deepEqual(reader.actions(['depot']), ['StatusNotification']);
    assert.deepEqual(
      reader.chargers('depot').map(({ id }) => id),
      ['CP1'],
    );
    assert.equal([...writer.pending()].length, 1);
    put(writer, 'yard', [named('new')]);
    assert.deepEqual(check(folder), []);
    writer.close();
    reader.close();
  }
});

test('a site file that is missing is reported, and begun anew', (t) => {
  const folder = temporaryFolder(t);
  const before = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  put(before, 'depot', [named('a')]);
  before.close();
  rmSync(join(folder, 'logs', '00000001.db'));
  assert.deepEqual(check(folder), ['logs/00000001.db (site depot): missing']);
  const { writer, reader, reports } = openStore(t, folder);
  assert.deepEqual(reports, ['logs/00000001.db (site depot) is missing; its entries are lost']);
  put(writer, 'depot', [named('b')]);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['b']);
});
