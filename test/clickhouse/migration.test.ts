/** Moving batch by batch: broken off in the midst of a month, with entries of every kind, and beside what is shipped. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { everything } from '../../packages/server/src/store/clickhouse/shipper.ts';
import { openSource as openEngineSource } from '../../packages/server/src/store/clickhouse/source.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import {
  DEPOT_TIME,
  entryArbitrary,
  entryAt,
  wireOf,
} from '../../packages/server/src/store/conformance/entries.ts';
import { Checkpoint } from '../../packages/server/src/store/migrate/checkpoint.ts';
import { Migration, type MigrationOptions } from '../../packages/server/src/store/migrate/migration.ts';
import { stretchesOf } from '../../packages/server/src/store/migrate/stretches.ts';
import { writeNode } from '../../packages/server/src/store/node-number.ts';
import { SqliteReader } from '../../packages/server/src/store/sqlite/reader.ts';
import { openSource } from '../../packages/server/src/store/sqlite/source.ts';
import type { SiteEntry, Slot } from '../../packages/server/src/store/store.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { closePlace, type Node, openNode, openPlace, type Place, shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const report = (problem: string): never => {
  throw new Error(problem);
};

async function using(work: (place: Place, node: Node) => Promise<void>): Promise<void> {
  const place = await openPlace(url);
  const node = openNode(place.folder, place.connection);
  try {
    await migrate(place.connection);
    await work(place, node);
  } finally {
    http.fault = () => null;
    await node.close();
    await closePlace(place);
  }
}

/** All of the folder, by a run of its own. */
async function moveAll(
  { folder, connection }: Place,
  over: Partial<MigrationOptions> & { readonly verify?: boolean } = {},
  target = 'engine',
) {
  const checkpoint = new Checkpoint(folder, target);
  checkpoint.begin(over.version ?? DEPOT_TIME * 1000);
  const source = openSource(folder, { report });
  const reader = new SqliteReader({ folder, report });
  try {
    const migration = new Migration({
      connection,
      checkpoint,
      source,
      retention: () => undefined,
      settled: Number.POSITIVE_INFINITY,
      now: DEPOT_TIME,
      version: DEPOT_TIME * 1000,
      number: null,
      onProgress: () => undefined,
      signal: new AbortController().signal,
      batchEntries: 20,
      ...over,
    });
    const all = stretchesOf(reader.storage().months, { sites: null, from: 0, to: Number.MAX_SAFE_INTEGER });
    const compared = [];
    for (const stretch of all) {
      compared.push(await (over.verify === true ? migration.compare(stretch) : migration.move(stretch)));
    }
    checkpoint.finish();
    return compared;
  } finally {
    await source.close();
    reader.close();
    checkpoint.close();
  }
}

async function rows({ connection }: Place): Promise<number> {
  const sql = `SELECT count() FROM ${connection.database}.entry`;
  const [n = 0] = await connection.rows(sql, new Parameters(), (row) => row.number());
  return n;
}

function put(node: Node, n: number): readonly Slot[] {
  const changes = Array.from({ length: n }, (_, ms) => ({
    slot: { id: null } as Slot,
    entry: entryAt(DEPOT_TIME + ms, { messageId: `m${ms}` }),
  }));
  node.writer.apply('depot', changes);
  node.writer.commit();
  return changes.map(({ slot }) => slot);
}

for (const when of ['before', 'after'] as const) {
  test(`broken off ${when} a batch in the midst of a month was taken, it goes on with that batch`, () =>
    using(async (place, node) => {
      put(node, 90);
      let inserts = 0;
      http.fault = (sql) =>
        /^INSERT INTO \w+\.entry /.test(sql) && ++inserts === 3 ? { when, answer: 'reset' } : null;
      await assert.rejects(moveAll(place), StoreUnavailableError);
      assert.equal(await rows(place), when === 'before' ? 40 : 60);
      // Another run, another version: what was taken before is known by what is in it.
      const [compared] = await moveAll(place, { version: DEPOT_TIME * 1000 + 5 });
      assert.deepEqual([compared?.same, compared?.here.entries], [true, 90]);
      assert.equal(await rows(place), 90);
      assert.equal(inserts, 3 + 3);
    }));
}

