/** An alarm whose keeper is lost at one node tells nothing more at another, and begins anew there when it is taken over. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ADMIN_TOKEN, eventually, type RunningServer, startServer } from '../e2e/running-server.ts';
import { LACKING, openCluster } from './cluster.ts';

const cluster = LACKING === false ? await openCluster() : null;
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const CONFIG = 'sites: [{id: depot}]\nalarms: {allow: [127.0.0.1]}\n';

interface Told {
  readonly alarms: readonly { readonly id: string; readonly unkept: { readonly reason: string } | null }[];
  readonly firings: readonly {
    readonly station: string;
    readonly deliveries: readonly { readonly state: string; readonly attempts: number }[];
  }[];
  readonly records: readonly { readonly details: Readonly<Record<string, unknown>> }[];
}

/** Takes nothing while it is shut. */
async function receiver(t: TestContext) {
  const taken: string[] = [];
  const door = { open: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (door.open) taken.push(JSON.parse(Buffer.concat(chunks).toString('utf8')).station);
      response.writeHead(door.open ? 204 : 503).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Safe: a TCP server that listens has an address and a port.
  return { taken, door, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function told(server: RunningServer, path: string): Promise<Told> {
  // Safe: the test looks at no more than what the route that was asked has.
  return (await (await server.get(`/rest/v1${path}`)).json()) as Told;
}

async function post(server: RunningServer, path: string, body: object | null, headers = ADMIN) {
  const answer = await fetch(`${server.url}/rest/v1${path}`, {
    method: 'POST',
    headers: body === null ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  assert.ok(answer.ok, await answer.clone().text());
  return (await answer.json()) as { readonly id: string; readonly bearer: string };
}

async function say(server: RunningServer, charger: string): Promise<void> {
  const payload = { connectorId: 1, errorCode: 'NoError', status: 'Unavailable' };
  await post(server, '/ocpp-logs/site/depot', {
    charger_id: charger,
    occurrence_time: new Date().toISOString(),
    direction: 'station_to_csms',
    frame: [2, `m-${charger}`, 'StatusNotification', payload],
  });
}

async function metric(of: RunningServer, name: string): Promise<number> {
  const text = await (await of.get('/metrics')).text();
  return Number(new RegExp(`^ocpp_logs_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('a key that is revoked at one node silences its alarm at the other, once, until somebody takes it over', {
  skip: LACKING,
  timeout: 110_000,
}, async (t) => {
  if (cluster === null) assert.fail(String(LACKING));
  const env = {
    OCPP_LOGS_CONTROL_POSTGRES_URL: await cluster.database(),
    OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test',
  };
  const start = () => startServer({ config: CONFIG, env });
  const nodes = await Promise.all([start(), start()]);
  for (const node of nodes) t.after(() => node.stop('SIGKILL'));
  const [here, there] = nodes;
  const { taken, door, url } = await receiver(t);
  const key = await post(here, '/keys', { name: 'of a script', scopes: ['admin'], sites: ['depot'] });
  const wish = { name: 'Out', rule: 'status:Unavailable', targets: [{ kind: 'webhook', url }] };
  const { id } = await post(here, '/alarms', wish, { authorization: `Bearer ${key.bearer}` });
  const active = (count: number) =>
    eventually(
      () => metric(there, 'alarms_active'),
      (now) => now === count,
    );
  await active(3);
  await say(there, 'CP-1');
  const firings = async () => (await told(here, `/alarms/firings?alarm=${id}`)).firings;
  const [waiting] = await eventually(firings, (all) => all[0]?.deliveries[0]?.attempts === 1);
  assert.equal(waiting?.deliveries[0]?.state, 'waiting');

  await fetch(`${here.url}/rest/v1/keys/${key.id}`, { method: 'DELETE', headers: ADMIN });
  await active(2);
  for (const node of nodes) {
    const { alarms } = await eventually(
      () => told(node, '/alarms'),
      (all) => all.alarms.some(({ unkept }) => unkept !== null),
    );
    assert.equal(alarms.find((each) => each.id === id)?.unkept?.reason, 'revoked');
  }
  const [dropped] = await eventually(firings, (all) => all[0]?.deliveries[0]?.state === 'dropped');
  assert.equal(dropped?.deliveries[0]?.attempts, 1);
  const { records } = await eventually(
    () => told(here, '/audit?action=alarm-unkept'),
    (all) => all.records.length > 0,
  );
  assert.deepEqual(
    records.map(({ details }) => details),
    [{ name: 'Out', why: 'revoked', keeper: 'of a script', dropped: 1 }],
  );
  const lost = await Promise.all(nodes.map((node) => metric(node, 'alarms_keepers_lost_total')));
  assert.deepEqual(lost.sort(), [0, 1], 'one of them wrote it down');

  door.open = true;
  await say(there, 'CP-2');
  await post(here, `/alarms/${id}/keeper`, null);
  await active(3);
  await say(there, 'CP-3');
  await eventually(
    async () => taken.length,
    (count) => count > 0,
  );
  assert.deepEqual(taken, ['CP-3']);
});
