/** The power goes off under a server whose keys, people and settings change: what was answered is there, frames too. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { type SigningKey, signedHeaders } from '../e2e/signed-headers.ts';
import { type PulledDisk, pulledDisk } from './mounts.ts';
import { entriesOf } from './site-entries.ts';

const DISK_MIB = 128;
/** In the first moments of a folder, and later. */
const ROUNDS = 2;

interface MadeKey extends SigningKey {
  readonly id: string;
  readonly bearer: string;
}

/** What was answered so far. */
interface Answered {
  readonly keys: { readonly key: MadeKey; readonly revoked: boolean }[];
  readonly users: { readonly user: string; readonly password: string }[];
  readonly searches: string[];
  /** Of the sites, by id. */
  readonly names: Map<string, string>;
  /** Passwords by station. */
  readonly stations: Map<string, string>;
  /** Numbers of transactions by the message id of their start. */
  readonly transactions: Map<string, number>;
  /** Message ids of frames. */
  readonly pushed: string[];
}

async function send(server: RunningServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

async function startOf(server: RunningServer, id: string): Promise<number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/depot/CP1`, 'ocpp1.6');
  await once(socket, 'open');
  const heard = once(socket, 'message');
  const start = { connectorId: 1, idTag: `T${id}`, meterStart: 0, timestamp: '2026-01-05T10:00:00Z' };
  socket.send(JSON.stringify([2, id, 'StartTransaction', start]));
  // Safe: an answer of OCPP-J.
  const [kind, , payload] = JSON.parse(String((await heard)[0])) as [
    number,
    string,
    { transactionId: number },
  ];
  assert.equal(kind, 3);
  socket.terminate();
  return payload.transactionId;
}

/** One change of each kind; the last of them is answered when it resolves. */
async function changeAll(server: RunningServer, round: number, answered: Answered): Promise<void> {
  for (const revoked of [false, true]) {
    // Safe: what a new key is answered with.
    const key = (await send(server, 'POST', '/keys', { name: `k${round}`, scopes: ['read'] })) as MadeKey;
    if (revoked) await send(server, 'DELETE', `/keys/${key.id}`);
    answered.keys.push({ key, revoked });
  }
  const user = { name: `user${round}`, password: `a password of round ${round}` };
  await send(server, 'POST', '/users', { ...user, roles: [{ role: 'viewer', site: null }] });
  answered.users.push({ user: user.name, password: user.password });
  await send(server, 'POST', '/saved-searches', { name: `search${round}`, query: { q: 'status:Faulted' } });
  answered.searches.push(`search${round}`);
  const site = `site${round}`;
  await send(server, 'POST', '/sites', { id: site, name: 'to be changed', station_auth: 'basic' });
  await send(server, 'PATCH', `/sites/${site}`, { name: `Name of ${round}` });
  answered.names.set(site, `Name of ${round}`);
  const password = `a-station-of-round-${round}`;
  await send(server, 'PUT', `/sites/${site}/chargers/CP1/password`, { password });
  answered.stations.set(site, password);
  answered.transactions.set(`s${round}`, await startOf(server, `s${round}`));
  const frame = `[2,"p${round}","Heartbeat",{}]`;
  const line = { charger_id: 'P1', direction: 'station_to_csms', frame };
  await send(server, 'POST', '/ocpp-logs/site/depot', { ...line, occurrence_time: '2026-01-05T10:00:00Z' });
  answered.pushed.push(`p${round}`);
}

async function upgradeStatus(server: RunningServer, site: string, password: string): Promise<number> {
  const url = `${server.url.replace('http', 'ws')}/ocpp/${site}/CP1`;
  const socket = new WebSocket(url, 'ocpp1.6', { auth: `CP1:${password}` });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
    socket.once('error', reject);
  });
}

async function assertAllThere(t: TestContext, folder: string, answered: Answered): Promise<void> {
  const server = await startServer({ folder });
  t.after(() => server.stop('SIGKILL'));
  assert.doesNotMatch(server.output(), /damaged|missing|cannot/);
  // Safe: what these are answered with.
  const { keys } = (await send(server, 'GET', '/keys')) as { keys: { id: string; state: string }[] };
  const path = '/ocpp-logs/site/depot?from=2026-01-01&to=2026-01-02';
  for (const { key, revoked } of answered.keys) {
    assert.equal(keys.find(({ id }) => id === key.id)?.state, revoked ? 'revoked' : 'active');
    for (const headers of [{ authorization: `Bearer ${key.bearer}` }, signedHeaders(path, key)]) {
      assert.equal((await fetch(`${server.url}${path}`, { headers })).status, revoked ? 401 : 200);
    }
  }
  for (const person of answered.users) await send(server, 'POST', '/session', person);
  const saved = (await send(server, 'GET', '/saved-searches')) as { saved_searches: { name: string }[] };
  assert.deepEqual(saved.saved_searches.map(({ name }) => name).sort(), answered.searches.toSorted());
  const sites = (await send(server, 'GET', '/sites?chargers=none')) as { id: string; name: string }[];
  const names = new Map(sites.map(({ id, name }) => [id, name]));
  for (const [id, name] of answered.names) assert.equal(names.get(id), name);
  for (const [site, password] of answered.stations) {
    assert.equal(await upgradeStatus(server, site, password), 101);
    assert.equal(await upgradeStatus(server, site, 'not-the-password-of-it'), 401);
  }
  for (const [id, number] of answered.transactions) assert.equal(await startOf(server, id), number);
  const entries = await entriesOf(server, 'depot', 'exchange');
  const ids = entries.map(({ exchange }) => exchange.message_id);
  for (const id of answered.pushed) assert.ok(ids.includes(id), `${id} was answered with 200 and is lost`);
  const next = await startOf(server, 'another');
  assert.ok(![...answered.transactions.values()].includes(next), `${next} was given before`);
  assert.equal(await server.stop(), 0);
  const checked = await run(['check', '--data', folder]);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
}

/** The server stands still for it, and goes on. */
function cutWhile(server: RunningServer, disk: PulledDisk): string {
  process.kill(server.pid, 'SIGSTOP');
  try {
    return join(disk.afterPowerCut(), 'data');
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
}

test('after a power cut keys, people, settings, passwords, transaction numbers and frames that were answered are there', async (t) => {
  const disk = pulledDisk(t, DISK_MIB);
  if (disk === null) return;
  const folder = join(disk.path, 'data');
  mkdirSync(folder);
  const server = await startServer({ folder });
  t.after(() => server.stop('SIGKILL'));
  const answered: Answered = {
    keys: [],
    users: [],
    searches: [],
    names: new Map(),
    stations: new Map(),
    transactions: new Map(),
    pushed: [],
  };
  await send(server, 'POST', '/sites', { id: 'depot' });
  for (let round = 1; round <= ROUNDS; round++) {
    await changeAll(server, round, answered);
    await assertAllThere(t, cutWhile(server, disk), answered);
  }
  assert.equal(await server.stop(), 0);
});
