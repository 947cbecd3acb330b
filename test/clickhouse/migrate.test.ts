/** Moving a folder to ClickHouse: killed, gone on with, compared; and what the comparison sees. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { Outbox, outboxPath } from '../../packages/server/src/store/clickhouse/outbox.ts';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { DEPOT_TIME, entryAt } from '../../packages/server/src/store/conformance/entries.ts';
import { Checkpoint, targetName } from '../../packages/server/src/store/migrate/checkpoint.ts';
import type { DropRules } from '../../packages/server/src/store/sqlite/drops.ts';
import { openWriter } from '../../packages/server/src/store/sqlite/writer.ts';
import type { EntryChange } from '../../packages/server/src/store/store.ts';
import { eventually, launch, run, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { HttpEngine } from './http-engine.ts';

const PASSWORD = 'a-password-nobody-may-see';
const MONTHS = [2, 3, 4].map((month) => Date.UTC(2026, month, 28));
const PER_MONTH = 60;
const SITES = ['depot', 'höf'].map((id) => ({ id, retention_days: 0 }));
/** What a server records of itself is later. */
const BEFORE = `id < ${BigInt(Date.UTC(2026, 6)) << 21n}`;
/** Of two sites. */
const ALL = 2 * MONTHS.length * PER_MONTH;

const http = new HttpEngine();
let url = '';
/** Two sites, of which nothing is stored. */
let empty = '';
let folder = '';
let database = '';
let connection: Connection;
let databases = 0;

before(async () => {
  url = await http.listen();
  empty = await temporaryFolder();
  for (const site of ['depot', 'höf']) {
    const { code, stderr } = await run(['site', 'add', site, '--retention-days', '0', '--data', empty]);
    assert.equal(code, 0, stderr);
  }
});
after(async () => {
  await http.close();
  await rm(empty, { recursive: true, force: true });
});
beforeEach(async () => {
  databases += 1;
  database = `moved_${databases}`;
  connection = new Connection({ url, database });
  folder = await temporaryFolder();
  await cp(empty, folder, { recursive: true });
  write(
    MONTHS.flatMap((at) => Array.from({ length: PER_MONTH }, (_, n) => at + n)),
    'depot',
    'höf',
  );
});
afterEach(async () => {
  http.fault = () => null;
  await connection.run(`DROP DATABASE IF EXISTS ${database}`);
  await connection.close();
  await rm(folder, { recursive: true, force: true });
});

function write(times: readonly number[], ...sites: readonly string[]): void {
  const report = (message: string): never => {
    throw new Error(message);
  };
  const writer = openWriter({ folder, derive: (entry) => entry, report });
  for (const site of sites) {
    const changes: EntryChange[] = times.map((at) => ({
      slot: { id: null },
      entry: entryAt(at, { messageId: `m${at}`, charger: 'Säule:3 ö' }),
    }));
    writer.apply(site, changes);
  }
  writer.commit();
  writer.close();
}

/** Of depot; of the first entry of that time. */
function amend(at: number): void {
  const writer = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  const entry = entryAt(at, { messageId: `m${at}`, charger: 'Säule:3 ö', outcome: 'late' });
  writer.apply('depot', [{ slot: { id: BigInt(at) << 21n }, entry }]);
  writer.commit();
  writer.close();
}

/** A long time later. */
function maintain(drops?: DropRules): void {
  const options = { folder, derive: (entry: Entry) => entry, report: assert.fail };
  const writer = openWriter({ ...options, ...(drops === undefined ? {} : { drops }) });
  while (writer.maintain(Date.now() + 400 * 86_400_000, new Map()));
  writer.close();
}

const args = (...more: readonly string[]) => [
  'migrate',
  '--to',
  `${url.replace('http:', 'clickhouse:')}/${database}`,
  '--data',
  folder,
  ...more,
];
const migrate = (...more: readonly string[]) =>
  run(args(...more), { OCPP_LOGS_CLICKHOUSE_PASSWORD: PASSWORD });

async function number(sql: string): Promise<number> {
  const [n = Number.NaN] = await connection.rows(sql, new Parameters(), (row) => row.number());
  return n;
}

const rows = () => number(`SELECT count() FROM ${database}.entry`);
const isInsert = (sql: string) => /^INSERT INTO \w+\.entry /.test(sql);

