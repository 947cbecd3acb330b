/** Notices at a broker that others wrote (Aedes). */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Aedes, type AedesOptions, type AedesPublishPacket } from 'aedes';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import { issue, issueServer } from '../capture/tls/certificates.fixture.ts';
import type { AlarmTarget, FiringRecord } from '../store/alarms.ts';
import { alarm, firing } from '../store/control/conformance/alarms.ts';
import { site } from '../store/control/fixtures.ts';
import { log, notice, T0 } from './alarms.fixture.ts';
import { Deliveries } from './deliveries.ts';
import { publishMqtt } from './mqtt.ts';
import { noticeJson } from './notice.ts';
import { type Sending, send } from './sending.ts';
import { sealTargetSecret } from './target-secrets.ts';

const HERE = new UpstreamRule(['127.0.0.1', 'localhost', '::1'], 'alarms.allow');
const PASSWORD = 'grün & geheim';
const TOPIC = 'ocpp/alarms/depot';
const KEY = new Uint8Array(32).fill(7);

/** Of those who know the password. */
const authenticate: NonNullable<AedesOptions['authenticate']> = (_client, username, password, done) => {
  if (username === 'logs' && String(password) === PASSWORD) done(null, true);
  else done(Object.assign(new Error('unknown'), { returnCode: 4 }), false);
};

async function broker(t: TestContext, options: AedesOptions = {}) {
  const aedes = new Aedes({ authenticate, ...options });
  await aedes.listen();
  const published: AedesPublishPacket[] = [];
  const clients: string[] = [];
  const left = Promise.withResolvers<void>();
  aedes.on('publish', (packet, client) => {
    if (client !== null) published.push(packet);
  });
  aedes.on('clientReady', ({ id }) => clients.push(id));
  aedes.on('clientDisconnect', () => left.resolve());
  t.after(() => new Promise<void>((resolve) => aedes.close(resolve)));
  return { aedes, published, clients, left: left.promise };
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // Safe: a TCP server that listens has an address and a port.
  return (server.address() as AddressInfo).port;
}

const mqtt = (url: string, username: string | null = 'logs'): AlarmTarget => ({
  ...{ kind: 'mqtt', id: 't1', url, topic: TOPIC, username },
  sealed: sealTargetSecret(KEY, 't1', PASSWORD),
});

async function told(t: TestContext, wish: Pick<Sending, 'target' | 'secret'>): Promise<string | null> {
  const { lookup } = await log(t);
  return send({ ...wish, notice: notice() }, { lookup, rule: HERE, now: () => T0 });
}

test('a broker has the notice once, at QoS 1, from a user it knows, who leaves', async (t) => {
  const { aedes, published, clients, left } = await broker(t);
  const port = await listening(t, createServer(aedes.handle));
  const target = mqtt(`mqtt://127.0.0.1:${port}`);
  assert.equal(await told(t, { target, secret: PASSWORD }), null);
  await left;
  const { lookup } = await log(t);
  assert.deepEqual(
    published.map(({ topic, qos, retain, dup, payload }) => [topic, qos, retain, dup, String(payload)]),
    [[TOPIC, 1, false, false, await noticeJson(notice(), lookup)]],
  );
  assert.match(clients.join(), /^ocpp-logs-[0-9a-f]{12}$/);
});

test('whom it does not know and what it does not allow is told, and is not published', async (t) => {
  const { aedes, published } = await broker(t, {
    authorizePublish: (_client, _packet, done) => done(new Error('not there')),
  });
  const port = await listening(t, createServer(aedes.handle));
  const target = mqtt(`mqtt://127.0.0.1:${port}`);
  const wrong = 'the broker refused: user or password are wrong';
  assert.equal(await told(t, { target, secret: 'another' }), wrong);
  assert.equal(await told(t, { target: mqtt(target.url, null), secret: null }), wrong);
  assert.equal(await told(t, { target, secret: PASSWORD }), 'the broker ended the connection');
  const nobody = await told(t, { target: mqtt(target.url, null), secret: PASSWORD });
  assert.equal(nobody, 'Username is required to use password');
  assert.equal(published.length, 0);
});

