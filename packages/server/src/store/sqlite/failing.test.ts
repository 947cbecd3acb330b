import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { firstIdAt } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import type { Slot } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { check } from './check.ts';
import { DAY, messageIds, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { SqliteReader } from './reader.ts';
import { Connection } from './sql.ts';

test('a file locked by another process makes the store unavailable; the same changes work later', (t) => {
  const { folder, writer, reader, reports } = openStore(t, temporaryFolder(t));
  const [pending] = put(writer, 'depot', [entryAt(DEPOT_TIME, { outcome: 'pending', messageId: 'p' })]);
  const other = new Connection(join(folder, 'logs', '00000001.db'), { readOnly: false, busy: 1000 });
  other.exec('BEGIN IMMEDIATE');
  const may = {
    slot: { id: null } as Slot,
    entry: entryAt(DEPOT_TIME, { messageId: 'm', action: 'NeverSeen' }),
  };
  const june = { slot: { id: null } as Slot, entry: entryAt(DEPOT_TIME + 31 * DAY, { messageId: 'j' }) };
  const answered = {
    slot: pending ?? { id: null },
    entry: entryAt(DEPOT_TIME, { messageId: 'p', answer: wireOf('[3,"m1",{}]') }),
  };
  const changes = [june, answered, may];
  const insert = () => {
    writer.apply('depot', changes);
    return writer.commit();
  };
  assert.throws(insert, StoreUnavailableError);
  assert.deepEqual([june.slot.id, may.slot.id], [null, null]);
  assert.notEqual(answered.slot.id, null);
  other.exec('ROLLBACK');
  other.close();
  assert.equal(insert(), 3);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['p', 'm', 'j']);
  assert.deepEqual([...writer.pending()], []);
  assert.deepEqual(check(folder), []);
  assert.deepEqual(reports, []);
});

test('a commit that fails half-way is repeated without harm', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME), entryAt(DEPOT_TIME + 31 * DAY)]);
  const may = { slot: { id: null } as Slot, entry: entryAt(DEPOT_TIME + 1, { messageId: 'm' }) };
  const june = { slot: { id: null } as Slot, entry: entryAt(DEPOT_TIME + 31 * DAY, { messageId: 'j' }) };
  const insert = () => {
    writer.apply('depot', [may, june]);
    writer.rememberTransaction('yard', 'CP1', {
      transaction: '1',
      connector: 1,
      evseConnector: null,
      start: DEPOT_TIME,
    });
    writer.rememberCharger('depot', 'CP1', { vendor: 'V' });
    return writer.commit();
  };
  // The index cannot be written: the entries are committed by then.
  const index = new Connection(join(folder, 'logs', 'index.db'), { readOnly: false, busy: 1000 });
  put(writer, 'yard', [entryAt(DEPOT_TIME)]);
  index.exec('BEGIN IMMEDIATE');
  assert.throws(insert, StoreUnavailableError);
  index.exec('ROLLBACK');
  index.close();
  const ids = [may.slot.id, june.slot.id];
  assert.equal(insert(), 2);
  assert.deepEqual([may.slot.id, june.slot.id], ids);
  assert.equal(reader.page(pageOf('depot')).count, 4);
  assert.equal(writer.transaction('yard', 'CP1', '1', DEPOT_TIME)?.connector, 1);
  assert.equal(reader.chargers('depot')[0]?.vendor, 'V');
  assert.deepEqual(check(folder), []);
});

test('an entry that cannot be stored leaves nothing of its batch behind', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  for (const at of [-1, 0.5, Number.NaN, 2 ** 42]) {
    const good = {
      slot: { id: null } as Slot,
      entry: entryAt(DEPOT_TIME, { charger: 'never', action: 'Never' }),
    };
    assert.throws(
      () => writer.apply('depot', [good, { slot: { id: null }, entry: entryAt(at) }]),
      RangeError,
    );
    assert.equal(good.slot.id, null);
  }
  assert.equal(writer.commit(), 0);
  assert.equal(reader.page(pageOf('depot')).count, 1);
  put(writer, 'depot', [entryAt(DEPOT_TIME, { charger: 'never', action: 'Never' })]);
  assert.equal(reader.page(pageOf('depot', { chargers: ['never'], actions: ['Never'] })).count, 1);
  assert.deepEqual(check(folder), []);
});

test('on a full disk nothing is half-done, other files go on, and the folder is sound afterwards', (t) => {
  const folder = temporaryFolder(t);
  const fixture = fileURLToPath(new URL('./failing.fixture.ts', import.meta.url));
  const limited = `ulimit -f 2000; exec "$0" "$@"`;
  const run = ['-c', limited, process.execPath, '--conditions=source', fixture, folder];
  const told = JSON.parse(execFileSync('sh', run, { encoding: 'utf8' })) as {
    readonly unavailable: boolean;
    readonly taken: number;
    readonly committed: number;
    readonly elsewhere: number;
  };
  assert.deepEqual([told.unavailable, told.taken, told.elsewhere], [true, 0, 1]);
  assert.ok(told.committed > 0);
  // Before any writer has recovered the files.
  const early = new SqliteReader({ folder, report: assert.fail });
  assert.equal(early.page(pageOf('depot')).count, told.committed);
  early.close();
  const { reader, writer, reports } = openStore(t, folder);
  assert.equal(reader.page(pageOf('depot')).count, told.committed);
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  assert.equal(reader.page(pageOf('depot')).count, told.committed + 1);
  assert.equal(reader.page(pageOf('yard')).count, 1);
  assert.deepEqual(check(folder), []);
  assert.deepEqual(reports, []);
});

test('what was committed is there after a crash, and syncing outlives files that are gone', async (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t), { openFiles: 2 });
  const sites = ['a', 'b', 'c', 'd', 'e'];
  const changes = sites.map((site) => ({ site, slot: { id: null } as Slot, entry: entryAt(DEPOT_TIME) }));
  for (const { site, slot, entry } of changes) writer.apply(site, [{ slot, entry }]);
  assert.equal(writer.commit(), 5);
  await writer.sync();
  for (const site of sites) assert.equal(reader.page(pageOf(site)).count, 1);
  const keep = new Map(sites.map((site) => [site, 1]));
  while (writer.maintain(DEPOT_TIME + 400 * DAY, keep));
  await writer.sync();
  for (const site of sites) assert.equal(reader.page(pageOf(site)).count, 0);
  assert.deepEqual(check(folder), []);
});

test('a sync waits for the one under way: its own commits may be with that one', async (t) => {
  const { writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  const done: string[] = [];
  const first = writer.sync().then(() => done.push('first'));
  const second = writer.sync().then(() => done.push('second'));
  await Promise.all([first, second]);
  assert.deepEqual(done, ['first', 'second']);
});

test('more entries than a millisecond has ids are refused, and others go on', (t) => {
  const { writer, reader } = openStore(t, temporaryFolder(t));
  const last = firstIdAt(DEPOT_TIME + 1) - 1n;
  writer.apply('depot', [{ slot: { id: last }, entry: entryAt(DEPOT_TIME) }]);
  writer.commit();
  const insert = (at: number) => put(writer, 'depot', [entryAt(at)]);
  assert.throws(() => insert(DEPOT_TIME), /more than 2097152 entries in one millisecond of one site/);
  insert(DEPOT_TIME + 1);
  assert.equal(reader.page(pageOf('depot')).count, 2);
});
