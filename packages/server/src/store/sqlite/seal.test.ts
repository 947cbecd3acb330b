import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import { check } from './check.ts';
import {
  DAY,
  drain,
  everything,
  inFile,
  MINUTE,
  messageIds,
  openStore,
  pageOf,
  put,
  temporaryFolder,
} from './fixtures.ts';

const HOUR = 60 * MINUTE;
const DATE = new Date(DEPOT_TIME).getUTCDate();
const MIDNIGHT = Math.ceil(DEPOT_TIME / DAY) * DAY;

function many(n: number, from: number, over: Partial<Entry> = {}): Entry[] {
  return Array.from({ length: n }, (_, at) => entryAt(from + at * 1000, { messageId: `${at}`, ...over }));
}

/** [day of the month, records] of each block; and how many texts are open. */
function packed(folder: string): { readonly blocks: (readonly number[])[]; readonly open: number } {
  return inFile(folder, 1, (db) => ({
    blocks: [...db.numbers('SELECT hour / 24 + 1, records FROM block ORDER BY number')],
    open: db.number('SELECT count(*) FROM open_text'),
  }));
}

test('full blocks of one action are packed after 11 minutes, the rest when its day has been over for as long', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [
    ...many(70, DEPOT_TIME, { action: 'Heartbeat' }),
    ...many(10, DEPOT_TIME),
    entryAt(DEPOT_TIME + 5, { outcome: 'pending', answer: null, answeredAt: null }),
  ]);
  drain(writer, DEPOT_TIME + 10 * MINUTE);
  assert.deepEqual(packed(folder), { blocks: [], open: 81 });
  drain(writer, DEPOT_TIME + 13 * MINUTE);
  assert.deepEqual(packed(folder), { blocks: [[DATE, 64]], open: 17 });
  drain(writer, MIDNIGHT + 10 * MINUTE);
  assert.deepEqual(packed(folder), { blocks: [[DATE, 64]], open: 17 });
  drain(writer, MIDNIGHT + 11 * MINUTE);
  assert.deepEqual(packed(folder), {
    blocks: [
      [DATE, 64],
      [DATE, 16],
    ],
    open: 1,
  });
  assert.equal(reader.page(pageOf('depot')).entries, 81);
  assert.deepEqual(check(folder), []);
});

test('a block never crosses a day', (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', many(200, MIDNIGHT - 100_000));
  writer.seal('depot');
  assert.deepEqual(packed(folder), {
    blocks: [
      [DATE, 64],
      [DATE, 36],
      [DATE + 1, 64],
      [DATE + 1, 36],
    ],
    open: 0,
  });
  assert.deepEqual(check(folder), []);
});

test('all that a day has of its rare actions lies in one block, in the day with few entries and with many', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const rare = ['StartTransaction', 'StopTransaction', 'Reset'];
  for (const [day, often] of [
    [0, 50],
    [1, 500],
  ] as const) {
    const from = DEPOT_TIME + day * DAY;
    const common = ['Heartbeat', 'MeterValues', 'StatusNotification'];
    put(
      writer,
      'depot',
      common.flatMap((action) => many(often, from, { action })),
    );
    put(
      writer,
      'depot',
      rare.flatMap((action) => many(20, from + 300, { action })),
    );
    drain(writer, from + HOUR);
    drain(writer, MIDNIGHT + day * DAY + 11 * MINUTE);
  }
  inFile(folder, 1, (db) => {
    const blocksOfRare = db.numbers(
      `SELECT DISTINCT e.block FROM entry e JOIN action a ON a.id = e.action WHERE a.name IN (SELECT value FROM json_each(?))`,
      JSON.stringify(rare),
    );
    assert.equal(blocksOfRare.length, 2);
    assert.equal(db.number('SELECT count(*) FROM open_text'), 0);
  });
  assert.equal(reader.page(pageOf('depot', { actions: rare })).entries, 120);
  assert.deepEqual(check(folder), []);
});

