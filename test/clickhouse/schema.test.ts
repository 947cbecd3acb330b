/** What the schema does of itself: migrations, expiry, what the logs take; and that a cluster's statements are SQL. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { KINDS } from '@ocpp-logs/core';
import { bearsNumber } from '../../packages/server/src/store/clickhouse/bears-number.ts';
import { AWAY } from '../../packages/server/src/store/clickhouse/error-codes.ts';
import { keepLonger } from '../../packages/server/src/store/clickhouse/keep-longer.ts';
import {
  firstSchema,
  mergedPartsSchema,
  migrationSchema,
  NEVER_EXPIRES,
  nodesSchema,
  progressSchema,
  rolledSchema,
  writerSchema,
} from '../../packages/server/src/store/clickhouse/layout.ts';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import { removeExpired } from '../../packages/server/src/store/clickhouse/retention.ts';
import { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate, NewerSchemaError } from '../../packages/server/src/store/clickhouse/start.ts';
import { WriterClaim } from '../../packages/server/src/store/clickhouse/writer-claim.ts';
import { entryAt } from '../../packages/server/src/store/conformance/entries.ts';
import { QueryTimeError } from '../../packages/server/src/store/query-time.ts';
import type { SiteRetention } from '../../packages/server/src/store/retention.ts';
import type { PageQuery } from '../../packages/server/src/store/store.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { closePlace, openNode, openPlace, type Place, shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

async function using(work: (place: Place) => Promise<void>): Promise<void> {
  const place = await openPlace(url);
  try {
    await work(place);
  } finally {
    await closePlace(place);
  }
}

async function number(connection: Connection, sql: string): Promise<number> {
  const [n = 0] = await connection.rows(sql, new Parameters(), (row) => row.number());
  return n;
}

function everything(site: string): PageQuery {
  const filter = {
    site,
    from: 0,
    to: Date.UTC(2100, 0),
    kinds: KINDS,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  };
  const rendering = { siteName: '', exchange: false, raw: false };
  return { scopes: [{ filter, rendering }], order: 'asc', take: 10, skip: 0, after: null };
}

test('nodes that start at once make one schema, which a second start leaves as it is', () =>
  using(async ({ connection }) => {
    await Promise.all([migrate(connection), migrate(connection), migrate(connection)]);
    const version = `SELECT toUInt64(max(version)) FROM ${connection.database}.migration`;
    assert.equal(await number(connection, version), 6);
    const before = http.statements.length;
    await migrate(connection);
    assert.ok(http.statements.slice(before).every((sql) => !/MATERIALIZED VIEW/.test(sql)));
    assert.equal(await number(connection, version), 6);
  }));

test('entries lie by site and time, a partition a month, texts under ZSTD, and go by TTL', () =>
  using(async ({ connection }) => {
    await migrate(connection);
    const of = `database = '${connection.database}'`;
    const [found] = await connection.rows(
      `SELECT engine, sorting_key, extract(partition_key, '^\\w+'), extract(engine_full, 'TTL \\w+') FROM system.tables
       WHERE ${of} AND name = 'entry'`,
      new Parameters(),
      (row) => [row.text(), row.text(), row.text(), row.text()],
    );
    assert.deepEqual(found, ['ReplacingMergeTree', 'site, id', 'toYYYYMM', 'TTL expires']);
    const packed = `SELECT toUInt64(count()) FROM system.columns WHERE ${of} AND table = 'entry' AND compression_codec LIKE '%ZSTD(3)%'`;
    assert.equal(
      await number(connection, packed),
      ['fields', 'head', 'request', 'answer', 'rejection'].length,
    );
  }));

const claimOf = (connection: Connection, node: string, number: number | null = null) =>
  new WriterClaim(connection, { node, number, now: () => 0 });

test('one folder ships to a database; another one may when the first told nothing for five minutes', () =>
  using(async ({ connection }) => {
    await migrate(connection);
    const second = claimOf(connection, 'two');
    await claimOf(connection, 'one').renew();
    await assert.rejects(
      second.renew(),
      /the data folder one shipped to database store_\d+ \d s ago, and one/,
    );
    await claimOf(connection, 'one').renew();
    const { database } = connection;
    await connection.run(`TRUNCATE TABLE ${database}.writer`);
    await connection.run(
      `INSERT INTO ${database}.writer SELECT 'one', now64(3) - INTERVAL 301 SECOND, toInt16(-1), 0`,
    );
    await second.renew();
    await assert.rejects(claimOf(connection, 'one').renew(), StoreUnavailableError);
  }));

test('folders with numbers ship to one database side by side; not two of one number, nor one without', () =>
  using(async ({ connection }) => {
    await migrate(connection);
    for (const number of [0, 7, 63]) await claimOf(connection, `node-${number}`, number).renew();
    await claimOf(connection, 'node-7', 7).renew();
    await assert.rejects(
      claimOf(connection, 'stranger', 7).renew(),
      /shipped to database \w+ \d s ago as node 7/,
    );
    await assert.rejects(claimOf(connection, 'alone').renew(), /one folder at a time may, unless they share/);
    await connection.run(`TRUNCATE TABLE ${connection.database}.writer`);
    await claimOf(connection, 'alone').renew();
    await assert.rejects(claimOf(connection, 'node-0', 0).renew(), /the data folder alone shipped/);
  }));

test('whether entries bear the number of a node is known by their ids', () =>
  using(async ({ connection }) => {
    await migrate(connection);
    const id = (5n << 21n) + 7n * 32_768n + 32_767n;
    await connection.run(
      `INSERT INTO ${connection.database}.entry (site, id, version) SELECT 'depot', ${id}, 1`,
    );
    const found = [];
    for (const number of [0, 6, 7, 8]) found.push(await bearsNumber(connection, number));
    assert.deepEqual(found, [false, false, true, false]);
  }));

test('a schema of a newer program is refused, and one that fails is gone on with', () =>
  using(async ({ connection }) => {
    const { database } = connection;
    const second = () => [`ALTER TABLE ${database}.entry ADD COLUMN IF NOT EXISTS more UInt8`];
    const broken = () => [...second(), 'ALTER TABLE nowhere.nothing ADD COLUMN x UInt8'];
    const first = firstSchema;
    await assert.rejects(migrate(connection, null, [first, broken]), StoreUnavailableError);
    assert.equal(await number(connection, `SELECT toUInt64(max(version)) FROM ${database}.migration`), 1);
    await migrate(connection, null, [first, second, second, second, second, second, second]);
    await assert.rejects(migrate(connection), NewerSchemaError);
  }));

test('every statement for a cluster is one that ClickHouse can read', () =>
  using(async ({ connection }) => {
    const placement = { database: 'logs', cluster: 'main' };
    const scripts = [
      migrationSchema,
      firstSchema,
      writerSchema,
      nodesSchema,
      progressSchema,
      mergedPartsSchema,
      rolledSchema,
    ];
    const statements = scripts.flatMap((script) => script(placement));
    for (const statement of statements) {
      assert.match(statement, /ON CLUSTER main/);
      await connection.run(`EXPLAIN AST ${statement}`);
    }
    await assert.rejects(
      connection.run(`EXPLAIN AST ${statements[0]} and more and`),
      /SYNTAX_ERROR|Syntax error/,
    );
    // Two shards may name their replicas alike, and this table is not sharded.
    assert.match(statements[0] ?? '', /ReplicatedMergeTree\('[^{']*', '\{shard\}-\{replica\}'\)/);
    assert.match(
      statements.join(),
      /ReplicatedReplacingMergeTree.*Distributed\(main, logs, entry_local, cityHash64\(site\)\)/s,
    );
  }));

test('where all is there nothing is changed: for a cluster that would wait for replicas that are away', () =>
  using(async ({ connection }) => {
    // There is no such cluster, so that any statement for it fails.
    await assert.rejects(migrate(connection, 'main'), /CLUSTER|[Cc]luster/);
    await migrate(connection);
    const before = http.statements.length;
    await migrate(connection, 'main');
    const asked = http.statements.slice(before);
    assert.ok(asked.length > 0 && asked.every((sql) => /^SELECT/.test(sql)), asked.join('\n'));
  }));

test('what retention changes in a cluster is SQL for all of it, and waits for none that is away', () =>
  using(async (place) => {
    const { connection, folder } = place;
    await migrate(connection);
    const node = openNode(folder, connection, { retention: () => ({ days: 900, info: 30, debug: 30 }) });
    const sent: { readonly sql: string; readonly values: Readonly<Record<string, unknown>> }[] = [];
    const { run } = connection;
    connection.run = async (sql, bound, settings) => {
      // What marks the days before is an insert like any other.
      if (/^INSERT/.test(sql)) return run.call(connection, sql, bound, settings);
      sent.push({ sql, values: { ...bound?.values } });
      assert.equal(settings?.distributed_ddl_output_mode, 'null_status_on_timeout');
      assert.ok(Number(settings?.distributed_ddl_task_timeout) < 60);
    };
    try {
      const old = Date.now() - 25 * 86_400_000;
      const entries = ['BootNotification', 'Heartbeat'].map((action, ms) => entryAt(old + ms, { action }));
      node.writer.apply(
        'depot',
        entries.map((entry) => ({ slot: { id: null }, entry })),
      );
      node.writer.commit();
      await shipAll(node);
      const kept = new Map([['depot', { days: 1000, info: 20, debug: 20 }]]);
      await keepLonger(connection, 'main', kept);
      await removeExpired(connection, 'main', Date.now(), kept);
    } finally {
      connection.run = run;
      await node.close();
    }
    assert.deepEqual(
      sent.map(({ sql }) => /^(\w+ \w+) \w+\.(\w+) (ON CLUSTER \w+)/.exec(sql)?.slice(1)),
      [
        ['ALTER TABLE', 'entry_local', 'ON CLUSTER main'],
        ['DELETE FROM', 'entry_local', 'ON CLUSTER main'],
      ],
    );
    for (const { sql, values } of sent) {
      const bound = new Parameters();
      Object.assign(bound.values, values);
      await connection.run(`EXPLAIN AST ${sql}`, bound);
      await assert.rejects(
        connection.run(`EXPLAIN AST ${sql} and more and`, bound),
        /SYNTAX_ERROR|Syntax error/,
      );
    }
  }));

test('the rights that the docs tell to grant are SQL', () =>
  using(async ({ connection }) => {
    const page = readFileSync(new URL('../../docs/clickhouse.md', import.meta.url), 'utf8');
    const grants = [...page.matchAll(/^GRANT [^;]*/gm)].map(([sql]) => sql);
    assert.ok(grants.length >= 4);
    for (const sql of grants) await connection.run(`EXPLAIN AST ${sql}`);
    assert.match(grants.join(), /CLUSTER, REMOTE/);
  }));

