/**
 * An alarm over three nodes, the program itself, over one PostgreSQL and one engine: told once although all of them judge,
 * and told all the same when the node that has it to tell is killed.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, type TestContext, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from '../e2e/running-server.ts';
import { LACKING, openCluster } from '../postgres/cluster.ts';
import { HttpEngine } from './http-engine.ts';

const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };
const STATIONS = ['CP-0', 'CP-1', 'CP-2'] as const;

interface Firing {
  readonly station: string;
  readonly deliveries: readonly { readonly state: string; readonly attempts: number }[];
}

/** Takes nothing while it is shut. */
async function receiver(t: TestContext) {
  /** Stations, in the order in which they were told of. */
  const taken: string[] = [];
  let open = true;
  let noticed = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (open) taken.push(JSON.parse(Buffer.concat(chunks).toString('utf8')).station);
      response.writeHead(open ? 204 : 503).end();
      noticed.resolve();
      noticed = Promise.withResolvers();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    taken,
    // Safe: a TCP server that listens has an address and a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    open: (now: boolean) => {
      open = now;
    },
    /** However long a delivery waits for its next attempt. */
    until: async (count: number) => {
      while (taken.length < count) await noticed.promise;
    },
  };
}

async function say(server: RunningServer, charger: string): Promise<void> {
  const payload = { connectorId: 1, errorCode: 'NoError', status: 'Unavailable' };
  const frame = JSON.stringify([2, `m-${charger}`, 'StatusNotification', payload]);
  const line = {
    charger_id: charger,
    occurrence_time: new Date().toISOString(),
    direction: 'station_to_csms',
    frame,
  };
  const answer = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/x-ndjson', 'x-ocpp-logs-end': '1' },
    body: `${JSON.stringify(line)}\n`,
  });
  assert.equal(answer.status, 200);
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('what three nodes see is told once, and by another when the one that has it to tell is killed', {
  skip: LACKING,
  timeout: 280_000,
}, async (t) => {
  const http = new HttpEngine();
  const url = await http.listen();
  after(() => http.close());
  const postgres = await (await openCluster()).database();
  const folders = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()]);
  const running = new Set<RunningServer>();
  t.after(async () => {
    await Promise.all([...running].map((server) => server.stop('SIGKILL')));
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });
  const config = JSON.stringify({
    sites: [{ id: 'depot' }],
    alarms: { allow: ['127.0.0.1'] },
    store: { clickhouse: { url, database: 'logs_of_alarms' } },
  });
  const start = async (folder: string): Promise<RunningServer> => {
    const env = {
      OCPP_LOGS_CONTROL_POSTGRES_URL: postgres,
      OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test',
    };
    const server = await startServer({ folder, config, env });
    running.add(server);
    return server;
  };
  const nodes = await Promise.all(folders.map(start));
  const [first = assert.fail()] = nodes;
  const hook = await receiver(t);
  const made = await fetch(`${first.url}/rest/v1/alarms`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'Out of use',
      rule: 'status:Unavailable',
      targets: [{ kind: 'webhook', url: hook.url }],
    }),
  });
  assert.equal(made.status, 201, await made.clone().text());
  const { id } = (await made.json()) as { readonly id: string };
  const firings = async (of: RunningServer): Promise<readonly Firing[]> => {
    const answer = await of.get(`/rest/v1/alarms/firings?alarm=${id}`);
    return ((await answer.json()) as { readonly firings: readonly Firing[] }).firings;
  };
  for (const node of nodes) {
    await eventually(
      () => metric(node, 'alarms_active'),
      (active) => active === 3,
    );
  }

  await Promise.all(nodes.map((node, at) => say(node, STATIONS[at] ?? assert.fail())));
  for (const node of nodes) {
    await eventually(
      () => metric(node, 'alarms_entries_evaluated_total'),
      (evaluated) => evaluated >= STATIONS.length,
    );
  }
  await hook.until(STATIONS.length);
  assert.deepEqual([...hook.taken].sort(), STATIONS);
  const kept = await Promise.all(nodes.map((node) => metric(node, 'alarms_firings_total')));
  assert.equal(
    kept.reduce((sum, each) => sum + each, 0),
    STATIONS.length,
    'of each firing one node kept it',
  );

  const isSent = ({ deliveries }: Firing) => deliveries.every(({ state }) => state === 'sent');
  await eventually(
    () => firings(first),
    (all) => all.length === STATIONS.length && all.every(isSent),
  );

  // One has something to tell, and is killed before it could.
  hook.open(false);
  await say(first, 'CP-3');
  await eventually(
    () => firings(first),
    (all) =>
      all.some(({ deliveries }) =>
        deliveries.some(({ state, attempts }) => state === 'waiting' && attempts > 0),
      ),
  );
  const waiting = await Promise.all(nodes.map((node) => metric(node, 'alarms_deliveries_waiting')));
  const place = waiting.indexOf(1);
  const killed = nodes[place] ?? assert.fail(`it waits at ${waiting}`);
  await killed.stop('SIGKILL');
  running.delete(killed);
  hook.open(true);
  await hook.until(STATIONS.length + 1);
  const left = nodes.filter((node) => node !== killed);
  const [survivor = assert.fail()] = left;
  await eventually(
    () => firings(survivor),
    (all) => all.every(isSent),
  );
  const taken = await Promise.all(left.map((node) => metric(node, 'alarms_firings_taken_over_total')));
  assert.deepEqual([...taken].sort(), [0, 1]);

  // It comes back, tells nothing again, and judges what it records.
  const again = await start(folders[place] ?? assert.fail());
  await say(again, 'CP-4');
  await hook.until(STATIONS.length + 2);
  assert.deepEqual([...hook.taken].sort(), [...STATIONS, 'CP-3', 'CP-4']);
  assert.equal((await firings(again)).length, STATIONS.length + 2);
  assert.deepEqual(await Promise.all([...left, again].map((node) => node.stop())), [0, 0, 0]);
  running.clear();
});