test('a folder is moved and compared, and what is to be set is told, without the password', async () => {
  const dry = await migrate('--dry-run');
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, new RegExp(`^${ALL} entries, .* would be moved$`, 'm'));
  const { code, stdout, stderr } = await migrate();
  assert.equal(code, 0, stderr);
  assert.equal(await rows(), ALL);
  assert.match(stdout, /^6 of 6 months of sites are the same on both sides$/m);
  assert.match(stdout, new RegExp(`^ {4}url: ${url}\n {4}database: ${database}\n`, 'm'));
  assert.match(stderr, new RegExp(`^höf {2}2026-03 {2}same: ${PER_MONTH} entries, [0-9a-f]{32}$`, 'm'));
  assert.ok(!(stdout + stderr + dry.stdout).includes(PASSWORD));
  assert.equal(await number(`SELECT count() FROM ${database}.station WHERE connected = 1`), 0);
});

test('killed after an insert that it was not told of, it goes on there, and nothing is there twice', async () => {
  let inserts = 0;
  let killed: (() => void) | null = null;
  const third = new Promise<void>((resolve) => {
    killed = resolve;
  });
  http.fault = (sql) => {
    if (!isInsert(sql)) return null;
    inserts += 1;
    if (inserts !== 3) return null;
    killed?.();
    return { when: 'after', answer: 'silence' };
  };
  const child = launch(args());
  try {
    await third;
    // Until the engine has taken it: its statements run one after another.
    assert.equal(await rows(), 3 * PER_MONTH);
  } finally {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  const { code, stdout, stderr } = await migrate();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^6 of 6 months/m);
  assert.equal(await rows(), ALL, 'the batch that was there already added no row');
  assert.equal(inserts, 3 + 4, 'the months that were compared were not sent again');
});

test('what is changed, missing or more in ClickHouse is seen; moving again puts right what can be', async () => {
  assert.equal((await migrate()).code, 0);
  const table = `${database}.entry`;
  const some = (site: string) => `FROM ${table} WHERE site = '${site}' ORDER BY id LIMIT 1`;
  await connection.run(
    `INSERT INTO ${table} SELECT * REPLACE (version + 1 AS version, replaceOne(request, 'Available', 'Availably') AS request) ${some('depot')}`,
  );
  const seen = await migrate('--verify');
  assert.equal(seen.code, 1);
  assert.match(seen.stderr, /^depot {2}2026-03 {2}DIFFERENT: here 60 entries, (\w+); there 60, (?!\1)/m);
  assert.match(seen.stdout, /^5 of 6 months of sites are the same on both sides\nDIFFERENT: depot 2026-03$/m);

  await connection.run(`DELETE FROM ${table} WHERE site = 'höf' AND id = (SELECT max(id) FROM ${table})`);
  const less = await migrate('--verify', '--site', 'höf');
  assert.equal(less.code, 1);
  assert.match(less.stderr, /^höf {2}2026-05 {2}DIFFERENT: here 60 entries, \w+; there 59/m);

  const again = await migrate();
  assert.equal(again.code, 0, again.stdout + again.stderr);
  assert.equal(await number(`SELECT count() FROM ${table} FINAL`), ALL);

  await connection.run(`INSERT INTO ${table} SELECT * REPLACE (id + 1000 AS id) ${some('depot')}`);
  const more = await migrate();
  assert.equal(more.code, 1);
  assert.match(more.stderr, /^depot {2}2026-03 {2}DIFFERENT: here 60 entries, \w+; there 61/m);
  assert.match(more.stdout, /^run it again; what stays different is not of this folder/m);
  const checkpoint = new Checkpoint(folder, targetName({ url, database }));
  const moved = checkpoint.moved('depot').map(({ from }) => new Date(from).toISOString().slice(0, 7));
  checkpoint.close();
  assert.ok(moved.length > 0 && !moved.includes('2026-03'), `${moved}`);

  // What was the same in that run may have changed since: the next one looks at it again.
  write([(MONTHS[2] ?? 0) + 1000], 'depot');
  assert.equal((await migrate()).code, 1);
  assert.equal(await number(`SELECT count() FROM ${table} FINAL`), ALL + 2);
});

test('what came since is moved by the next run, and nothing else of its month', async () => {
  assert.equal((await migrate('--site', 'depot')).code, 0);
  write([(MONTHS[2] ?? 0) + 1000], 'depot');
  const { code, stderr } = await migrate('--site', 'depot');
  assert.equal(code, 0, stderr);
  assert.equal(await rows(), ALL / 2 + 1);
});

