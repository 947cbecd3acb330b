/** Several nodes over one PostgreSQL, the program itself: what is done at one counts at the others. */

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { LACKING, openCluster, PASSWORD } from './cluster.ts';

const options = { skip: LACKING, timeout: 110_000 };
const cluster = LACKING === false ? await openCluster() : null;
const SECRET = 'the-same-secret-on-every-node-of-the-test';
const ALL = 'from=2020-01-01&to=2100-01-01&take=100';

function theCluster() {
  if (cluster === null) throw new Error(String(LACKING));
  return cluster;
}

async function node(
  t: TestContext,
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const server = await startServer({
    env: { OCPP_LOGS_CONTROL_POSTGRES_URL: url, OCPP_LOGS_SECRET_KEY: SECRET, ...env },
  });
  t.after(() => server.stop());
  return server;
}

const as = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } });

async function statusOf(server: RunningServer, path: string, bearer: string): Promise<number> {
  return (await fetch(`${server.url}/rest/v1${path}`, as(bearer))).status;
}

/** A signed request, sent to any node as it is. */
function signed(key: { readonly api_key: string; readonly secret: string }, path: string, body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hmacKey = createHash('sha256').update(key.secret).digest('hex');
  const text = `POST:${path}:${timestamp}:${body}`;
  const signature = createHmac('sha256', hmacKey).update(text).digest('hex');
  const headers = { 'x-api-key': key.api_key, 'x-req-timestamp': timestamp, 'x-signature': signature };
  return async (server: RunningServer) => {
    const type = { 'content-type': 'application/x-ndjson' };
    return (await fetch(`${server.url}${path}`, { method: 'POST', headers: { ...headers, ...type }, body }))
      .status;
  };
}

async function post(server: RunningServer, path: string, body: unknown, more: Record<string, string> = {}) {
  return fetch(`${server.url}/rest/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
  });
}

/** A command of the command line, on a machine of its own. */
async function command(url: string, ...args: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const { code, stdout, stderr } = await run([...args, '--data', folder], {
    OCPP_LOGS_CONTROL_POSTGRES_URL: url,
    OCPP_LOGS_SECRET_KEY: SECRET,
  });
  assert.equal(code, 0, stderr);
  await rm(folder, { recursive: true });
  return stdout;
}

test(
  'keys, sessions and sites that one node makes count at the other at once, and what is taken away is refused',
  options,
  async (t) => {
    const url = await theCluster().database();
    const [a, b] = await Promise.all([node(t, url), node(t, url)]);
    const made = await post(a, '/keys', { name: 'reader', scopes: ['read'] });
    assert.equal(made.status, 201);
    const { id, bearer } = (await made.json()) as { id: string; bearer: string };
    assert.equal(await statusOf(b, '/sites', bearer), 200, 'without waiting');
    await command(url, 'site', 'add', 'depot');
    assert.equal(await statusOf(b, `/ocpp-logs/site/depot?${ALL}`, ADMIN_TOKEN), 200);
    assert.equal(await statusOf(a, `/ocpp-logs/site/depot?${ALL}`, ADMIN_TOKEN), 200);

    const link = await command(url, 'user', 'add', 'ada', '--role', 'admin', '--link');
    const token = /#token=([\w-]+)/.exec(link)?.[1];
    const signedIn = await post(a, '/session', { token }, { authorization: '' });
    assert.equal(signedIn.status, 201, await signedIn.clone().text());
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const there = await fetch(`${b.url}/rest/v1/session`, { headers: { cookie } });
    assert.equal(there.status, 200, 'signed in at one node, known at the other');

    await fetch(`${a.url}/rest/v1/keys/${id}`, { method: 'DELETE', ...as(ADMIN_TOKEN) });
    const revoked = performance.now();
    await eventually(
      () => statusOf(b, '/sites', bearer),
      (status) => status === 401,
    );
    const took = performance.now() - revoked;
    assert.ok(took < 5_000, `a revoked key was refused after ${took} ms`);
  },
);

test(
  'without PostgreSQL stations are recorded and passed on as before, the API says when to come again',
  options,
  async (t) => {
    const db = await openCluster();
    const url = await db.database();
    await command(url, 'site', 'add', 'depot');
    const server = await node(t, url);
    const { bearer } = (await (await post(server, '/keys', { name: 'reader', scopes: ['read'] })).json()) as {
      bearer: string;
    };
    const station = `${server.url.replace('http', 'ws')}/ocpp/depot/CP_1`;
    const before = new WebSocket(station, 'ocpp1.6');
    await once(before, 'open');
    await db.stop('crash');
    await eventually(
      () => statusOf(server, '/sites', bearer),
      (status) => status === 503,
    );
    const begun = performance.now();
    const away = await fetch(`${server.url}/rest/v1/sites`, as(bearer));
    assert.ok(performance.now() - begun < 10_000);
    assert.equal(away.status, 503);
    assert.match(away.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.ok(Number(away.headers.get('retry-after')) > 0);
    assert.match(await away.text(), /"type":"urn:ocpp-logs:problem:unavailable"/);
    assert.equal((await server.get('/readyz')).status, 200, 'stations are still to be sent here');
    const metrics = await (await server.get('/metrics')).text();
    assert.match(metrics, /^ocpp_logs_control_current 0$/m);

    const heartbeat = async (socket: WebSocket, id: string) => {
      const answered = once(socket, 'message');
      socket.send(`[2,"${id}","Heartbeat",{}]`);
      assert.match(String((await answered)[0]), new RegExp(`^\\[3,"${id}"`));
    };
    await heartbeat(before, 'kept');
    const during = new WebSocket(station.replace('CP_1', 'CP_2'), 'ocpp1.6');
    await once(during, 'open');
    await heartbeat(during, 'new');
    await db.start();
    const page = await eventually(
      async () => {
        const answer = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot?${ALL}`, as(bearer));
        return { status: answer.status, text: await answer.text() };
      },
      ({ status, text }) => status === 200 && text.includes('CP_1') && text.includes('CP_2'),
    );
    assert.equal((page.text.match(/Heartbeat/g) ?? []).length >= 2, true);
    for (const socket of [before, during]) {
      socket.close();
      await once(socket, 'close');
    }
    assert.match(server.output(), /is back after/);
    for (const text of [server.output(), metrics]) {
      assert.ok(
        !text.includes(PASSWORD) && !text.includes(encodeURIComponent(PASSWORD)),
        'its password is told',
      );
    }
  },
);

