import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { encodeEntry } from '@ocpp-logs/core';
import fc from 'fast-check';
import { DEPOT_TIME, entryArbitrary, entryAt, wireOf } from '../conformance/entries.ts';
import type { Slot } from '../store.ts';
import { check } from './check.ts';
import { DAY, inFile, openStore, pageOf, temporaryFolder } from './fixtures.ts';

function changesOf(entries: readonly Entry[]): { slot: Slot; entry: Entry }[] {
  return entries.map((entry) => ({ slot: { id: null }, entry }));
}

function many(n: number, from: number, over: Partial<Entry> = {}): Entry[] {
  return Array.from({ length: n }, (_, at) => entryAt(from + at * 1000, { messageId: `${at}`, ...over }));
}

test('what has ended and fills a block of its action and day is packed at once, the rest stays open', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const entries = [
    ...many(70, DEPOT_TIME),
    ...many(70, DEPOT_TIME, { action: 'Heartbeat' }),
    ...many(70, DEPOT_TIME + DAY - 35_000 - (DEPOT_TIME % DAY), { action: 'Authorize' }),
    ...many(70, DEPOT_TIME, { outcome: 'pending', answer: null, answeredAt: null }),
  ];
  writer.apply('depot', changesOf(entries), true);
  assert.equal(writer.commit(), 280);
  const blocks = inFile(folder, 1, (db) => db.numbers('SELECT records FROM block'));
  assert.deepEqual(blocks, [[64], [64]]);
  assert.equal(
    inFile(folder, 1, (db) => db.number('SELECT count(*) FROM open_text')),
    280 - 128,
  );
  assert.equal(reader.page(pageOf('depot')).entries, 280);
  assert.deepEqual(check(folder), []);
});

test('texts of many bytes begin new blocks, as they do later', (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  const request = wireOf(`[2,"1","StatusNotification",{"v":"${'x'.repeat(100_000)}"}]`);
  writer.apply('depot', changesOf(many(64, DEPOT_TIME, { request })), true);
  writer.commit();
  const blocks = inFile(folder, 1, (db) => db.numbers('SELECT records FROM block'));
  assert.deepEqual(new Set(blocks.map(([records]) => records)), new Set([2]));
  assert.deepEqual(check(folder), []);
});

test('an entry that was packed at once can still change', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const changes = changesOf(many(64, DEPOT_TIME, { outcome: 'timeout', answer: null, answeredAt: null }));
  writer.apply('depot', changes, true);
  writer.commit();
  const [{ slot, entry } = assert.fail()] = changes;
  writer.apply('depot', [{ slot, entry: { ...entry, outcome: 'late', answer: wireOf('[3,"0",{}]') } }], true);
  writer.commit();
  assert.equal(writer.read('depot', slot.id ?? 0n)?.outcome, 'late');
  writer.seal('depot');
  assert.equal(writer.read('depot', slot.id ?? 0n)?.outcome, 'late');
  assert.equal(reader.page(pageOf('depot')).count, 64);
  assert.deepEqual(check(folder), []);
});

test('what cannot be stored leaves nothing behind, and no ids', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const changes = changesOf([...many(64, DEPOT_TIME), entryAt(2 ** 42)]);
  assert.throws(() => writer.apply('depot', changes, true), RangeError);
  assert.ok(changes.every(({ slot }) => slot.id === null));
  writer.commit();
  assert.equal(reader.page(pageOf('depot')).count, 0);
  assert.deepEqual(check(folder), []);
});

test('any entries read back as they were', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t), { openFiles: 1 });
  let site = 0;
  fc.assert(
    fc.property(fc.array(entryArbitrary, { minLength: 64, maxLength: 300 }), (entries) => {
      site += 1;
      const changes = changesOf(entries);
      writer.apply(`${site}`, changes, true);
      writer.commit();
      for (const { slot, entry } of changes) {
        const read = writer.read(`${site}`, slot.id ?? -1n);
        assert.deepEqual(read === null ? null : plain(read), plain(entry));
      }
      assert.equal(reader.page(pageOf(`${site}`)).count, entries.length);
    }),
    { numRuns: 8 },
  );
  assert.deepEqual(check(folder), []);
});

function plain(entry: Entry): unknown {
  const text = encodeEntry(0n, entry);
  const bytes = [text.request, text.answer, text.rejection];
  return {
    at: entry.at,
    ...text,
    request: null,
    answer: null,
    rejection: null,
    bytes: bytes.map((each) => each && Buffer.from(each).toString('latin1')),
  };
}
