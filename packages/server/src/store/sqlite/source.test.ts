import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeEntry, type EntryText } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import { parsed } from '../conformance/searches.ts';
import { DAY, everything, openStore, put, temporaryFolder } from './fixtures.ts';
import { sitePath } from './layout.ts';
import { openSource } from './source.ts';

const ALL = { filters: [everything('depot')], order: 'asc', take: null, only: null } as const;

const idsOf = (batch: readonly EntryText[]) => batch.map((text) => decodeEntry(text).messageId);

function numbered(from: number, count: number, month = 0) {
  return Array.from({ length: count }, (_, n) =>
    entryAt(DEPOT_TIME + month * 31 * DAY + from + n, { messageId: `${from + n}` }),
  );
}

test('batches hold a thousand entries at most, or about a MiB of texts', async (t) => {
  const folder = temporaryFolder(t);
  const { writer, reports } = openStore(t, folder);
  const source = openSource(folder, { report: assert.fail });
  t.after(() => source.close());
  put(writer, 'depot', numbered(0, 2500));
  const sizes: number[] = [];
  for await (const batch of source.entries(ALL)) sizes.push(batch.length);
  assert.deepEqual(sizes, [1000, 1000, 500]);
  const long = wireOf(`[2,"1","X",{"data":"${'x'.repeat(600_000)}"}]`);
  put(
    writer,
    'yard',
    Array.from({ length: 5 }, (_, n) => entryAt(DEPOT_TIME + n, { request: long })),
  );
  const few: number[] = [];
  for await (const batch of source.entries({ ...ALL, filters: [everything('yard')] })) few.push(batch.length);
  assert.deepEqual(few, [2, 2, 1]);
  assert.deepEqual(reports, []);
});

test('texts are their own: what the store does meanwhile changes none of them', async (t) => {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  const source = openSource(folder, { report: assert.fail });
  t.after(() => source.close());
  put(writer, 'depot', numbered(0, 1500));
  writer.seal('depot');
  writer.commit();
  const batches: (readonly EntryText[])[] = [];
  for await (const batch of source.entries(ALL)) {
    batches.push(batch);
    put(writer, 'depot', numbered(10_000 * batches.length, 50));
  }
  const found = batches.flatMap(idsOf);
  assert.deepEqual(
    found.slice(0, 1500),
    numbered(0, 1500).map(({ messageId }) => messageId),
  );
  const bytes = batches.flat().map(({ request }) => request?.buffer.byteLength ?? 0);
  assert.ok(Math.max(...bytes) < 200, 'a text does not keep the block that it came from');
});

test('a file that turns out damaged on the way is left out and told of; what was given is not given again', async (t) => {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  put(writer, 'depot', numbered(0, 1200));
  put(writer, 'depot', numbered(0, 10, 1));
  put(writer, 'depot', numbered(100, 10, 2));
  const reports: string[] = [];
  const damaged: number[] = [];
  const source = openSource(folder, {
    report: (line) => reports.push(line),
    onDamage: (number) => damaged.push(number),
  });
  t.after(() => source.close());
  const found: (string | null)[] = [];
  for await (const batch of source.entries(ALL)) {
    if (found.length === 0) {
      for (const name of readdirSync(join(folder, 'logs'))) {
        if (name.startsWith('00000002.db-')) writeFileSync(join(folder, 'logs', name), '');
      }
      writeFileSync(sitePath(folder, 2), 'no database, but long enough to be read as one '.repeat(400));
    }
    found.push(...idsOf(batch));
  }
  assert.deepEqual(
    found,
    [...numbered(0, 1200), ...numbered(100, 10)].map(({ messageId }) => messageId),
  );
  assert.deepEqual(damaged, [2]);
  assert.match(reports.join('\n'), /file 2 \(site depot\) is damaged and is left out/);
});

test('whoever stops reading ends it, and counts are those of the filter', async (t) => {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  put(writer, 'depot', numbered(0, 1500));
  const source = openSource(folder, { report: assert.fail });
  t.after(() => source.close());
  for await (const batch of source.entries({ ...ALL, order: 'desc' })) {
    assert.equal(idsOf(batch)[0], '1499');
    break;
  }
  assert.equal(await source.count(ALL), 1500);
  assert.equal(await source.count({ ...ALL, filters: [everything('depot', { chargers: ['other'] })] }), 0);
  const few: (string | null)[] = [];
  for await (const batch of source.entries({ ...ALL, order: 'desc', take: 3 })) few.push(...idsOf(batch));
  assert.deepEqual(few, ['1499', '1498', '1497']);
});

test('a search that finds nothing can be stopped between two looks', async (t) => {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  const source = openSource(folder, { report: assert.fail });
  t.after(() => source.close());
  put(writer, 'depot', numbered(0, 2500));
  const stop = new AbortController();
  const filter = everything('depot', { query: parsed('payload:nowhere') });
  const entries = source.entries({ ...ALL, filters: [filter] }, stop.signal)[Symbol.asyncIterator]();
  const first = entries.next();
  stop.abort(new Error('that is enough'));
  await assert.rejects(first, /that is enough/);
});