test('each node has a number, which is told and given back on the command line', options, async (t) => {
  const url = await theCluster().database();
  const server = await node(t, url);
  await node(t, url);
  const told = (await command(url, 'node', 'list', '--json')).trim().split('\n');
  const nodes = told.map((line) => JSON.parse(line) as { number: number; folder: string; released: unknown });
  assert.deepEqual(
    nodes.map(({ number, released }) => [number, released]),
    [
      [1, null],
      [2, null],
    ],
  );
  const own = JSON.parse(readFileSync(join(server.folder, 'node.json'), 'utf8')) as { folder: string };
  assert.ok(nodes.some(({ folder }) => folder === own.folder));
  assert.match(await command(url, 'node', 'list'), /^NODE +FOLDER[^\n]*\n1 +\S+ [^\n]* runs *\n2 /);
  const release = async (number: string) => {
    const folder = await temporaryFolder();
    t.after(() => rm(folder, { recursive: true }));
    return run(['node', 'release', number, '--data', folder], { OCPP_LOGS_CONTROL_POSTGRES_URL: url });
  };
  const runs = await release('1');
  assert.deepEqual([runs.code, /node 1 was seen \d+ s ago: stop it/.test(runs.stderr)], [1, true]);
  await theCluster().query('UPDATE ocpp_logs.nodes SET last_seen = 0 WHERE number = 2', url);
  assert.equal((await release('2')).stdout, 'released node 2\n');
  const again = await release('2');
  assert.deepEqual([again.code, /no folder has the number 2/.test(again.stderr)], [1, true]);
  assert.match(await command(url, 'audit'), /released/);
});

test(
  'a node with another secret key is refused in one line; one that has none is told what to copy',
  options,
  async (t) => {
    const url = await theCluster().database();
    const first = await node(t, url, { OCPP_LOGS_SECRET_KEY: '' });
    const refused = async (env: Readonly<Record<string, string>>, folder: string) => {
      const args = ['serve', '--port', '0', '--data', folder];
      return run(args, { OCPP_LOGS_ADMIN_TOKEN: ADMIN_TOKEN, OCPP_LOGS_CONTROL_POSTGRES_URL: url, ...env });
    };
    const folder = await temporaryFolder();
    t.after(() => rm(folder, { recursive: true }));
    const without = await refused({}, folder);
    assert.equal(without.code, 2);
    assert.match(without.stderr, /^there is no secret\.key in the data folder[^\n]*\n$/);
    assert.ok(!readdirSync(folder).includes('secret.key'));
    const other = await refused({ OCPP_LOGS_SECRET_KEY: SECRET }, folder);
    assert.deepEqual([other.code, /OCPP_LOGS_SECRET_KEY is not the one/.test(other.stderr)], [2, true]);
    copyFileSync(join(first.folder, 'secret.key'), join(folder, 'secret.key'));
    const second = await startServer({ folder, env: { OCPP_LOGS_CONTROL_POSTGRES_URL: url } });
    await second.stop();
  },
);

