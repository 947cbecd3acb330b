/**
 * A ClickHouse that lacks what it once took, as it was restored from a back-up of its own, emptied, or left for another one
 * for a while, gets it again from the folder; no month is dropped that it does not hold as it is here.
 */

import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { idsOf } from '../../packages/server/src/store/clickhouse/open-spool.ts';
import type { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { WriterClaim } from '../../packages/server/src/store/clickhouse/writer-claim.ts';
import { DEPOT_TIME, entryAt, wireOf } from '../../packages/server/src/store/conformance/entries.ts';
import { monthOf } from '../../packages/server/src/store/sqlite/month.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { closePlace, openPlace, type Place, shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';
import { Spool, usingSpool } from './spool-fixture.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const using = (work: (spool: Spool) => Promise<void>) => usingSpool(http, url, work);

const answered = (n: number) =>
  entryAt(DEPOT_TIME + n, {
    messageId: `m${n}`,
    request: wireOf(`[2,"m${n}","Heartbeat",{}]`),
    answer: wireOf(`[3,"m${n}",{}]`),
    answeredAt: DEPOT_TIME + n + 40,
  });
const pending = (n: number) =>
  ({ ...answered(n), outcome: 'pending', answer: null, answeredAt: null }) as const;

const LOG = Array.from({ length: 40 }, (_, n) => answered(n));
const MONTH = { site: 'depot', ...idsOf(monthOf(DEPOT_TIME)) };

let minutes = 0;

/** As the thread that ships does every few seconds. How often the database was behind. */
async function claim({ place, node: { outbox } }: Spool): Promise<number> {
  minutes += 1;
  let behind = 0;
  await new WriterClaim(place.connection, {
    node: 'node-1',
    number: null,
    now: () => minutes * 60_000,
    progress: outbox,
    onBehind: () => {
      behind += 1;
      outbox.compared.complete([MONTH]);
    },
  }).renew();
  return behind;
}

async function outcomes(spool: Spool): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const outcome of (await spool.there()).values()) {
    counts[outcome ?? ''] = (counts[outcome ?? ''] ?? 0) + 1;
  }
  return counts;
}

/** The same folder with another database, not made yet. */
async function moved(from: Spool, to: Place): Promise<Spool> {
  await from.node.close();
  return new Spool(to, 7);
}