test('entries of every kind have one checksum here and there', () =>
  using(async (place, node) => {
    const entries = fc.sample(entryArbitrary, { numRuns: 300, seed: 7 });
    node.writer.apply(
      'höf/2',
      entries.map((entry) => ({ slot: { id: null }, entry })),
    );
    node.writer.commit();
    const compared = await moveAll(place);
    assert.ok(compared.length > 0);
    for (const comparison of compared) assert.ok(comparison?.same, JSON.stringify(comparison));
    assert.equal(
      compared.reduce((sum, comparison) => sum + (comparison?.here.entries ?? 0), 0),
      300,
    );
  }));

test('of a month that nodes share each compares its own entries, and what it holds of others', async () => {
  const place = await openPlace(url);
  await migrate(place.connection);
  // Given before the folder had a number.
  const before = openNode(place.folder, place.connection);
  put(before, 30);
  await before.close();
  writeNode(place.folder, { folder: 'five', number: 5, runs: ['r'] });
  const numbered = openNode(place.folder, place.connection);
  try {
    put(numbered, 20);
    const of = { number: 5 };
    const [moved] = await moveAll(place, of);
    assert.deepEqual([moved?.same, moved?.here.entries], [true, 50]);
    const { database } = place.connection;
    const another = (more: bigint) =>
      place.connection.run(
        `INSERT INTO ${database}.entry SELECT * REPLACE (id + ${more} AS id) FROM (
             SELECT * FROM ${database}.entry FINAL WHERE bitAnd(id, 2097151) = 0 ORDER BY id LIMIT 10)`,
      );
    // Of nodes 3 and 0.
    await another(3n * 32_768n);
    await another(1000n);
    const [shared] = await moveAll(place, of, 'again');
    assert.deepEqual([shared?.same, shared?.there.entries], [true, 50]);
    const [alone] = await moveAll(place, {}, 'alone');
    assert.deepEqual([alone?.same, alone?.there.entries], [false, 70]);
    await another(5n * 32_768n + 1000n);
    const [more] = await moveAll(place, of, 'more');
    assert.deepEqual([more?.same, more?.there.entries], [false, 60]);
    await place.connection.run(
      `ALTER TABLE ${database}.entry DELETE WHERE bitAnd(id, 2097151) = 5 * 32768 + 1000 SETTINGS mutations_sync = 1`,
    );
    await place.connection.run(
      `ALTER TABLE ${database}.entry UPDATE fields = 'x' WHERE bitAnd(id, 2097151) = 0 SETTINGS mutations_sync = 1`,
    );
    const [changed] = await moveAll(place, { ...of, verify: true });
    assert.deepEqual([changed?.same, changed?.there.entries], [false, 50], 'of others, too, what it holds');
  } finally {
    await numbered.close();
    await closePlace(place);
  }
});

test('an answer that was shipped while an entry was moved is not put back', () =>
  using(async (place, node) => {
    const [slot = { id: null }] = put(node, 1);
    const files = openSource(place.folder, { report });
    const before: SiteEntry[] = [];
    for await (const batch of files.entries(query())) before.push(...batch);
    await files.close();
    const late = entryAt(DEPOT_TIME, {
      messageId: 'm0',
      outcome: 'late',
      answer: wireOf('[3,"m0",{"late":1}]'),
    });
    node.writer.apply('depot', [{ slot, entry: late }]);
    node.writer.commit();
    await shipAll(node);
    const source = {
      entries: async function* () {
        yield before;
      },
    };
    await moveAll(place, { version: 1, source });
    const found: SiteEntry[] = [];
    for await (const batch of openEngineSource(place.connection).entries(query())) found.push(...batch);
    assert.deepEqual(
      found.map(({ outcome }) => outcome),
      ['late'],
    );
  }));

test('what has expired is not moved, and what a server may still change is not compared', () =>
  using(async (place, node) => {
    put(node, 50);
    const [compared] = await moveAll(place, { settled: DEPOT_TIME + 30 });
    assert.equal(compared?.here.entries, 30);
    assert.equal(await rows(place), 50);
    await place.connection.run(`TRUNCATE TABLE ${place.connection.database}.entry`);
    const [kept] = await moveAll(place, { retention: () => 1, now: DEPOT_TIME + 3 * 86_400_000 }, 'another');
    assert.deepEqual([kept?.same, kept?.here.entries], [true, 0]);
    assert.equal(await rows(place), 0);
  }));

function query() {
  return { filters: [everything('depot')], order: 'asc' as const, take: null, only: null };
}