test('over TLS it must be who it says it is, by name or by address', async (t) => {
  const { authority, server: own } = issueServer();
  const { aedes, published } = await broker(t);
  const port = await listening(t, createTlsServer(own, aedes.handle));
  const elsewhere = issue({ name: 'other.example', alternatives: ['other.example'], issuer: authority });
  const other = await listening(t, createTlsServer(elsewhere, aedes.handle));
  const ask = (host: string, at: number) =>
    told(t, { target: mqtt(`mqtts://${host}:${at}`), secret: PASSWORD });
  assert.equal(await ask('localhost', port), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority.cert]);
  t.after(() => setDefaultCACertificates(before));
  assert.equal(await ask('localhost', port), null);
  assert.equal(await ask('127.0.0.1', port), null);
  assert.equal(await ask('localhost', other), 'ERR_TLS_CERT_ALTNAME_INVALID');
  assert.equal(await ask('127.0.0.1', other), 'ERR_TLS_CERT_ALTNAME_INVALID');
  assert.equal(published.length, 2);
});

test('a broker that was away has the notice when it is back', async (t) => {
  const { lookup } = await log(t);
  const { aedes, published } = await broker(t);
  let away = true;
  const server = createServer((socket) => {
    if (away) socket.destroy();
    else aedes.handle(socket);
  });
  const port = await listening(t, server);
  const later: { readonly ms: number; readonly call: () => void }[] = [];
  const states: (readonly [string, number, boolean])[] = [];
  let noted = Promise.withResolvers<void>();
  const target = mqtt(`mqtt://127.0.0.1:${port}`);
  const deliveries = new Deliveries({
    alarms: {
      delivered: async (_n, all) => {
        states.push(...all.map(({ state, attempts, error }) => [state, attempts, error === null] as const));
        noted.resolve();
        return true;
      },
    },
    snapshot: () => ({ alarms: [alarm('a1', { targets: [target] })], sites: new Map([['depot', site()]]) }),
    isKept: () => true,
    send: (sending) => send(sending, { lookup, rule: HERE, now: () => T0 }),
    secretKey: KEY,
    now: () => T0,
    after: (ms, call) => {
      later.push({ ms, call });
      return () => undefined;
    },
    report: assert.fail,
  });
  t.after(() => deliveries.close());
  const { quietMs: _, ...kept } = firing('k1');
  const waiting = { target: 't1', state: 'waiting', attempts: 0, at: null, error: null } as const;
  const record: FiringRecord = { ...kept, entries: [], n: 4, id: 'firing_4', deliveries: [waiting] };
  deliveries.add(record);
  await noted.promise;
  noted = Promise.withResolvers();
  away = false;
  while (later.length === 0) await new Promise(setImmediate);
  later[0]?.call();
  await noted.promise;
  assert.deepEqual(states, [
    ['waiting', 1, false],
    ['sent', 2, true],
  ]);
  assert.deepEqual(
    published.map(({ payload }) => JSON.parse(String(payload)).id),
    ['firing_4'],
  );
});

test('a broker that takes the notice and never says so, or says nothing from the start, is left when time is over', async (t) => {
  const { aedes, published } = await broker(t, { published: () => undefined });
  const arrived = new Promise<void>((resolve) =>
    aedes.on('publish', ({ topic }) => {
      if (topic === 'a') resolve();
    }),
  );
  const slow = await listening(t, createServer(aedes.handle));
  const connected = Promise.withResolvers<Socket>();
  const silent = await listening(
    t,
    createServer((socket) => connected.resolve(socket)),
  );
  const publish = (url: string, signal: AbortSignal) => {
    const wish = { url, topic: 'a', payload: Buffer.from('x'), username: 'logs', password: PASSWORD };
    return publishMqtt(wish, HERE.lookup, signal);
  };
  for (const [url, reached] of [
    [`mqtt://127.0.0.1:${slow}`, arrived],
    [`mqtts://127.0.0.1:${silent}`, connected.promise],
  ] as const) {
    const stop = new AbortController();
    const ended = assert.rejects(publish(url, stop.signal), /^Error: too slow$/);
    await reached;
    stop.abort(new Error('too slow'));
    await ended;
  }
  const socket = await connected.promise;
  socket.on('error', () => undefined);
  if (!socket.destroyed) {
    socket.resume();
    await once(socket, 'close');
  }
  assert.equal(published.filter(({ topic }) => topic === 'a').length, 1);
});
