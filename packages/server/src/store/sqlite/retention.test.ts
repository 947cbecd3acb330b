import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import type { SiteRetention } from '../retention.ts';
import { PARTS, readBlock } from './block-parts.ts';
import { check } from './check.ts';
import {
  DAY,
  drain,
  inFile,
  MINUTE,
  messageIds,
  openStore,
  pageOf,
  put,
  temporaryFolder,
} from './fixtures.ts';

const HOUR = 60 * MINUTE;
const KEEP = new Map([['depot', 10]]);

function files(folder: string): string[] {
  return readdirSync(join(folder, 'logs')).filter((name) => /^\d+\.db$/.test(name));
}

/** What can be unpacked, all in one; and what lies in the file of blocks that hold expired texts. */
function stored(folder: string) {
  return inFile(folder, 1, (db) => {
    const numbers = db.numbers('SELECT number FROM block').map(([number = 0]) => number);
    const texts = new Map(numbers.map((number) => [number, readBlock(db, number).bytes.toString()]));
    const blobs = db.rows(
      `SELECT number, tail FROM block UNION ALL SELECT id / ${PARTS}, bytes FROM block_part ORDER BY 1`,
    );
    return {
      blocks: numbers.length,
      texts: [...texts.values()].join(''),
      expired: blobs.flatMap(([number, blob]) =>
        blob instanceof Uint8Array && blob.length > 16 && texts.get(Number(number))?.includes('expired')
          ? [Buffer.from(blob)]
          : [],
      ),
    };
  });
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

test('a cut in the middle of a day takes the texts before it out of the blocks that reach across', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const text = (n: number) => `${n < 240 ? 'expired' : 'kept'}-${n}`;
  put(
    writer,
    'depot',
    Array.from({ length: 480 }, (_, n) =>
      entryAt(DEPOT_TIME + ((n - 240) * MINUTE) / 2, {
        messageId: text(n),
        action: n % 3 === 0 ? 'Heartbeat' : `Action${n % 12}`,
        request: wireOf(`{"a":"${text(n)}"}`),
      }),
    ),
  );
  writer.seal('depot');
  const before = stored(folder);
  assert.match(before.texts, /expired-7"/);
  const kept = Array.from({ length: 240 }, (_, n) => text(n + 240));
  drain(writer, DEPOT_TIME + 10 * DAY, KEEP);
  const after = stored(folder);
  assert.doesNotMatch(after.texts, /expired-/);
  assert.match(after.texts, /kept-240"/);
  assert.ok(after.blocks < before.blocks, 'a block that lies before the cut as a whole is gone');
  assert.ok(before.expired.length > 4);
  // As they were packed they would unpack to what was removed.
  for (const name of readdirSync(join(folder, 'logs'))) {
    const bytes = readFileSync(join(folder, 'logs', name));
    assert.ok(!before.expired.some((packed) => bytes.includes(packed)), name);
  }
  assert.deepEqual(messageIds(reader, pageOf('depot')), kept);
  assert.deepEqual(check(folder), []);
  // What is left is packed together with what comes, and nothing is lost when its time has come.
  put(writer, 'depot', [entryAt(DEPOT_TIME + 5 * HOUR, { messageId: 'later' })]);
  writer.seal('depot');
  drain(writer, DEPOT_TIME + 10 * DAY + HOUR, KEEP);
  assert.deepEqual(messageIds(reader, pageOf('depot')), [...kept.slice(120), 'later']);
  assert.deepEqual(check(folder), []);
  drain(writer, DEPOT_TIME + 11 * DAY, KEEP);
  assert.equal(stored(folder).blocks, 0);
});

test('a block of which retention takes records in several steps gets none of them back', (t) => {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  const secret = (n: number) => ({ request: wireOf(`{"a":"expired-${n}"}`) });
  put(
    writer,
    'depot',
    Array.from({ length: 6000 }, (_, n) =>
      entryAt(DEPOT_TIME - HOUR + n * 500, n % 200 === 0 ? { action: 'Reset', ...secret(n) } : {}),
    ),
  );
  put(writer, 'depot', [entryAt(DEPOT_TIME + 1, { action: 'Reset' })]);
  writer.seal('depot');
  assert.match(stored(folder).texts, /expired-0"/);
  drain(writer, DEPOT_TIME + 10 * DAY, KEEP);
  assert.doesNotMatch(stored(folder).texts, /expired-/);
  assert.deepEqual(check(folder), []);
});

test('the cut is at a whole hour, and what lies behind it stays', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(
    writer,
    'depot',
    [-HOUR, -1, 0, 1].map((ms) => entryAt(DEPOT_TIME + ms, { messageId: `${ms}` })),
  );
  writer.seal('depot');
  drain(writer, DEPOT_TIME + 10 * DAY + HOUR / 2, KEEP);
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

test('nothing is removed while it is not known what sites keep, also of what is under way', (t) => {
  let known = false;
  const { writer, reader } = openStore(t, temporaryFolder(t), { mayRemove: () => known });
  put(
    writer,
    'depot',
    Array.from({ length: 6000 }, (_, n) => entryAt(DEPOT_TIME + n)),
  );
  put(writer, 'depot', [entryAt(DEPOT_TIME + 12 * DAY)]);
  put(writer, 'yard', [
    entryAt(DEPOT_TIME, { action: 'Heartbeat' }),
    entryAt(DEPOT_TIME, { action: 'StartTransaction' }),
  ]);
  const kept = new Map<string, SiteRetention>([...KEEP, ['yard', { days: 400, info: 0, debug: 10 }]]);
  const counts = () => ['depot', 'yard'].map((site) => reader.page(pageOf(site)).count);
  let now = DEPOT_TIME + 11 * DAY;
  drain(writer, now, kept);
  assert.deepEqual(counts(), [6001, 2]);
  known = true;
  now += MINUTE;
  // Until the first step of a removal: then nobody answers any more.
  while (counts()[0] === 6001) writer.maintain(now, kept);
  known = false;
  const left = counts()[0];
  assert.equal(left, 1001);
  drain(writer, now, kept);
  now += MINUTE;
  drain(writer, now, kept);
  assert.equal(counts()[0], left);
  known = true;
  drain(writer, now + MINUTE, kept);
  assert.deepEqual(counts(), [1, 1]);
});