test('left for another database and taken up again, it gets what came and what changed meanwhile', () =>
  using(async (first) => {
    const elsewhere = await openPlace(url);
    await migrate(elsewhere.connection);
    const slots = first.put(...LOG, pending(100));
    await shipAll(first.node);
    assert.equal(await claim(first), 0, 'nobody was told yet');
    assert.equal(await claim(first), 0);

    const second = await moved(first, { ...first.place, connection: elsewhere.connection });
    assert.equal(await claim(second), 1);
    assert.equal(second.node.outbox.compared.behind, 1);
    await second.compare();
    assert.deepEqual([second.completed, second.node.outbox.compared.behind], [[41], 0]);
    assert.deepEqual(await outcomes(second), { answered: 40, pending: 1 });
    second.put(answered(200));
    const slot = slots.at(-1);
    assert.ok(slot !== undefined);
    second.node.writer.apply('depot', [{ slot, entry: answered(100) }]);
    second.node.writer.commit();
    await shipAll(second.node);
    assert.equal(await claim(second), 0);

    await second.node.close();
    first.node = first.open();
    assert.equal(await claim(first), 1);
    await first.compare();
    assert.deepEqual(first.completed, [2]);
    assert.deepEqual(await outcomes(first), { answered: 42 });
    assert.equal(await claim(first), 0, 'once');
    await closePlace(elsewhere).catch((error: unknown) => {
      // Its folder is that of the first.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }));

const run = ({ place: { connection } }: Spool, sql: (database: string) => string) =>
  connection.run(sql(connection.database));

test('that it is behind is forgotten by nobody before it is noted: what failed then is tried again', () =>
  using(async (spool) => {
    spool.put(...LOG);
    await shipAll(spool.node);
    await claim(spool);
    await claim(spool);
    await run(spool, (database) => `TRUNCATE TABLE ${database}.writer`);
    let fails = true;
    let noted = 0;
    const claimed = () =>
      new WriterClaim(spool.place.connection, {
        node: 'node-1',
        number: null,
        now: () => 0,
        progress: spool.node.outbox,
        onBehind: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          if (fails) throw new StoreUnavailableError('marks were refused');
          noted += 1;
        },
      }).renew();
    await assert.rejects(claimed(), /marks were refused/);
    // By the next start, too.
    await assert.rejects(claimed(), /marks were refused/);
    fails = false;
    await claimed();
    await claimed();
    assert.equal(noted, 1, 'once');
  }));

test('one whose entries were emptied gets them again before they are dropped here', () =>
  using(async (spool) => {
    spool.put(...LOG);
    await shipAll(spool.node);
    await claim(spool);
    await run(spool, (database) => `TRUNCATE TABLE ${database}.entry`);
    assert.equal(await claim(spool), 0, 'what it tells of itself was not emptied');
    await spool.maintain();
    assert.deepEqual([spool.completed, spool.differing], [[40], []]);
    assert.deepEqual(await outcomes(spool), { answered: 40 });
    assert.equal(await spool.here(), 0);
  }));

test('one that was put back to an older state gets what came since, in its newest form', () =>
  using(async (spool) => {
    const slots = spool.put(...LOG, pending(100));
    await shipAll(spool.node);
    await claim(spool);
    for (const table of ['entry', 'writer']) {
      await run(spool, (database) => `CREATE TABLE ${database}.kept_${table} AS ${database}.${table}`);
      await run(
        spool,
        (database) => `INSERT INTO ${database}.kept_${table} SELECT * FROM ${database}.${table}`,
      );
    }
    spool.put(answered(200));
    const slot = slots.at(-1);
    assert.ok(slot !== undefined);
    spool.node.writer.apply('depot', [{ slot, entry: answered(100) }]);
    spool.node.writer.commit();
    await shipAll(spool.node);
    await claim(spool);
    for (const table of ['entry', 'writer']) {
      await run(spool, (database) => `TRUNCATE TABLE ${database}.${table}`);
      await run(
        spool,
        (database) => `INSERT INTO ${database}.${table} SELECT * FROM ${database}.kept_${table}`,
      );
    }
    assert.deepEqual(await outcomes(spool), { answered: 40, pending: 1 });
    assert.equal(await claim(spool), 1);
    await spool.compare();
    assert.deepEqual(await outcomes(spool), { answered: 42 });
    assert.deepEqual(spool.completed, [2]);
  }));

test('a month that differs all the same stays, and is told', () =>
  using(async (spool) => {
    spool.put(...LOG);
    await shipAll(spool.node);
    const { connection } = spool.place;
    await run(
      spool,
      (database) => `ALTER TABLE ${database}.entry DELETE WHERE id % 2 = 0 SETTINGS mutations_sync = 1`,
    );
    // It takes everything and keeps nothing.
    const deaf: Pick<Connection, 'database' | 'rows' | 'insert'> = {
      database: connection.database,
      rows: connection.rows.bind(connection),
      insert: async () => undefined,
    };
    const lacking = 40 - (await spool.there()).size;
    assert.ok(lacking > 0);
    await spool.maintain(deaf);
    assert.deepEqual(spool.differing, [lacking]);
    assert.equal(spool.node.outbox.compared.differing, 1);
    assert.equal(await spool.here(), 40);
  }));

test('what is there in another form under a higher number, which nothing replaces, keeps its month here', () =>
  using(async (spool) => {
    spool.put(...LOG);
    await shipAll(spool.node);
    await run(
      spool,
      (database) => `INSERT INTO ${database}.entry SELECT * REPLACE (version + 1000000000000 AS version,
        replaceAll(request, 'Heartbeat', 'Heartbeet') AS request) FROM ${database}.entry ORDER BY id LIMIT 1`,
    );
    await spool.maintain();
    assert.deepEqual([spool.completed, spool.differing], [[], [1]]);
    assert.equal(await spool.here(), 40);
  }));

test('a start from an older copy of the folder ends calls that waited, but none whose end ClickHouse knows', () =>
  using(async (spool) => {
    const slots = spool.put(pending(1), pending(2), pending(3));
    await shipAll(spool.node);
    await spool.node.close();
    const copy = await mkdtemp(join(tmpdir(), 'olk-copy-'));
    await cp(spool.place.folder, copy, { recursive: true });
    spool.node = spool.open();
    const [first, second] = slots;
    assert.ok(first !== undefined && second !== undefined);
    spool.node.writer.apply('depot', [
      { slot: first, entry: answered(1) },
      { slot: second, entry: { ...pending(2), outcome: 'timeout' } },
    ]);
    spool.node.writer.commit();
    await shipAll(spool.node);

    const restored = new Spool({ ...spool.place, folder: copy }, 7);
    try {
      const { writer } = restored.node;
      for (const { site, stored } of [...writer.pending()]) {
        writer.apply(site, [
          { slot: { id: stored.id }, entry: { ...stored.entry, outcome: 'connection_lost' } },
        ]);
      }
      writer.commit();
      await shipAll(restored.node);
      const ended = { m1: 'answered', m2: 'timeout', m3: 'connection_lost' };
      assert.deepEqual(Object.fromEntries(await restored.there()), ended);
      // Nor is it what is here when the month is compared.
      await restored.maintain();
      assert.deepEqual([restored.completed, restored.differing], [[], []]);
      assert.deepEqual(Object.fromEntries(await restored.there()), ended);
    } finally {
      await restored.node.close();
      await rm(copy, { recursive: true });
    }
  }));
