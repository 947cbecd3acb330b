/** Another process keeps a write lock on one of the databases, as somebody does who looks at it with tools of their own. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { endingTalks } from './endings.ts';
import { calls, joinedTalk } from './raw-talk.ts';
import { entriesOf, metric } from './site-entries.ts';

const SITE_DB = 'logs/00000001.db';
/** Until the server's own write is over, ms. */
const LOCK_MS = 20_000;

/** The call that gives it free. */
function locked(t: TestContext, path: string): () => void {
  const db = new DatabaseSync(path, { timeout: LOCK_MS });
  db.exec('BEGIN IMMEDIATE');
  let held = true;
  const free = () => {
    if (held) db.close();
    held = false;
  };
  t.after(free);
  return free;
}

async function relaying(t: TestContext) {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const config = `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n  - id: bench\n`;
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/depot/${charger}`);
  return { folder, server, joined };
}

function send(server: RunningServer, path: string, body: unknown): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const pushed = (server: RunningServer) =>
  send(server, '/ocpp-logs/site/bench', {
    charger_id: 'P1',
    occurrence_time: '2026-01-05T10:00:00Z',
    direction: 'station_to_csms',
    frame: '[2,"pushed","Heartbeat",{}]',
  });

const storedIds = async (server: RunningServer) =>
  (await entriesOf(server, 'depot', 'exchange')).map(({ exchange }) => [
    exchange.message_id,
    exchange.outcome,
  ]);

for (const file of [SITE_DB, 'logs/index.db']) {
  test(`${file} is locked by another process: bytes and endings go on, what waits is told, then all of it is stored`, async (t) => {
    const { folder, server, joined } = await relaying(t);
    const talk = await joined('CP1');
    const leaving = await endingTalks('BEFORE', joined);
    const said = ['before'];
    await calls(talk, 'before');
    await eventually(
      () => storedIds(server),
      (ids) => ids.length === 1 && ids[0]?.[1] === 'answered',
    );
    const free = locked(t, join(folder, file));
    const call = async (id: string) => {
      said.push(id);
      await calls(talk, id);
    };
    await call('locked');
    await eventually(
      async () => server.output(),
      (output) => /the store is away: database is locked/.test(output),
    );
    await leaving.end();
    const came = await endingTalks('CAME', joined);
    await came.end();
    for (let number = 1; number <= 20; number++) await call(`locked${number}`);
    assert.ok((await metric(server, 'uncommitted_bytes')) > 0, 'what is not stored is held, and told');
    const refused = await pushed(server);
    assert.equal(refused.status, 503, await refused.text());
    assert.ok(refused.headers.has('retry-after'));
    // What is new may be in a file of the site before the index knows of it.
    assert.deepEqual((await storedIds(server))[0], ['before', 'answered'], 'what is there is still given');

    free();
    await eventually(
      () => metric(server, 'uncommitted_bytes'),
      (bytes) => bytes === 0,
    );
    await call('after');
    const found = await eventually(
      () => storedIds(server),
      (ids) => ids.at(-1)?.[0] === 'after' && ids.at(-1)?.[1] === 'answered',
    );
    assert.deepEqual(
      found,
      said.map((id) => [id, 'answered']),
    );
    for (const ended of [leaving, came]) await ended.told(server, 'depot');
    assert.deepEqual(await entriesOf(server, 'depot', 'gap,orphan,malformed'), []);
    assert.equal(await metric(server, 'unrecorded_total'), 0);
    assert.equal((await pushed(server)).status, 200);
    assert.equal(await server.stop(), 0);
    assert.equal((await run(['check', '--data', folder])).code, 0);
  });
}

test('control.db is locked by another process: what is said goes on and is stored, changes are refused and can be made again', async (t) => {
  const { folder, server, joined } = await relaying(t);
  const talk = await joined('CP1');
  const leaving = await endingTalks('BEFORE', joined);
  const key = { name: 'reads', scopes: ['read'] };
  const made = await send(server, '/keys', key);
  assert.equal(made.status, 201);
  // Safe: what a new key is answered with.
  const { bearer } = (await made.json()) as { bearer: string };
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/CP9`, 'ocpp1.6');
  t.after(() => socket.terminate());
  await once(socket, 'open');
  const starts = async (id: string): Promise<readonly unknown[]> => {
    const heard = once(socket, 'message');
    const payload = { connectorId: 1, idTag: 'T', meterStart: 0, timestamp: '2026-01-05T10:00:00Z' };
    socket.send(JSON.stringify([2, id, 'StartTransaction', payload]));
    // Safe: a frame of OCPP-J is an array.
    return JSON.parse(String((await heard)[0])) as readonly unknown[];
  };

  const free = locked(t, join(folder, 'control.db'));
  const refused = await send(server, '/keys', key);
  assert.equal(refused.status, 503, await refused.clone().text());
  assert.ok(refused.headers.has('retry-after'));
  assert.deepEqual(
    (await starts('s1')).slice(0, 3),
    [4, 's1', 'InternalError'],
    'no number without the disk',
  );
  await calls(talk, 'locked');
  await leaving.end();
  await (await endingTalks('CAME', joined)).end();
  await eventually(
    () => storedIds(server),
    (ids) => ids.at(-1)?.[0] === 'locked' && ids.at(-1)?.[1] === 'answered',
  );
  await leaving.told(server, 'depot');
  const read = await fetch(`${server.url}/ocpp-logs/site/depot?from=2026-01-01&to=2026-01-02`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  assert.equal(read.status, 200, 'who has a key reads on');
  assert.match(server.output(), /database is locked/);
  assert.equal((await server.get('/livez')).status, 200);

  free();
  assert.equal((await send(server, '/keys', key)).status, 201);
  const [kind, , payload] = await starts('s2');
  assert.equal(kind, 3, JSON.stringify(payload));
  await calls(talk, 'after');
  assert.deepEqual(await entriesOf(server, 'depot', 'gap,orphan,malformed'), []);
  assert.equal(await server.stop(), 0);
  assert.equal((await run(['check', '--data', folder])).code, 0);
});

test('a start while another process keeps control.db locked ends in one clear line', async (t) => {
  const { folder, server } = await relaying(t);
  assert.equal(await server.stop(), 0);
  const free = locked(t, join(folder, 'control.db'));
  const args = ['serve', '--port', '0', '--data', folder, '--config', join(folder, 'config.yaml')];
  const { code, stderr } = await run(args);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^[^\n]*control\.db is away: database is locked\n$/);
  free();
  const again = await startServer({ folder });
  t.after(() => again.stop('SIGKILL'));
  assert.equal(await again.stop(), 0);
});
