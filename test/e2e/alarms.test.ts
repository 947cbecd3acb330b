/** Alarms on the program itself: told to a webhook, tried on what is stored, and gone on with after it was killed. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const CONFIG = 'sites: [{id: depot}]\nalarms: {allow: [127.0.0.1]}\n';
const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };
const SECRET = 'a secret of these tests';

interface Firing {
  readonly id: string;
  readonly alarm_name: string;
  readonly station: string;
  readonly entries: readonly string[];
  readonly deliveries: readonly { readonly state: string }[];
}

interface Notice {
  readonly id: string;
  readonly station: string;
  readonly entries: readonly { readonly request_status: string }[];
}

async function receiver(t: TestContext) {
  const notices: Notice[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const [, seconds, v1] = /^t=(\d+),v1=(\w+)$/.exec(String(request.headers['ocpp-logs-signature'])) ?? [];
      const expected = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex');
      if (v1 === expected) notices.push(JSON.parse(body));
      response.writeHead(v1 === expected ? 204 : 401).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Safe: a TCP server that listens has an address and a port.
  return { notices, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** Each status a millisecond after the one before, and all of them at once. */
async function say(
  server: RunningServer,
  charger: string,
  statuses: string | readonly string[],
  at = Date.now(),
): Promise<void> {
  const lines = [statuses].flat().map((status, nth) => ({
    charger_id: charger,
    occurrence_time: new Date(at + nth).toISOString(),
    direction: 'station_to_csms',
    frame: JSON.stringify([
      2,
      `m-${charger}-${status}`,
      'StatusNotification',
      { connectorId: 1, errorCode: 'NoError', status },
    ]),
  }));
  const answer = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { ...AUTHORIZED, 'content-type': 'application/x-ndjson', 'x-ocpp-logs-end': '1' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  assert.equal(answer.status, 200);
}

interface Answered {
  readonly fired: number;
  readonly stations: number;
  readonly complete: boolean;
  readonly firings: readonly (Firing & { readonly site: string; readonly time: string })[];
  readonly errors: readonly { readonly column: number }[];
  readonly alarms: readonly {
    readonly id: string;
    readonly name: string;
    readonly enabled: boolean;
    readonly unkept: { readonly reason: string } | null;
  }[];
  readonly id: string;
  readonly bearer: string;
  readonly records: readonly {
    readonly action: string;
    readonly details: Readonly<Record<string, unknown>>;
  }[];
  readonly request_status: string;
}

/** Of whichever route: each has its part of it. */
async function answered(answer: Response): Promise<Answered> {
  // Safe: the tests look at no more than what the route that was asked has.
  return (await answer.json()) as Answered;
}

async function send(
  server: RunningServer,
  method: string,
  path: string,
  body: object | null = null,
  headers: Readonly<Record<string, string>> = AUTHORIZED,
) {
  const answer = await fetch(`${server.url}/rest/v1${path}`, {
    method,
    headers: body === null ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  const { status } = answer;
  return { status, body: await answered(status === 204 ? Response.json(null) : answer) };
}

async function firings(server: RunningServer): Promise<readonly Firing[]> {
  return (await answered(await server.get('/rest/v1/alarms/firings'))).firings;
}

test('what comes true is told to a webhook with its entries, and after a kill neither missed nor told again', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { notices, url } = await receiver(t);
  const first = await startServer({ folder, config: CONFIG });
  t.after(() => first.stop('SIGKILL'));
  const { alarms } = await answered(await first.get('/rest/v1/alarms'));
  assert.deepEqual(
    alarms.map(({ name, enabled }) => [name, enabled]),
    [
      ['Connector Faulted', true],
      ['Station silent for 15 minutes', true],
    ],
  );
  const made = await send(first, 'POST', '/alarms', {
    name: 'No charge',
    rule: 'status:Preparing THEN NO status:Charging WITHIN 1s WHERE B.connector = A.connector',
    targets: [{ kind: 'webhook', url, secret: SECRET }],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await say(first, 'CP-1', 'Faulted');
  await say(first, 'CP-2', 'Preparing');
  await say(first, 'CP-3', ['Preparing', 'Charging']);
  const told = await eventually(
    () => firings(first),
    (found) =>
      found.length >= 2 && found.every(({ deliveries }) => deliveries.every(({ state }) => state === 'sent')),
  );
  assert.deepEqual(told.map((each) => [each.alarm_name, each.station]).sort(), [
    ['Connector Faulted', 'CP-1'],
    ['No charge', 'CP-2'],
  ]);
  assert.deepEqual(
    notices.map(({ station, entries }) => [station, entries.map(({ request_status }) => request_status)]),
    [['CP-2', ['Preparing']]],
  );

  // Its time is over only when the server is gone.
  await say(first, 'CP-4', 'Preparing');
  await first.stop('SIGKILL');
  const again = await startServer({ folder, config: CONFIG });
  t.after(() => again.stop('SIGKILL'));
  await eventually(
    async () => notices.length,
    (count) => count >= 2,
  );
  assert.deepEqual(
    notices.map(({ station }) => station),
    ['CP-2', 'CP-4'],
  );
  assert.equal((await firings(again)).length, 3);
});

test('an alarm is tried on what is stored before it is made, and what is old is told to nobody', async (t) => {
  const server = await startServer({ config: CONFIG });
  t.after(() => server.stop());
  const [from, to] = ['2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z'];
  await say(server, 'CP-1', 'Preparing', Date.parse(from) + 1_000);
  await say(server, 'CP-2', 'Faulted', Date.parse(from) + 2_000);
  const rule = 'status:Preparing THEN NO status:Charging WITHIN 2min';
  const { body } = await send(server, 'POST', '/alarms/try', { rule, from, to });
  const [{ entries: [id = ''] = [], ...found } = { entries: [] }] = body.firings;
  assert.deepEqual([body.fired, body.stations, body.complete], [1, 1, true]);
  assert.deepEqual(found, { site: 'depot', station: 'CP-1', time: '2026-01-05T10:02:01.000Z' });
  const entry = await server.get(`/rest/v1/ocpp-logs/site/depot/entry/${id}`);
  assert.equal((await answered(entry)).request_status, 'Preparing');
  const refused = await send(server, 'POST', '/alarms/try', { rule: 'status:x then y', from, to });
  assert.deepEqual([refused.status, refused.body.errors[0]?.column], [400, 10]);
  await say(server, 'CP-3', 'Faulted');
  const told = await eventually(
    () => firings(server),
    (all) => all.length > 0,
  );
  assert.deepEqual(
    told.map(({ station }) => station),
    ['CP-3'],
  );
});

test('an alarm of a key that is revoked tells nothing more, until somebody takes it over, and nothing of what came meanwhile', async (t) => {
  const { notices, url } = await receiver(t);
  const server = await startServer({ config: CONFIG });
  t.after(() => server.stop('SIGKILL'));
  const key = await send(server, 'POST', '/keys', {
    name: 'of a script',
    scopes: ['admin'],
    sites: ['depot'],
  });
  const authorization = `Bearer ${key.body.bearer}`;
  const wish = {
    name: 'Out of use',
    rule: 'status:Unavailable',
    targets: [{ kind: 'webhook', url, secret: SECRET }],
  };
  const made = await send(server, 'POST', '/alarms', wish, { authorization });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const told = (count: number) =>
    eventually(
      async () => notices.length,
      (length) => length >= count,
    );
  await say(server, 'CP-1', 'Unavailable');
  await told(1);

  assert.equal((await send(server, 'DELETE', `/keys/${key.body.id}`)).status, 204);
  await eventually(
    async () => (await answered(await server.get('/rest/v1/alarms'))).alarms,
    (alarms) => alarms.find(({ name }) => name === wish.name)?.unkept?.reason === 'revoked',
  );
  await say(server, 'CP-2', 'Unavailable');
  // The alarms of the server itself go on.
  await say(server, 'CP-2', 'Faulted');
  await eventually(
    () => firings(server),
    (all) => all.some(({ station }) => station === 'CP-2'),
  );

  const taken = await send(server, 'POST', `/alarms/${made.body.id}/keeper`);
  assert.deepEqual([taken.status, (await send(server, 'POST', '/alarms/x/keeper')).status], [200, 404]);
  await say(server, 'CP-3', 'Unavailable');
  await told(2);
  assert.deepEqual(
    notices.map(({ station }) => station),
    ['CP-1', 'CP-3'],
  );
  assert.deepEqual((await firings(server)).map((each) => [each.alarm_name, each.station]).sort(), [
    ['Connector Faulted', 'CP-2'],
    ['Out of use', 'CP-1'],
    ['Out of use', 'CP-3'],
  ]);
  const audit = await answered(await server.get('/rest/v1/audit?action=alarm-unkept,alarm-taken-over'));
  assert.deepEqual(
    audit.records.map(({ action, details }) => [action, details.why]),
    [
      ['alarm-taken-over', 'revoked'],
      ['alarm-unkept', 'revoked'],
    ],
  );
});