test('a signed write is taken once, whichever nodes it is sent to', options, async (t) => {
  const url = await theCluster().database();
  const nodes = await Promise.all([node(t, url), node(t, url)]);
  await command(url, 'site', 'add', 'depot');
  const made = await command(url, 'key', 'create', '--name', 'csms', '--scopes', 'ingest', '--json');
  const line = JSON.stringify({
    charger_id: 'CP_1',
    occurrence_time: '2026-01-05T10:00:00Z',
    direction: 'station_to_csms',
    frame: '[2,"1","Heartbeat",{}]',
  });
  const send = signed(JSON.parse(made), '/rest/v1/ocpp-logs/site/depot', `${line}\n`);
  const statuses = await Promise.all([...nodes, ...nodes].map(send));
  assert.deepEqual(statuses.sort(), [200, 401, 401, 401]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('an export is fetched at any node; of a node that is gone it is said so', options, async (t) => {
  const url = await theCluster().database();
  const reached = async () => {
    const port = await freePort();
    const env = { OCPP_LOGS_CONTROL_NODE_URL: `http://127.0.0.1:${port}` };
    const server = await startServer({
      port,
      env: { OCPP_LOGS_CONTROL_POSTGRES_URL: url, OCPP_LOGS_SECRET_KEY: SECRET, ...env },
    });
    t.after(() => server.stop());
    return server;
  };
  const [a, b] = await Promise.all([reached(), reached()]);
  await command(url, 'site', 'add', 'depot');
  const line = {
    charger_id: 'CP_1',
    occurrence_time: '2026-01-05T10:00:00Z',
    direction: 'station_to_csms',
    frame: '[2,"1","Heartbeat",{}]',
  };
  assert.equal((await post(a, '/ocpp-logs/site/depot', line)).status, 200);
  const wish = { site: 'depot', format: 'ndjson', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
  const made = await post(a, '/exports', wish);
  const job = (await made.json()) as { id: string };
  // 202 where a busy machine has not made it by then.
  assert.ok(made.ok, JSON.stringify(job));
  await eventually(
    async () => (await (await a.get(`/rest/v1/exports/${job.id}`)).json()) as { state: string },
    ({ state }) => state === 'done',
  );
  const there = await b.get(`/rest/v1/exports/${job.id}`);
  assert.equal(there.status, 200);
  assert.equal(((await there.json()) as { id: string }).id, job.id);
  const file = await b.get(`/rest/v1/exports/${job.id}/file`);
  assert.match(await file.text(), /Heartbeat/);
  assert.equal((await fetch(`${b.url}/rest/v1/exports/${job.id}`)).status, 401, 'for nobody');
  assert.equal((await b.get(`/rest/v1/exports/${'0'.repeat(24)}`)).status, 404);
  assert.match(await (await b.get('/metrics')).text(), /^ocpp_logs_http_requests_passed_on_total 2$/m);
  await a.stop();
  const gone = await b.get(`/rest/v1/exports/${job.id}`);
  assert.equal(gone.status, 503);
  assert.ok(Number(gone.headers.get('retry-after')) > 0);
});

test('what cannot be reached or read is one line without the password', options, async (t) => {
  const db = theCluster();
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true }));
  const tried = async (url: string) => {
    const { code, stdout, stderr } = await run(['site', 'list', '--data', folder], {
      OCPP_LOGS_CONTROL_POSTGRES_URL: url,
    });
    const text = stdout + stderr;
    assert.ok(!text.includes(PASSWORD) && !text.includes(encodeURIComponent(PASSWORD)), text);
    assert.ok(!text.includes('wrong'), text);
    assert.match(text, /^[^\n]+\n$/);
    return [code, text] as const;
  };
  const url = await db.database();
  const cases = [
    [url.replace(`:${db.port}/`, ':1/'), 1, /ECONNREFUSED/],
    [url.replace(/:[^:@]*@/, ':wrong@'), 1, /password authentication failed/],
    [db.url('nowhere'), 1, /database "nowhere" does not exist/],
    [`${url}?sslmode=verify-full`, 1, /not support SSL/],
    [`${url}?sslmode=perhaps`, 2, /one of disable, require, verify-ca, verify-full/],
    [`${url}?speed=high`, 2, /no parameter but/],
    ['mysql://wrong:wrong@db.example/x', 2, /must be a postgres:\/\/ address/],
  ] as const;
  for (const [address, status, line] of cases) {
    const [code, text] = await tried(address);
    assert.equal(code, status, text);
    assert.match(text, line);
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
  for (const file of files.filter((each) => each.isFile())) {
    assert.ok(!readFileSync(join(file.parentPath, file.name), 'latin1').includes(PASSWORD), file.name);
  }
});
