/** Secrets of alarms: to whom they tell something, with what, is in nothing that the program says, whatever its targets answer. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const SIGNING = 'a-signing-secret-nobody-may-read';
const PASSWORD = 'a-broker-password-nobody-may-read';
/** In the path and the query of an address, as chats have it. */
const TOKEN = 'a-token-in-an-address-nobody-may-read';
const MISPLACED = 'a-secret-where-none-belongs';
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };

interface Firings {
  readonly firings: readonly { readonly deliveries: readonly { readonly error: string | null }[] }[];
}

function assertSilent(text: string, where: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    assert.ok(at < 0, `${where} holds a secret: ${text.slice(Math.max(0, at - 120), at + 40)}`);
  }
}

/** Says back whatever it is sent, in each place where something can be said. */
async function echo(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    const said = JSON.stringify([request.url, request.headers]).replace(/[^ -~]/g, '');
    response.writeHead(500, said.slice(0, 200), { location: request.url ?? '' }).end(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Safe: it listens on TCP.
  return (server.address() as AddressInfo).port;
}

async function ask(server: RunningServer, method: string, path: string, body: object, headers = ADMIN) {
  const answer = await fetch(server.url + path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

test('secrets of alarms are in no log line, count, audit record, problem or answer, and sealed where they are kept', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const config = 'log_level: trace\nsites: [{id: depot}]\nalarms: {allow: [127.0.0.1]}\n';
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const port = await echo(t);
  const all = [SIGNING, PASSWORD, TOKEN, MISPLACED];
  const hook = { kind: 'webhook', url: `http://127.0.0.1:${port}/${TOKEN}?key=${TOKEN}`, secret: SIGNING };
  const broker = { kind: 'mqtt', topic: 'x', username: 'logs', secret: PASSWORD };
  const wish = { name: 'Faults', rule: 'status:Faulted', sites: ['depot'] };
  const targets = [
    hook,
    { ...broker, url: `mqtt://127.0.0.1:${port}` },
    { ...broker, url: 'mqtt://127.0.0.1:9' },
    { ...broker, url: `mqtts://127.0.0.1:${port}` },
  ];
  const made = await ask(server, 'POST', '/alarms', { ...wish, targets });
  assert.equal(made.status, 201, made.text);
  assertSilent(made.text, 'the alarm that was made', [SIGNING, PASSWORD]);
  const { id, targets: kept } = JSON.parse(made.text);
  for (const wrong of [
    { ...hook, url: `https://user:${MISPLACED}@hooks.example/` },
    { ...hook, url: MISPLACED },
    { ...hook, url: `http://169.254.169.254/${MISPLACED}` },
    { ...hook, kind: MISPLACED },
    { ...hook, [MISPLACED.replaceAll('-', '_')]: SIGNING },
    { ...hook, secret: [SIGNING] },
    { ...hook, secret: SIGNING.repeat(100) },
    { kind: 'syslog', url: 'tcp://127.0.0.1:601', secret: SIGNING },
    { ...broker, url: `mqtt://logs:${PASSWORD}@127.0.0.1` },
    { ...broker, url: 'mqtt://127.0.0.1', topic: '#' },
  ]) {
    const { status, text } = await ask(server, 'POST', '/alarms', { ...wish, targets: [wrong] });
    assert.equal(status, 400, text);
    assertSilent(text, `the refusal of ${wrong.kind}`, all);
  }
  const moved = await ask(server, 'PUT', `/alarms/${id}`, {
    ...wish,
    targets: [{ id: kept[0].id, kind: 'webhook', url: `http://127.0.0.1:9/${TOKEN}` }],
  });
  assert.equal(moved.status, 400, moved.text);
  assertSilent(moved.text, 'a target that moves', all);

  const line = {
    charger_id: 'CP-1',
    occurrence_time: new Date().toISOString(),
    direction: 'station_to_csms',
    frame: [2, '1', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Faulted' }],
  };
  const pushed = await ask(server, 'POST', '/ocpp-logs/site/depot', line);
  assert.equal(pushed.status, 200, pushed.text);
  const failed = await eventually(
    async () => (await (await server.get(`/alarms/firings?alarm=${id}`)).json()) as Firings,
    ({ firings }) => firings[0]?.deliveries.every(({ error }) => error !== null) === true,
  );
  assert.equal(failed.firings[0]?.deliveries.length, 4);
  assertSilent(JSON.stringify(failed), 'what became of the deliveries', all);

  const key = await ask(server, 'POST', '/keys', { name: 'reader', scopes: ['read'], sites: ['depot'] });
  const reader = { authorization: `Bearer ${JSON.parse(key.text).bearer}` };
  for (const path of ['/alarms', '/alarms/firings', '/metrics'])
    assertSilent(await (await server.get(path, reader)).text(), `${path} for who reads the site`, all);
  const own = await (await server.get('/alarms')).text();
  assert.ok(own.includes(TOKEN), 'the address is shown to who may change it');
  assertSilent(own, 'the alarms', [SIGNING, PASSWORD, MISPLACED]);
  for (const path of ['/audit', '/metrics', '/status', '/openapi.json'])
    assertSilent(await (await server.get(path)).text(), path, all);
  const audit = await run(['audit', '--json', '--data', folder]);
  assert.match(audit.stdout, /alarm-made/);
  assertSilent(audit.stdout + audit.stderr, 'ocpp-logs audit', all);
  // Searched while it is open, too: what was written last lies beside it.
  for (const file of ['control.db', 'control.db-wal'].map((name) => join(folder, name)).filter(existsSync))
    assertSilent(readFileSync(file, 'latin1'), file, [SIGNING, PASSWORD, MISPLACED]);
  await server.stop();
  const atRest = readFileSync(join(folder, 'control.db'), 'latin1');
  assert.ok(atRest.includes(TOKEN), 'addresses are kept as they are: what is there is found');
  assertSilent(atRest, 'control.db', [SIGNING, PASSWORD, MISPLACED]);
  assert.match(server.output(), /ocpp-logs listening/);
  assertSilent(server.output(), 'the output of the server', all);
});