test('codes of errors are those that the engine knows by these names', () =>
  using(async ({ connection }) => {
    for (const [code, name] of AWAY) {
      const [told] = await connection.rows(
        `SELECT toString(errorCodeToName(${code}))`,
        new Parameters(),
        (row) => row.text(),
      );
      assert.equal(told, name, `${code}`);
    }
    for (const code of [198, 209, 210, 225, 279]) assert.ok(AWAY.has(code), `${code}`);
  }));

test('what a site keeps no longer is not seen, and TTL removes it', () =>
  using(async (place) => {
    const { connection, folder } = place;
    await migrate(connection);
    const node = openNode(folder, connection, {
      retention: (site) => (site === 'depot' ? { days: 30, info: 10, debug: 5 } : undefined),
    });
    try {
      const day = 86_400_000;
      const at = (days: number, action: string) => ({
        slot: { id: null },
        entry: entryAt(Date.now() - days * day, { action }),
      });
      node.writer.apply('depot', [
        at(31, 'BootNotification'),
        at(29, 'BootNotification'),
        at(11, 'Authorize'),
        at(9, 'Authorize'),
        at(6, 'Heartbeat'),
        at(4, 'Heartbeat'),
      ]);
      node.writer.apply('yard', [at(900, 'Heartbeat')]);
      node.writer.commit();
      await shipAll(node);
      const reader = new ClickHouseReader({ connection });
      assert.equal((await reader.page(everything('depot'))).count, 3);
      assert.equal((await reader.page(everything('yard'))).count, 1);
      await connection.run(`OPTIMIZE TABLE ${connection.database}.entry FINAL`);
      assert.equal(await number(connection, `SELECT count() FROM ${connection.database}.entry`), 4);
    } finally {
      await node.close();
    }
  }));