test('a day with more entries than one step packs is packed in several', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const actions = Array.from({ length: 70 }, (_, n) => `Action${n}`);
  for (const action of actions) put(writer, 'depot', many(63, DEPOT_TIME, { action }));
  put(writer, 'depot', many(6000, DEPOT_TIME));
  let steps = 0;
  let packedBefore = 0;
  for (const now of [MIDNIGHT, MIDNIGHT + 11 * MINUTE]) {
    while (writer.maintain(now, new Map())) {
      const records = packed(folder).blocks.reduce((sum, [, n = 0]) => sum + n, 0);
      assert.ok(records - packedBefore <= 1024 + 3072, `${records - packedBefore} in one step`);
      if (records > packedBefore) steps += 1;
      packedBefore = records;
    }
  }
  assert.ok(steps >= 3, `${steps} steps`);
  assert.equal(packed(folder).open, 0);
  assert.equal(reader.count({ filters: [everything('depot')], only: null }), 70 * 63 + 6000);
  assert.deepEqual(check(folder), []);
});

test('a block holds at most 256 kB, but a longer text has one of its own', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const long = (bytes: number) => ({ request: wireOf(`{"a":"${'x'.repeat(bytes)}"}`) });
  put(writer, 'depot', [...many(3, DEPOT_TIME, long(100_000)), ...many(1, DEPOT_TIME + 9000, long(600_000))]);
  writer.seal('depot');
  assert.deepEqual(packed(folder).blocks, [
    [DATE, 2],
    [DATE, 1],
    [DATE, 1],
  ]);
  assert.equal(reader.page(pageOf('depot')).entries, 4);
});

test('small blocks of a day are packed again together with what came later', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  for (let n = 0; n < 5; n++) {
    put(writer, 'depot', many(8, DEPOT_TIME + n, { messageId: `${n}` }));
    writer.seal('depot');
  }
  assert.deepEqual(packed(folder), {
    blocks: [
      [DATE, 32],
      [DATE, 8],
    ],
    open: 0,
  });
  assert.deepEqual(messageIds(reader, pageOf('depot')).slice(0, 6), ['0', '1', '2', '3', '4', '0']);
  assert.deepEqual(check(folder), []);
});

test('a day of the past that is still being filled is left alone until it is quiet', (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  const now = DEPOT_TIME + 30 * HOUR;
  put(writer, 'depot', many(5, DEPOT_TIME));
  drain(writer, now);
  put(writer, 'depot', many(5, DEPOT_TIME + 1));
  drain(writer, now + MINUTE);
  assert.deepEqual(packed(folder), { blocks: [], open: 10 });
  drain(writer, now + 12 * MINUTE);
  assert.deepEqual(packed(folder), { blocks: [[DATE, 10]], open: 0 });
});

test('an amendment is folded into its block, which is then gone, and free pages are given back', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const slots = put(writer, 'depot', many(2000, DEPOT_TIME));
  writer.seal('depot');
  const [slot = { id: null }] = slots;
  writer.apply('depot', [{ slot, entry: entryAt(DEPOT_TIME, { messageId: 'later', outcome: 'late' }) }]);
  writer.commit();
  const amendments = () => inFile(folder, 1, (db) => db.number('SELECT count(*) FROM amendment'));
  assert.equal(amendments(), 1);
  assert.equal(messageIds(reader, pageOf('depot'))[0], 'later');
  drain(writer, DEPOT_TIME + 2 * HOUR);
  assert.equal(amendments(), 0);
  assert.equal(messageIds(reader, pageOf('depot'))[0], 'later');
  inFile(folder, 1, (db) => {
    assert.ok(db.number('PRAGMA freelist_count') <= db.number('PRAGMA page_count') / 10 + 64);
    assert.equal(db.number('SELECT count(*) FROM block'), Math.ceil(2000 / 64));
  });
  assert.deepEqual(check(folder), []);
});
