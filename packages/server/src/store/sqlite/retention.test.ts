import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import { check } from './check.ts';
import { DAY, drain, messageIds, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';

const KEEP = new Map([['depot', 10]]);

function files(folder: string): string[] {
  return readdirSync(join(folder, 'logs')).filter((name) => /^\d+\.db$/.test(name));
}

test('nothing that retention removed is found in the bytes of any file', (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  const secret = (n: number) => entryAt(DEPOT_TIME + n, { request: wireOf(`{"a":"unforgettable-${n}"}`) });
  put(
    writer,
    'depot',
    Array.from({ length: 300 }, (_, n) => secret(n)),
  );
  put(writer, 'depot', [entryAt(DEPOT_TIME + 12 * DAY)]);
  const found = () =>
    readdirSync(join(folder, 'logs')).some((name) =>
      readFileSync(join(folder, 'logs', name)).includes('unforgettable-'),
    );
  assert.ok(found());
  drain(writer, DEPOT_TIME + 11 * DAY, KEEP);
  assert.ok(!found());
});

test('the cut is at a whole hour, and what lies behind it stays', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const hour = 3_600_000;
  put(
    writer,
    'depot',
    [-hour, -1, 0, 1].map((ms) => entryAt(DEPOT_TIME + ms, { messageId: `${ms}` })),
  );
  writer.seal('depot');
  drain(writer, DEPOT_TIME + 10 * DAY + hour / 2, KEEP);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['0', '1']);
  assert.deepEqual(check(folder), []);
});

test('a month that is past is one file less; other sites and sites that keep for ever lose nothing', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', [entryAt(DEPOT_TIME), entryAt(DEPOT_TIME + 40 * DAY)]);
  put(writer, 'yard', [entryAt(DEPOT_TIME)]);
  put(writer, 'forever', [entryAt(DEPOT_TIME)]);
  drain(writer, DEPOT_TIME + 45 * DAY, new Map([...KEEP, ['forever', 0]]));
  assert.deepEqual(files(folder), ['00000002.db', '00000003.db', '00000004.db']);
  assert.equal(reader.page(pageOf('depot')).count, 1);
  assert.equal(reader.page(pageOf('yard')).count, 1);
  assert.equal(reader.page(pageOf('forever')).count, 1);
});

test('an hour with more entries than one step removes goes in several, and the counts are right after each', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(
    writer,
    'depot',
    Array.from({ length: 12_000 }, (_, n) => entryAt(DEPOT_TIME + n)),
  );
  put(writer, 'depot', [entryAt(DEPOT_TIME + 12 * DAY)]);
  const counts: number[] = [];
  while (writer.maintain(DEPOT_TIME + 11 * DAY, KEEP)) {
    counts.push(reader.page(pageOf('depot')).count);
    assert.deepEqual(check(folder), []);
  }
  assert.deepEqual([...new Set(counts)], [7001, 2001, 1]);
});

test('a transaction of before the cut is forgotten with it', (t) => {
  const { writer } = openStore(t, temporaryFolder(t));
  const fact = { transaction: '7', connector: 1, evseConnector: null, start: DEPOT_TIME };
  writer.rememberTransaction('depot', 'CP1', fact);
  put(writer, 'depot', [entryAt(DEPOT_TIME + 12 * DAY)]);
  assert.equal(writer.transaction('depot', 'CP1', '7', DEPOT_TIME + DAY)?.connector, 1);
  drain(writer, DEPOT_TIME + 11 * DAY, KEEP);
  assert.equal(writer.transaction('depot', 'CP1', '7', DEPOT_TIME + DAY), null);
});