test('where a site keeps more than when its entries were shipped they live longer, each level by its rule', () =>
  using(async (place) => {
    const { connection, folder } = place;
    await migrate(connection);
    let kept: SiteRetention = { days: 100, info: 90, debug: 80 };
    const node = openNode(folder, connection, { retention: () => kept });
    try {
      const actions = ['BootNotification', 'Authorize', 'Heartbeat'];
      node.writer.apply(
        'depot',
        actions.map((action) => ({ slot: { id: null }, entry: entryAt(Date.now() - 3_600_000, { action }) })),
      );
      node.writer.apply('yard', [{ slot: { id: null }, entry: entryAt(Date.now()) }]);
      node.writer.commit();
      await shipAll(node);
      const expiries = () =>
        connection.rows(
          `SELECT action, toUInt64(dateDiff('day', now(), expires)) FROM ${connection.database}.entry FINAL
           WHERE site = 'depot' ORDER BY action`,
          new Parameters(),
          (row) => [row.text(), row.number()] as const,
        );
      const days = (authorize: number, boot: number, heartbeat: number) => [
        ['Authorize', authorize],
        ['BootNotification', boot],
        ['Heartbeat', heartbeat],
      ];
      assert.deepEqual(await expiries(), days(90, 100, 80));
      assert.deepEqual(await keepLonger(connection, null, new Map([['depot', kept]])), []);
      kept = { days: 300, info: 0, debug: 70 };
      assert.deepEqual(await keepLonger(connection, null, new Map([['depot', kept]])), ['depot']);
      assert.deepEqual(await expiries(), days(300, 300, 80), 'less long is no matter of it');
      assert.deepEqual(await keepLonger(connection, null, new Map([['depot', 0]])), ['depot']);
      const never = Math.floor((NEVER_EXPIRES * 1000 - Date.now()) / 86_400_000);
      for (const [, left] of await expiries()) assert.ok(Math.abs(left - never) <= 1);
    } finally {
      await node.close();
    }
  }));

