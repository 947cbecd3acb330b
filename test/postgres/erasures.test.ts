/** Two nodes over one PostgreSQL, the program itself: one erasure is done in the folders of both, whenever each is there. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { LACKING, openCluster } from './cluster.ts';

const options = { skip: LACKING, timeout: 110_000 };
const cluster = LACKING === false ? await openCluster() : null;
const TAG = 'Driver4711Secret';
const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };

interface Erasure {
  readonly id: string;
  readonly state: string;
  readonly replacement: string;
  readonly entries: number;
  readonly nodes: readonly { readonly node: number; readonly state: string }[];
}

function theCluster() {
  if (cluster === null) throw new Error(String(LACKING));
  return cluster;
}

async function twoNodes(t: TestContext) {
  const db = theCluster();
  const url = await db.database();
  const folders = await Promise.all([temporaryFolder(), temporaryFolder()]);
  const running = new Set<RunningServer>();
  t.after(async () => {
    for (const server of running) await server.stop('SIGKILL');
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  const env = {
    OCPP_LOGS_CONTROL_POSTGRES_URL: url,
    OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test',
  };
  return {
    folders,
    env,
    query: (sql: string) => db.query(sql, url),
    start: async (at: 0 | 1): Promise<RunningServer> => {
      const folder = folders[at] ?? assert.fail();
      const server = await startServer({
        folder,
        env,
        config: 'sites: [{ id: depot, retention_days: 0 }]\n',
      });
      running.add(server);
      return server;
    },
    stop: async (server: RunningServer, signal: NodeJS.Signals = 'SIGTERM') => {
      await server.stop(signal);
      running.delete(server);
    },
  };
}

async function push(to: RunningServer, charger: string, tag = TAG): Promise<void> {
  const line = {
    charger_id: charger,
    occurrence_time: '2026-01-05T10:00:00Z',
    direction: 'station_to_csms',
    frame: `[2,"1","Authorize",{"idTag":"${tag}"}]`,
  };
  const answer = await fetch(`${to.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/x-ndjson' },
    body: `${JSON.stringify(line)}\n`,
  });
  assert.equal(answer.status, 200, await answer.clone().text());
}

async function pageOf(of: RunningServer): Promise<string> {
  const query = 'from=2020-01-01&to=2100-01-01&take=100&include=exchange,raw';
  const answer = await of.get(`/rest/v1/ocpp-logs/site/depot?${query}`);
  assert.equal(answer.status, 200);
  return answer.text();
}

async function ask(at: RunningServer, tag = TAG): Promise<Erasure> {
  const asked = await fetch(`${at.url}/rest/v1/erasures`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ site: 'depot', id_tag: tag }),
  });
  assert.equal(asked.status, 202, await asked.clone().text());
  return (await asked.json()) as Erasure;
}

const until = (at: RunningServer, id: string, state: string) =>
  eventually(
    async () => (await (await at.get(`/rest/v1/erasures/${id}`)).json()) as Erasure,
    (erasure) => erasure.state === state,
  );

/** Files that hold the tag in plain words. */
function filesHolding(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path, 'latin1').includes(TAG));
}

test('what is erased at one node is erased at both, with the same in its place', options, async (t) => {
  const { start, folders } = await twoNodes(t);
  const [a, b] = await Promise.all([start(0), start(1)]);
  await push(a, 'AT_A');
  await push(b, 'AT_B');
  const { id, replacement } = await ask(a);
  const done = await until(a, id, 'done');
  assert.deepEqual(
    [done.entries, done.nodes.map(({ node, state }) => `${node} ${state}`)],
    [2, ['1 done', '2 done']],
  );
  assert.deepEqual((await until(b, id, 'done')).entries, 2, 'either node tells all of it');
  for (const server of [a, b]) {
    const page = await pageOf(server);
    assert.ok(!page.includes(TAG) && page.includes(replacement));
    await push(server, 'LATER');
    assert.ok(!(await pageOf(server)).includes(TAG), 'what comes is masked at both');
  }
  for (const folder of folders) assert.deepEqual(filesHolding(folder), []);
  const again = await ask(b, TAG.toLowerCase());
  assert.deepEqual([again.id, again.replacement], [id, replacement]);
  await until(b, id, 'done');
});