test('beside a server that ships, what is moved is older than all that it ships', async () => {
  const config = JSON.stringify({
    sites: [
      { id: 'depot', retention_days: 0 },
      { id: 'höf', retention_days: 0 },
    ],
    store: { clickhouse: { url, database } },
  });
  const server = await startServer({ folder, config });
  try {
    assert.ok(new Outbox(folder, { shipping: true }).node.length > 0, outboxPath(folder));
    const { code, stdout, stderr } = await migrate();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^A server runs on the folder: unless it ships already/m);
    const versions = `SELECT max(version) FROM ${database}.entry WHERE id < ${BigInt(DEPOT_TIME) << 21n}`;
    // What the server ships of before has one more, where it comes later.
    assert.ok((await number(versions)) <= 2);
    const page = await server.get('/rest/v1/ocpp-logs/site/depot?from=2026-03-01&to=2026-06-01&take=1000');
    const { count } = (await page.json()) as { readonly count: number };
    assert.equal(count, ALL / 2);
  } finally {
    await server.stop();
  }
});

test('what was compared is not shipped once more by the first start, unless it was written to since', async () => {
  // As the server before left it.
  maintain();
  assert.equal((await migrate()).code, 0);
  write([(MONTHS[1] ?? 0) + 1000], 'depot');
  amend(MONTHS[1] ?? 0);
  let inserted = 0;
  http.fault = (sql) => {
    if (isInsert(sql)) inserted += 1;
    return null;
  };
  const config = JSON.stringify({ sites: SITES, store: { clickhouse: { url, database } } });
  const server = await startServer({ folder, config });
  try {
    const outbox = new Outbox(folder, { shipping: true });
    try {
      const whole = async () => ['depot', 'höf'].every((site) => outbox.isShipped(site, 0n, 1n << 62n));
      await eventually(whole, (shipped) => shipped);
    } finally {
      outbox.close();
    }
    assert.equal(await number(`SELECT count() FROM ${database}.entry FINAL WHERE ${BEFORE}`), ALL + 1);
    assert.equal(
      await number(`SELECT countIf(outcome = 'late') FROM ${database}.entry FINAL WHERE ${BEFORE}`),
      1,
      'what was amended since replaces what was moved',
    );
    // Of the month that has one more.
    const checkpoint = new Checkpoint(folder, targetName({ url, database }));
    const version = checkpoint.version + 1;
    checkpoint.close();
    const again = `SELECT uniqExact(id) FROM ${database}.entry WHERE version = ${version} AND ${BEFORE}`;
    assert.equal(await number(again), PER_MONTH + 1);
    assert.ok(inserted >= 1);
  } finally {
    await server.stop();
  }
});

test('into a database that another folder ships to nothing is moved, and months that were dropped are not compared', async () => {
  assert.equal((await migrate()).code, 0);
  maintain({
    elsewhere: (site) => site === 'depot',
    answered: () => 0,
    keep: 0,
    wanted: () => 0,
    onShort: () => undefined,
    onDropped: () => undefined,
  });
  const { code, stdout, stderr } = await migrate('--verify');
  assert.equal(code, 0, stdout + stderr);
  assert.match(stderr, /^3 months of 1 site were dropped from the folder/m);
  assert.match(stdout, /^3 of 3 months of sites are the same on both sides$/m);

  await connection.run(`INSERT INTO ${database}.writer (node, at) SELECT 'another', now64(3)`);
  const refused = await migrate();
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /the data folder another shipped to database \w+ \d+ s ago, and one folder at a time may/,
  );
  assert.equal((await migrate('--verify')).code, 0);
});

test('an address with a password in it, or none, is wrong use, and one that does not answer is told', async () => {
  const wrong = await run(['migrate', '--data', folder, '--to', `clickhouse://u:${PASSWORD}@h/d`]);
  assert.equal(wrong.code, 2);
  assert.ok(!wrong.stderr.includes(PASSWORD));
  assert.equal((await run(['migrate', '--data', folder])).code, 2);
  await http.stop();
  try {
    const away = await migrate();
    assert.equal(away.code, 1);
    assert.match(away.stderr, /^the store cannot be used: ClickHouse: .*ECONNREFUSED/m);
  } finally {
    await http.listen();
  }
});
