/** The program itself: a month that was shipped is dropped from its folder, pushed again in vain, and erased all the same. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
let folder = '';
let server: RunningServer | null = null;

before(async () => {
  url = await http.listen();
  folder = await temporaryFolder();
});
after(async () => {
  await server?.stop('SIGKILL');
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(database = 'spool_of_test', keepDays = 0): Promise<RunningServer> {
  const store = {
    clickhouse: { url, database, spool_keep_days: keepDays, spool_min_free_bytes: 0 },
  };
  server = await startServer({
    folder,
    config: JSON.stringify({ sites: [{ id: 'depot', retention_days: 0 }], store }),
  });
  return server;
}

const TAG = '04A2B3C4D5';
const FRAMES = 50;
const ENTRIES = 2 * FRAMES;
const LINES = Array.from({ length: ENTRIES }, (_, n) => {
  const occurrence_time = new Date(Date.UTC(2026, n < FRAMES ? 2 : 3, 5, 0, 0, n)).toISOString();
  const line = { charger_id: 'CP1', occurrence_time };
  const frame = [2, `m${n}`, 'Authorize', { idTag: n % 10 === 0 ? TAG : `OTHER${n}` }];
  return [
    JSON.stringify({ ...line, direction: 'station_to_csms', frame }),
    JSON.stringify({
      ...line,
      direction: 'csms_to_station',
      frame: [3, `m${n}`, { idTagInfo: { status: 'Accepted' } }],
    }),
  ].join('\n');
}).join('\n');

const authorization = `Bearer ${ADMIN_TOKEN}`;

async function push(to: RunningServer): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(`${to.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
    body: LINES,
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

async function page(of: RunningServer): Promise<string> {
  const query = 'from=2026-01-01&to=2026-06-01&include=exchange,raw&take=1000';
  const answer = await of.get(`/rest/v1/ocpp-logs/site/depot?${query}`);
  assert.equal(answer.status, 200);
  return answer.text();
}

async function isShipped(): Promise<void> {
  const outbox = new Outbox(folder, { shipping: true });
  try {
    await eventually(
      async () => outbox.isShipped('depot', 0n, 1n << 62n),
      (shipped) => shipped,
    );
  } finally {
    outbox.close();
  }
}

const countOf = (text: string) => (JSON.parse(text) as { readonly count: number }).count;

async function erasure(at: RunningServer): Promise<Readonly<Record<string, unknown>>> {
  // Parts that were merged need not be waited for.
  const body = 'ALTER TABLE spool_of_test.entry MODIFY SETTING old_parts_lifetime = 1';
  assert.equal((await fetch(url, { method: 'POST', body })).status, 200);
  const asked = await fetch(`${at.url}/rest/v1/erasures`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ site: 'depot', id_tag: TAG }),
  });
  assert.equal(asked.status, 202, await asked.clone().text());
  const { id } = (await asked.json()) as { readonly id: string };
  return eventually(
    async () => (await (await at.get(`/rest/v1/erasures/${id}`)).json()) as Readonly<Record<string, unknown>>,
    ({ state }) => !['waiting', 'running', 'shipping'].includes(String(state)),
  );
}

test('a month that was shipped is dropped, pushed again adds nothing, and what is erased from it is gone there too', async () => {
  let running = await start();
  assert.equal((await push(running)).accepted, 2 * ENTRIES);
  await eventually(
    () => page(running),
    (text) => countOf(text) === ENTRIES,
  );
  // So that the next start may drop at its first look.
  await isShipped();
  assert.equal(await running.stop(), 0);
  running = await start();
  await eventually(
    () => metric(running, 'spool_dropped_entries_total'),
    (dropped) => dropped === ENTRIES,
  );
  assert.equal(await metric(running, 'spool_dropped_months_total'), 2);
  assert.ok((await metric(running, 'spool_bytes')) > 0);
  assert.deepEqual(await push(running), { accepted: 0, duplicates: 2 * ENTRIES, rejected: [] });
  assert.equal(countOf(await page(running)), ENTRIES);

  const { state, entries, unreadable } = await erasure(running);
  assert.deepEqual({ state, entries, unreadable }, { state: 'done', entries: ENTRIES / 10, unreadable: 0 });
  await eventually(
    () => page(running),
    (text) => !text.includes(TAG),
  );
  const after = await page(running);
  assert.equal(countOf(after), ENTRIES);
  assert.equal(await running.stop(), 0);
  server = null;
});

test('to another database all that the folder holds is shipped once more', async () => {
  await rm(folder, { recursive: true });
  folder = await temporaryFolder();
  let running = await start('first_of_test', 7);
  await push(running);
  await isShipped();
  assert.equal(await running.stop(), 0);
  running = await start('second_of_test', 7);
  // Before its tables are made there is no page of it.
  await eventually(
    async () => (await running.get('/rest/v1/ocpp-logs/site/depot?from=2026-01-01&to=2027-01-01')).status,
    (status) => status === 200,
  );
  await eventually(
    () => page(running),
    (text) => countOf(text) === ENTRIES,
  );
  assert.equal(await running.stop(), 0);
  server = null;
});

test('a database that went back gets again what it once took', { timeout: 240_000 }, async () => {
  await rm(folder, { recursive: true });
  folder = await temporaryFolder();
  const running = await start('restored_of_test', 7);
  await push(running);
  await isShipped();
  const ask = async (sql: string) => {
    const answer = await fetch(url, { method: 'POST', body: sql });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.text();
  };
  // It is told how far it has the folder every ten seconds, and asked then.
  const until = async (met: () => Promise<boolean>) => {
    while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  await until(
    async () => Number(await ask('SELECT max(through) FROM restored_of_test.writer FORMAT TSVRaw')) > 0,
  );
  // A day that nobody else marks, as it has no entries.
  await ask(
    `INSERT INTO restored_of_test.changed_day
     SELECT 'elsewhere', toDate('2026-01-05'), 5, now64(6), toDateTime('2100-01-01 00:00:00', 'UTC')`,
  );
  for (const table of ['entry', 'writer']) await ask(`TRUNCATE TABLE restored_of_test.${table}`);
  await until(async () => (await metric(running, 'shipping_completed_entries_total')) === ENTRIES);
  const marks = `SELECT sum(mark) FROM restored_of_test.changed_day WHERE site = 'elsewhere' FORMAT TSVRaw`;
  assert.notEqual((await ask(marks)).trim(), '5', 'nothing that was counted before is used');
  assert.equal(countOf(await page(running)), ENTRIES);
  assert.match(running.output(), /the database is behind what it took of this folder/);
  assert.equal(await running.stop(), 0);
  server = null;
});