test('of two nodes that are asked in the same moment one stores it', options, async (t) => {
  const { start, query } = await twoNodes(t);
  const nodes = await Promise.all([start(0), start(1)]);
  const asked = await Promise.all([...nodes, ...nodes].map((node) => ask(node)));
  assert.equal(new Set(asked.map(({ id, replacement }) => `${id} ${replacement}`)).size, 1);
  assert.deepEqual(await query('SELECT count(*)::int AS n FROM ocpp_logs.erasures'), [{ n: 1 }]);
  const told = await query(
    `SELECT target, count(*)::int AS n FROM ocpp_logs.audit
     WHERE action = 'id-tag-erased' AND details::text LIKE '%"asked"%' GROUP BY target`,
  );
  assert.deepEqual(
    told,
    [{ target: asked[0]?.id, n: 4 }],
    'each is written down once, with the id that it has',
  );
  for (const node of nodes) await until(node, asked[0]?.id ?? '', 'done');
});

test('a node that is away is told, and does its part when it comes back', options, async (t) => {
  const { start, stop, query, folders, env } = await twoNodes(t);
  const [a, b] = await Promise.all([start(0), start(1)]);
  const own = JSON.parse(readFileSync(join(folders[1] ?? '', 'node.json'), 'utf8')) as {
    readonly number: number;
  };
  await push(a, 'AT_A');
  await push(b, 'AT_B');
  await stop(b, 'SIGKILL');
  await query(`UPDATE ocpp_logs.nodes SET last_seen = 0 WHERE number = ${own.number}`);
  const { id } = await ask(a);
  const without = await until(a, id, 'incomplete');
  const stateOfB = ({ nodes }: Erasure) => nodes.find(({ node }) => node === own.number)?.state;
  assert.deepEqual([stateOfB(without), without.entries], ['waiting', 1]);
  const told = await run(
    ['erase', '--site', 'depot', '--id-tag', 'Another', '--yes', '--data', folders[0] ?? ''],
    env,
  );
  assert.equal(told.code, 1, told.stderr);
  assert.match(told.stdout, new RegExp(`^node ${own.number} \\(\\S+\\) has not done its part`, 'm'));

  await start(1);
  const done = await until(a, id, 'done');
  assert.deepEqual([stateOfB(done), done.entries], ['done', 2]);
  assert.deepEqual(filesHolding(folders[1] ?? ''), []);
});

test('what a node was cut off in is left to it by another one that starts', options, async (t) => {
  const { start, stop, query, folders } = await twoNodes(t);
  const [a, b] = [await start(0), await start(1)];
  await push(b, 'AT_B');
  await stop(b, 'SIGKILL');
  await query('UPDATE ocpp_logs.nodes SET last_seen = 0 WHERE number = 2');
  const { id, replacement } = await ask(a);
  await until(a, id, 'incomplete');
  await query(
    `INSERT INTO ocpp_logs.erasure_parts SELECT id, folder, asked, 'running', NULL, NULL FROM ocpp_logs.nodes, ocpp_logs.erasures
     WHERE number = 2`,
  );
  await stop(a);
  const again = await start(0);
  const left = await until(again, id, 'incomplete');
  assert.deepEqual(
    left.nodes.map(({ node, state }) => `${node} ${state}`),
    ['1 done', '2 running'],
  );
  assert.notDeepEqual(filesHolding(folders[1] ?? ''), []);

  const back = await start(1);
  const done = await until(again, id, 'done');
  assert.equal(done.entries, 1);
  const page = await pageOf(back);
  assert.ok(!page.includes(TAG) && page.includes(replacement));
  assert.deepEqual(filesHolding(folders[1] ?? ''), []);
});

test('of a node whose number was given back it is told that it is gone', options, async (t) => {
  const { start, stop, query, folders, env } = await twoNodes(t);
  const [a, b] = [await start(0), await start(1)];
  await push(a, 'AT_A');
  await stop(b);
  await query('UPDATE ocpp_logs.nodes SET last_seen = 0 WHERE number = 2');
  const released = await run(['node', 'release', '2', '--data', folders[0] ?? ''], env);
  assert.equal(released.code, 0, released.stderr);
  const { id } = await ask(a);
  // Its folder is its own: no other node can read what it recorded.
  const done = await until(a, id, 'done');
  assert.deepEqual(
    done.nodes.map(({ node, state }) => `${node} ${state}`),
    ['1 done', '2 gone'],
  );
});
