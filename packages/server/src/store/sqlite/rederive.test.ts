import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import type { Slot } from '../store.ts';
import { check } from './check.ts';
import { drain, MINUTE, messageIds, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { openWriter } from './writer.ts';

const NOW = DEPOT_TIME + 300 * MINUTE;
/** What a newer extraction finds: another connector. */
const derive = (entry: Entry): Entry => ({ ...entry, fields: { connector_id: 9, request_info: 'newer' } });
const NEWER = { extraction: 2, derive };

function older(folder: string, n: number, report = assert.fail): void {
  const writer = openWriter({ folder, derive: (entry) => entry, report, extraction: 1 });
  put(
    writer,
    'depot',
    Array.from({ length: n }, (_, at) => entryAt(DEPOT_TIME + at * 10_000, { messageId: `${at}` })),
  );
  writer.rememberTransaction('depot', 'CP1', {
    transaction: '7',
    connector: 3,
    evseConnector: null,
    start: DEPOT_TIME,
  });
  writer.seal('depot');
  writer.commit();
  writer.close();
}

function siteFiles(folder: string): string[] {
  return readdirSync(join(folder, 'logs')).filter((name) => /^\d+\.db$/.test(name));
}

test('a file of an older extraction is derived anew and swapped; filter, counts and output agree', (t) => {
  const folder = temporaryFolder(t);
  older(folder, 1300);
  const { writer, reader, reports } = openStore(t, folder, NEWER);
  assert.equal(reader.page(pageOf('depot', { connectors: [9] })).count, 0);
  drain(writer, NOW);
  const page = reader.page(pageOf('depot', { connectors: [9] }));
  assert.equal(page.count, 1300);
  assert.match(
    new TextDecoder().decode(page.body),
    /"connector_id":9,"request_timestamp":null,"request_info":"newer"/,
  );
  assert.equal(reader.page(pageOf('depot', { connectors: [1] })).count, 0);
  assert.deepEqual(siteFiles(folder), ['00000002.db']);
  assert.equal(writer.transaction('depot', 'CP1', '7', DEPOT_TIME)?.connector, 3);
  assert.deepEqual(check(folder), []);
  assert.deepEqual(reports, []);
  drain(writer, NOW + MINUTE);
  assert.deepEqual(siteFiles(folder), ['00000002.db']);
});

test('what changes while a copy is made is in the copy, wherever it stands', (t) => {
  const folder = temporaryFolder(t);
  older(folder, 1300);
  const { writer, reader } = openStore(t, folder, NEWER);
  const pending: Slot[] = [];
  const wanted: string[] = Array.from({ length: 1300 }, (_, at) => `${at}`);
  for (let step = 0; writer.maintain(NOW, new Map()); step++) {
    // One at the beginning, one in the middle, one at the end; an older one is changed.
    const entries = [5, 6_500_000, 12_999_999].map((ms, at) =>
      derive(entryAt(DEPOT_TIME + ms, { messageId: `n${step}.${at}`, outcome: 'pending' })),
    );
    const slots = put(writer, 'depot', entries);
    wanted.push(...entries.map(({ messageId }) => messageId ?? ''));
    const before = pending.splice(0);
    for (const slot of before) {
      const entry = slot.id === null ? null : writer.read('depot', slot.id);
      assert.ok(entry !== null);
      writer.apply('depot', [{ slot, entry: { ...entry, outcome: 'answered' } }]);
    }
    writer.commit();
    pending.push(...slots);
    if (step > 30) break;
  }
  drain(writer, NOW);
  assert.equal(reader.page(pageOf('depot', { connectors: [9] })).count, wanted.length);
  const ids: string[] = [];
  for (let skip = 0; ids.length < wanted.length; skip += 1000) {
    ids.push(...messageIds(reader, { ...pageOf('depot'), skip }));
  }
  assert.deepEqual(ids.sort(), wanted.sort());
  assert.equal([...writer.pending()].length, pending.length);
  assert.deepEqual(siteFiles(folder), ['00000002.db']);
  assert.deepEqual(check(folder), []);
});

test('a copy that was not finished is gone after a restart, and made again', (t) => {
  const folder = temporaryFolder(t);
  older(folder, 1300);
  const first = openWriter({ folder, report: assert.fail, ...NEWER });
  while (siteFiles(folder).length === 1) assert.ok(first.maintain(NOW, new Map()));
  assert.ok(first.maintain(NOW, new Map()));
  // The first writer is not closed: closing it would take the copy away.
  assert.deepEqual(siteFiles(folder), ['00000001.db', '00000002.db']);
  const { writer, reader } = openStore(t, folder, NEWER);
  assert.deepEqual(siteFiles(folder), ['00000001.db']);
  drain(writer, NOW);
  assert.deepEqual(siteFiles(folder), ['00000003.db']);
  assert.equal(reader.page(pageOf('depot', { connectors: [9] })).count, 1300);
});

test('a failed batch gives the copy up, and it is made again', (t) => {
  const folder = temporaryFolder(t);
  older(folder, 1300);
  const { writer, reader } = openStore(t, folder, NEWER);
  for (let step = 0; step < 3; step++) assert.ok(writer.maintain(NOW, new Map()));
  const good = { slot: { id: null } as Slot, entry: derive(entryAt(DEPOT_TIME)) };
  assert.throws(() => writer.apply('depot', [good, { slot: { id: null }, entry: entryAt(-1) }]), RangeError);
  assert.deepEqual(siteFiles(folder), ['00000001.db']);
  drain(writer, NOW + MINUTE);
  assert.equal(reader.page(pageOf('depot', { connectors: [9] })).count, 1300);
  assert.deepEqual(check(folder), []);
});
