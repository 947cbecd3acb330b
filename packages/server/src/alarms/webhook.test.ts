import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { AlarmTarget } from '../store/alarms.ts';
import { DEPOT, log, notice, said, T0 } from './alarms.fixture.ts';
import { send } from './sending.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly body: string;
}

async function receiver(t: TestContext, status = 204) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, url = '' } = request;
      received.push({ headers, url, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, { location: '/elsewhere' }).end('a text that nobody reads');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Safe: a TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  return { received, port, target: webhook(`http://127.0.0.1:${port}/hooks?x=1`) };
}

const webhook = (url: string): AlarmTarget => ({ kind: 'webhook', id: 't1', url, sealed: null });
const HERE = new UpstreamRule(['127.0.0.0/8', 'localhost'], 'alarms.allow');

test('a webhook gets the firing with its entries, signed over its time', async (t) => {
  const { lookup, put } = await log(t);
  const { received, target } = await receiver(t);
  const [id = 0n] = put(said(1, 'Faulted'));
  const tools = { lookup, rule: HERE, now: () => T0 + 1_234 };
  const wish = { target, secret: 'geheim', notice: notice({ entries: [String(id), '5'] }) };
  assert.equal(await send(wish, tools), null);
  const [{ headers, url, body }] = received as [Received];
  assert.deepEqual(
    [url, headers['content-type'], headers['ocpp-logs-firing']],
    ['/hooks?x=1', 'application/json', 'firing_7'],
  );
  const seconds = (T0 + 1_000) / 1000;
  const signature = createHmac('sha256', 'geheim').update(`${seconds}.${body}`).digest('hex');
  assert.equal(headers['ocpp-logs-signature'], `t=${seconds},v1=${signature}`);
  const { entries, ...told } = JSON.parse(body);
  assert.deepEqual(told, {
    type: 'alarm.fired',
    id: 'firing_7',
    alarm: { id: 'a1', name: 'Connector Faulted', rule: 'status:Faulted' },
    site: DEPOT,
    station: 'CP-1',
    time: '2026-01-05T10:00:00.000Z',
    fired: '2026-01-05T10:00:00.500Z',
  });
  assert.equal(entries.length, 1, 'an entry that is gone is left out');
  assert.deepEqual(
    [entries[0].exchange.id, entries[0].request_status, entries[0].site_name],
    [String(id), 'Faulted', 'Depot North'],
  );
});

test('without a secret nothing is signed; what is not taken is told, and redirects lead nowhere', async (t) => {
  const { lookup } = await log(t);
  const tools = { lookup, rule: HERE, now: () => T0 };
  const plain = await receiver(t);
  assert.equal(await send({ target: plain.target, secret: null, notice: notice() }, tools), null);
  assert.equal(plain.received[0]?.headers['ocpp-logs-signature'], undefined);
  for (const status of [301, 400, 500]) {
    const { target, received } = await receiver(t, status);
    assert.equal(await send({ target, secret: null, notice: notice() }, tools), `it answered ${status}`);
    assert.equal(received.length, 1);
  }
});

test('a host that is not allowed is not asked, by whatever name', async (t) => {
  const { lookup } = await log(t);
  const { port, received, target } = await receiver(t);
  const ask = (url: string, allow: readonly string[]) =>
    send(
      { target: { ...target, url }, secret: null, notice: notice() },
      { lookup, rule: new UpstreamRule(allow, 'alarms.allow'), now: () => T0 },
    );
  assert.match(
    String(await ask(target.url, [])),
    /^must not lead to 127\.0\.0\.1, a private address: add it to the setting alarms\.allow$/,
  );
  assert.match(String(await ask(`http://localhost:${port}/`, [])), /^must not lead to this machine/);
  // A name that is allowed as such may lead anywhere, one that only is in a network may not.
  assert.equal(
    await ask(`http://localhost:${port}/`, ['10.0.0.0/8']),
    'its name leads to an address that is not allowed',
  );
  assert.equal(received.length, 0);
  assert.equal(await ask(`http://localhost:${port}/`, ['localhost', '127.0.0.1']), null);
});

test('nobody there is told by its code, not by its address', async (t) => {
  const { lookup } = await log(t);
  const { port, target } = await receiver(t);
  const closed = createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  // Safe: as above.
  const free = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  const url = target.url.replace(String(port), String(free));
  const told = await send(
    { target: { ...target, url }, secret: null, notice: notice() },
    { lookup, rule: HERE, now: () => T0 },
  );
  assert.equal(told, 'ECONNREFUSED');
});
