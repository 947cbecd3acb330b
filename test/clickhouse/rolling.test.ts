/** Who counts days ahead: nodes at once, an older schema, in bounds, with what is granted; and the server itself. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { markAll } from '../../packages/server/src/store/clickhouse/changed-days.ts';
import {
  firstSchema,
  mergedPartsSchema,
  nodesSchema,
  progressSchema,
  writerSchema,
} from '../../packages/server/src/store/clickhouse/layout.ts';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { rolledRuns } from '../../packages/server/src/store/clickhouse/rolled-days.ts';
import { Rolling } from '../../packages/server/src/store/clickhouse/rolling.ts';
import type { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { eventually, startServer } from '../e2e/running-server.ts';
import { closePlace, openNode, openPlace, rollAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';
import {
  assertSame,
  BEGIN,
  count,
  DAY,
  DAYS,
  emptied,
  filled,
  filter,
  type Rig,
  told,
  using as usingOf,
} from './rolled-log.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());
const using = (work: (rig: Rig) => Promise<void>) => usingOf(http, url, work);

async function number(connection: Connection, sql: string): Promise<number> {
  const [n = 0] = await connection.rows(sql, new Parameters(), (row) => row.number());
  return n;
}

async function daysUsed(connection: Connection, site: string): Promise<number> {
  const runs = (await rolledRuns(connection, [filter(site)])).get(site) ?? [];
  return runs.reduce((sum, { first, end }) => sum + end - first, 0);
}

test('nodes that count the same days at once do no harm', () =>
  using(async (rig) => {
    await filled(rig, 'depot', 'yard');
    const { connection } = rig;
    const nodes = await Promise.all(['a', 'b', 'c'].map((node) => rollAll(connection, { node, daysMax: 5 })));
    const counted = nodes.reduce((sum, rolling) => sum + rolling.counts().rolled_days_total, 0);
    assert.ok(counted > 2 * DAYS, `${counted}: each counted some that others did`);
    const rows = `SELECT count() FROM ${connection.database}.rolled_day FINAL`;
    assert.equal(await number(connection, rows), 2 * DAYS);
    await assertSame(rig, ['depot', 'yard']);
    const all = await told(connection, [filter('depot'), filter('yard')]);
    await emptied(rig);
    assert.equal(await count(connection, [filter('depot'), filter('yard')]), all.count);
  }));

test('an older schema is brought up in place, and what it holds is counted by and by', async () => {
  const place = await openPlace(url);
  const node = openNode(place.folder, place.connection);
  const rig = { ...place, node, url };
  const { connection } = place;
  try {
    await migrate(connection, null, [
      firstSchema,
      writerSchema,
      nodesSchema,
      progressSchema,
      mergedPartsSchema,
    ]);
    await filled(rig, 'depot');
    const before = await count(connection, [filter('depot')]);
    assert.ok(before > 0, 'it is asked before there is anything to count with');
    await migrate(connection);
    assert.equal(
      await number(connection, `SELECT toUInt64(max(version)) FROM ${connection.database}.migration`),
      6,
    );
    const rolling = new Rolling({ connection, node: 'a', quietS: -60, daysMax: 3 });
    assert.equal(await rolling.round(), true);
    assert.deepEqual(rolling.counts(), { rolled_days_total: 3, rolled_days_waiting: DAYS - 3 });
    assert.equal(await daysUsed(connection, 'depot'), 3);
    await assertSame(rig, ['depot']);
    while (await rolling.round());
    assert.equal(await daysUsed(connection, 'depot'), DAYS);
    // A second look finds nothing that is not marked.
    await rollAll(connection);
    await assertSame(rig, ['depot']);
    await emptied(rig);
    assert.equal(await count(connection, [filter('depot')]), before);
  } finally {
    await node.close();
    await closePlace(place);
  }
});

test('a round counts so many days, the newest first, and tells how many are left', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    const rolling = new Rolling({ connection, node: 'a', quietS: -60, daysMax: 3 });
    const left = [];
    for (let more = true; more; left.push(rolling.counts().rolled_days_waiting)) more = await rolling.round();
    assert.deepEqual(left, [DAYS - 3, DAYS - 6, 0]);
    assert.equal(rolling.counts().rolled_days_total, DAYS);
    const last = BEGIN + (DAYS - 1) * DAY;
    await connection.run(`TRUNCATE TABLE ${connection.database}.rolled_day`);
    await rolling.round();
    assert.deepEqual(
      await rolledRuns(connection, [filter('depot')]),
      new Map([['depot', [{ first: last / DAY - 2, end: last / DAY + 1 }]]]),
    );
  }));

test('a day with more groups than are kept is told by its entries, and not tried again', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    const rolling = await rollAll(connection, { groupsMax: 5 });
    assert.equal(rolling.counts().rolled_days_total, DAYS);
    assert.equal(await daysUsed(connection, 'depot'), 0);
    await assertSame(rig, ['depot']);
    await rolling.round();
    assert.equal(rolling.counts().rolled_days_total, DAYS);
  }));

test('a day that has just changed, and one that is not over, is left for later', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    const rolling = new Rolling({ connection, node: 'a' });
    assert.equal(await rolling.round(), false);
    assert.deepEqual(rolling.counts(), { rolled_days_total: 0, rolled_days_waiting: 0 });
    const { database } = connection;
    const today = `toUInt64(toUnixTimestamp64Milli(now64(3)))`;
    await connection.run(
      `INSERT INTO ${database}.entry SELECT * REPLACE (bitShiftLeft(${today}, 21) AS id)
       FROM ${database}.entry LIMIT 1`,
    );
    await rollAll(connection, { quietS: 0 });
    assert.equal(await daysUsed(connection, 'depot'), DAYS);
  }));

test('a round that failed is made up for, and what was counted of a database that went back is not used', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    let inserts = 0;
    http.fault = (sql) =>
      /INSERT INTO \w+\.rolled_day/.test(sql) && ++inserts === 4
        ? { when: 'before', answer: { status: 500, code: 242, message: 'Table is in readonly mode' } }
        : null;
    const rolling = new Rolling({ connection, node: 'a', quietS: -60 });
    await assert.rejects(rolling.round(), StoreUnavailableError);
    assert.deepEqual(rolling.counts(), { rolled_days_total: 3, rolled_days_waiting: DAYS - 3 });
    assert.equal(await daysUsed(connection, 'depot'), 3);
    assert.equal(await rolling.round(), false);
    assert.equal(await daysUsed(connection, 'depot'), DAYS);

    await emptied(rig, `intDiv(bitShiftRight(id, 21), ${DAY}) = ${BEGIN / DAY + 1}`);
    await markAll(connection);
    assert.equal(await daysUsed(connection, 'depot'), 0, 'from then on');
    await assertSame(rig, ['depot']);
    await rolling.round();
    assert.equal(await daysUsed(connection, 'depot'), DAYS, 'each was counted anew');
    await assertSame(rig, ['depot']);
  }));

test('nothing is asked for that is not granted: of tables of its own it inserts and selects', () =>
  using(async (rig) => {
    await filled(rig, 'depot');
    const { connection } = rig;
    const asked: string[] = [];
    http.fault = (sql) => {
      asked.push(sql);
      return null;
    };
    await rollAll(connection);
    await told(connection, [filter('depot')]);
    assert.ok(asked.length > DAYS);
    for (const sql of asked) {
      assert.match(sql, /^\s*(?:SELECT|INSERT INTO)/);
      const tables = [...sql.matchAll(/\b(?:FROM|INTO|(?<!ARRAY )JOIN)\s+([\w.]+)/g)].map(
        ([, table]) => table,
      );
      assert.ok(tables.length > 0);
      for (const table of tables) assert.match(table ?? '', new RegExp(`^${connection.database}\\.`), sql);
    }
  }));

test('the server counts days ahead and answers from that', (t) =>
  using(async (rig) => {
    const { connection } = rig;
    const { database } = connection;
    await filled(rig, 'depot');
    const wanted = await count(connection, [filter('depot')]);
    // As it is two hours later.
    await connection.run(`CREATE TABLE ${database}.later ENGINE = Memory AS SELECT site, day, sum(mark) AS mark,
      max(at) - INTERVAL 2 HOUR AS at, max(gone) AS gone FROM ${database}.changed_day GROUP BY site, day`);
    await connection.run(`TRUNCATE TABLE ${database}.changed_day`);
    await connection.run(`INSERT INTO ${database}.changed_day SELECT * FROM ${database}.later`);
    const config = JSON.stringify({
      sites: [{ id: 'depot', retention_days: 0 }],
      store: { clickhouse: { url, database } },
    });
    const server = await startServer({ config });
    t.after(() => server.stop('SIGKILL'));
    const rolled = async () => {
      const text = await (await server.get('/metrics')).text();
      return ['rolled_days_total', 'rolled_days_waiting', 'rolling_failures_total'].map((name) =>
        Number(new RegExp(`^ocpp_logs_${name} (\\d+)$`, 'm').exec(text)?.[1]),
      );
    };
    const [, ...others] = await eventually(rolled, ([days]) => days === DAYS);
    assert.deepEqual(others, [0, 0]);
    await emptied(rig);
    const range = `from=2026-03-01&to=${new Date(BEGIN + DAYS * DAY).toISOString()}`;
    const kinds = 'kinds=exchange,connection';
    const page = await server.get(`/rest/v1/ocpp-logs/site/depot?${range}&take=1&${kinds}`);
    // Safe: a page tells its count.
    const told = (await page.json()) as { count: number };
    assert.equal(told.count, wanted, 'its entries are not there to be counted');
    assert.equal(await server.stop(), 0);
  }));