test('what the logs take is told by site and month', () =>
  using(async (place) => {
    const { connection, folder } = place;
    await migrate(connection);
    const node = openNode(folder, connection);
    try {
      for (const site of ['depot', 'höf/2']) {
        const times = [Date.UTC(2026, 3, 2), Date.UTC(2026, 3, 3), Date.UTC(2026, 4, 2)];
        node.writer.apply(
          site,
          times.map((at) => ({ slot: { id: null }, entry: entryAt(at) })),
        );
      }
      node.writer.commit();
      await shipAll(node);
      const storage = await new ClickHouseReader({ connection }).storage();
      assert.deepEqual(
        storage.months.map(({ site, month }) => `${site} ${month}`),
        ['depot 2026-04', 'depot 2026-05', 'höf/2 2026-04', 'höf/2 2026-05'],
      );
      assert.ok(storage.months.every(({ bytes }) => bytes > 100));
      assert.ok(storage.freeBytes > 0);
    } finally {
      await node.close();
    }
  }));

test('a question that nobody waits for is aborted, and one that takes too long is given up by name', () =>
  using(async ({ connection }) => {
    await migrate(connection);
    const abort = new AbortController();
    const page = new ClickHouseReader({ connection }).page(everything('depot'), abort.signal);
    abort.abort(new Error('gone'));
    await assert.rejects(page, /gone/);
    const patient = new Connection({ url, database: connection.database, queryTime: 1000 });
    try {
      const endless = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)';
      await assert.rejects(number(patient, endless), QueryTimeError);
    } finally {
      await patient.close();
    }
  }));
