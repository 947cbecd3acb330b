/** The program itself with its log in ClickHouse: what stations say is read there, whatever becomes of it meanwhile. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
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

async function start(embedded = false): Promise<RunningServer> {
  const store = { clickhouse: { url, database: 'logs_of_test' } };
  const config = JSON.stringify({ sites: [{ id: 'depot' }], ...(embedded ? {} : { store }) });
  server = await startServer({ folder, config });
  return server;
}

/** A station of the built-in CSMS that sends one heartbeat and waits for the answer. */
async function heartbeats(to: RunningServer, charger: string, ...ids: readonly string[]): Promise<void> {
  const socket = new WebSocket(`${to.url.replace('http', 'ws')}/ocpp/depot/${charger}`, 'ocpp1.6');
  await once(socket, 'open');
  for (const id of ids) {
    const answered = once(socket, 'message');
    socket.send(JSON.stringify([2, id, 'Heartbeat', {}]));
    const [event] = (await answered) as [MessageEvent];
    assert.match(String(event.data), new RegExp(`^\\[3,"${id}",`));
  }
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}

const EVERYTHING = 'from=2020-01-01&to=2100-01-01&sort_order=asc';
const PAGE = `/rest/v1/ocpp-logs/site/depot?${EVERYTHING}&actions=Heartbeat&include=exchange&take=100`;

async function messages(of: RunningServer): Promise<readonly string[]> {
  const answer = await of.get(PAGE);
  if (answer.status !== 200) return [`status ${answer.status}`];
  return [...(await answer.text()).matchAll(/"message_id":"([^"]*)"/g)].map(([, id = '']) => id).sort();
}

const shown = (of: RunningServer, ...ids: readonly string[]) =>
  eventually(
    () => messages(of),
    (found) => JSON.stringify(found) === JSON.stringify(ids),
  );

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('what a station said before is read from ClickHouse, and what it says, also while that is away, and after kill -9', async () => {
  let running = await start(true);
  await heartbeats(running, 'CP1', '00');
  await shown(running, '00');
  assert.equal(await running.stop(), 0);

  running = await start();
  await heartbeats(running, 'CP1', 'a1', 'a2');
  await shown(running, '00', 'a1', 'a2');
  await eventually(
    () => metric(running, 'shipped_entries_total'),
    (entries) => entries >= 2,
  );
  const stations = async () => (await (await running.get('/rest/v1/sites/depot')).json()) as unknown;
  await eventually(stations, (site) => JSON.stringify(site).includes('"CP1"'));

  await http.stop();
  await heartbeats(running, 'CP2', 'b1');
  assert.deepEqual(await messages(running), ['status 503']);
  await eventually(
    () => metric(running, 'shipping_away'),
    (away) => away === 1,
  );
  assert.ok((await metric(running, 'shipping_waiting_changes')) > 0);
  await running.stop('SIGKILL');

  await http.listen();
  running = await start();
  await heartbeats(running, 'CP3', 'c1');
  await shown(running, '00', 'a1', 'a2', 'b1', 'c1');
  await eventually(
    () => metric(running, 'shipping_waiting_changes'),
    (waiting) => waiting === 0,
  );

  await heartbeats(running, 'CP3', 'd1');
  assert.equal(await running.stop(), 0);
  server = null;
  const before = http.statements.length;
  await http.stop();
  await http.listen();
  running = await start();
  await shown(running, '00', 'a1', 'a2', 'b1', 'c1', 'd1');
  assert.ok(http.statements.length > before);
  assert.equal(await running.stop(), 0);
  server = null;
});

test('an export is made from ClickHouse', async () => {
  const running = await start();
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const wish = {
    sites: ['depot'],
    from: '2020-01-01',
    to: '2100-01-01',
    format: 'ndjson',
    include: ['exchange'],
  };
  const asked = await fetch(`${running.url}/rest/v1/exports`, {
    method: 'POST',
    headers,
    body: JSON.stringify(wish),
  });
  assert.ok([201, 202].includes(asked.status), await asked.clone().text());
  const { id } = (await asked.json()) as { readonly id: string };
  await eventually(
    async () => (await (await running.get(`/rest/v1/exports/${id}`)).json()) as { readonly state: string },
    ({ state }) => state === 'done',
  );
  const file = await (await running.get(`/rest/v1/exports/${id}/file`)).text();
  assert.match(file, /"message_id":"a1"/);
  assert.equal(await running.stop(), 0);
  server = null;
});
