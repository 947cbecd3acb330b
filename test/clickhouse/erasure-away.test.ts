/** The program itself: an erasure has not ended before ClickHouse has taken what it changed, however often either ends. */

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { HttpEngine } from './http-engine.ts';

const DATABASE = 'erased_of_test';
const TAG = '04A2B3C4D5';
const SECOND = '04FFEEDDCC';
const ENTRIES = 60;

const http = new HttpEngine();
let url = '';
let folder = '';
let config = '';
let server: RunningServer | null = null;
before(async () => {
  url = await http.listen();
  folder = await temporaryFolder();
  const clickhouse = { url, database: DATABASE, spool_min_free_bytes: 0 };
  config = JSON.stringify({ sites: [{ id: 'depot', retention_days: 0 }], store: { clickhouse } });
});
after(async () => {
  await server?.stop('SIGKILL');
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

const start = async () => {
  server = await startServer({ folder, config });
  return server;
};

/** Of each ten entries one has the first id tag, and one the second. */
const tagOf = (n: number) => (n % 10 === 0 ? TAG : n % 10 === 5 ? SECOND : `OTHER${n}`);
const LINES = Array.from({ length: ENTRIES }, (_, n) =>
  JSON.stringify({
    charger_id: 'CP1',
    occurrence_time: new Date(Date.UTC(2026, n % 2 === 0 ? 2 : 3, 5, 0, 0, n)).toISOString(),
    direction: 'station_to_csms',
    frame: [2, `m${n}`, 'Authorize', { idTag: tagOf(n) }],
  }),
).join('\n');

/** Ended as it is: nobody has to amend it. */
const LOG = `2026-03-15T10:00:00Z RECV [2,"imported","Heartbeat",{}]
2026-03-15T10:00:01Z SEND [3,"imported",{"currentTime":"2026-03-15T10:00:01Z"}]
`;

const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };

async function post(to: RunningServer, path: string, type: string, body: string): Promise<Response> {
  return fetch(`${to.url}/rest/v1/${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body,
  });
}

interface Erasure {
  readonly id: string;
  readonly state: string;
  readonly entries: number;
  readonly report: object | null;
}

/** However long the server waits for its next try: the test has a bound of its own. */
async function inState(of: RunningServer, id: string, state: 'shipping' | 'done'): Promise<Erasure> {
  for (;;) {
    const erasure = (await (await of.get(`/rest/v1/erasures/${id}`)).json()) as Erasure;
    if (erasure.state === state) return erasure;
    const under = state === 'done' ? ['running', 'shipping'] : ['running'];
    assert.ok(under.includes(erasure.state), `it is ${erasure.state}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ask(sql: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: sql });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.text();
}

/** All that the tables of the database hold, rows that were replaced too, by table. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const names = await ask(
    `SELECT name FROM system.tables WHERE database = '${DATABASE}' AND engine != 'MaterializedView' FORMAT TSVRaw`,
  );
  const found = new Map<string, string>();
  for (const name of names
    .trim()
    .split('\n')
    .filter((each) => each !== ''))
    found.set(name, await ask(`SELECT * FROM ${DATABASE}.${name} FORMAT TSVRaw`));
  return found;
}

const holding = (tables: ReadonlyMap<string, string>, tag: string) =>
  [...tables].flatMap(([name, text]) => (text.includes(tag) ? [name] : []));

/** Those that were amended are there twice until they are merged. */
const entries = async () =>
  Number(await ask(`SELECT count() FROM ${DATABASE}.entry FINAL WHERE kind = 'exchange' FORMAT TSVRaw`));

test('an erasure while ClickHouse is away is shipping until it is back, over a kill, and at a folder at rest', {
  timeout: 280_000,
}, async () => {
  let running = await start();
  assert.equal((await post(running, 'ocpp-logs/site/depot', 'application/x-ndjson', LINES)).status, 200);
  const outbox = new Outbox(folder, { shipping: true });
  await eventually(
    async () => outbox.isShipped('depot', 0n, 1n << 62n),
    (shipped) => shipped,
  );
  outbox.close();
  assert.equal(await entries(), ENTRIES);
  // Parts that were merged need not be waited for.
  await ask(`ALTER TABLE ${DATABASE}.entry MODIFY SETTING old_parts_lifetime = 1`);
  const before = await everything();
  assert.deepEqual([holding(before, TAG), holding(before, SECOND)], [['entry'], ['entry']]);

  await http.stop();
  const asked = await post(
    running,
    'erasures',
    'application/json',
    JSON.stringify({ site: 'depot', id_tag: TAG }),
  );
  assert.equal(asked.status, 202, await asked.clone().text());
  const { id } = (await asked.json()) as Erasure;
  const shipping = await inState(running, id, 'shipping');
  assert.deepEqual([shipping.entries, shipping.report !== null], [ENTRIES / 10, true]);
  await running.stop('SIGKILL');

  // The folder at rest: nobody can ship, which is told; the next server goes on with both.
  const here = ['--site', 'depot', '--data', folder, '--config', `${folder}/config.yaml`];
  const atRest = await run(['erase', ...here, '--id-tag', SECOND, '--yes', '--json']);
  assert.equal(atRest.code, 1, atRest.stderr);
  const second = JSON.parse(atRest.stdout) as Erasure;
  assert.deepEqual([second.state, second.entries], ['shipping', ENTRIES / 10]);
  const log = join(folder, 'station.log');
  await writeFile(log, LOG);
  const imported = await run(['import', log, ...here, '--charger', 'P1']);
  assert.equal(imported.code, 0, imported.stderr);
  running = await start();
  for (const each of [id, second.id]) await inState(running, each, 'shipping');

  assert.equal(await http.listen(), url);
  for (const each of [id, second.id]) {
    const done = await inState(running, each, 'done');
    assert.equal(done.entries, ENTRIES / 10);
  }
  const tables = await everything();
  assert.deepEqual([...tables.keys()].sort(), [
    'action',
    'arrival',
    'changed_day',
    'entry',
    'migration',
    'rolled_day',
    'station',
    'writer',
  ]);
  assert.equal(await entries(), ENTRIES + 1, 'what was imported at rest, too');
  assert.deepEqual([holding(tables, TAG), holding(tables, SECOND)], [[], []]);
  assert.equal(await running.stop(), 0);
  server = null;
});
