import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { HttpSockets, SPARE_MS } from './http-sockets.ts';
import { issueServer } from './tls/certificates.fixture.ts';
import { TlsListener } from './tls/tls-listener.ts';

const HALF = 'GET / HTTP/1.1\r\nHost: a\r\n';
const WHOLE = `${HALF}\r\n`;
/** With this path somebody shows who it is. */
const KNOWN = 'GET /known HTTP/1.1\r\nHost: a\r\n\r\n';

/** A server of `room` connections that answers nothing by itself. */
async function open(t: TestContext, room: () => number, shared: readonly string[] = []) {
  const clock = { ms: 0 };
  const warnings: string[] = [];
  const sockets = new HttpSockets({
    room,
    isShared: (address) => address !== undefined && shared.includes(address),
    log: { warn: (_facts, text) => warnings.push(text) },
    now: () => clock.ms,
  });
  const server = createServer();
  sockets.watch(server);
  const arrivals: Socket[] = [];
  const waiting: (() => void)[] = [];
  const tell = () => {
    for (const told of waiting.splice(0)) told();
  };
  server.on('connection', (socket) => {
    arrivals.push(socket);
    tell();
  });
  const answers: ServerResponse[] = [];
  server.on('request', ({ url, socket }, answer) => {
    if (url === '/known') sockets.known(socket);
    answers.push(answer);
    tell();
  });
  server.on('upgrade', (_request, socket: Socket) => {
    sockets.isStation(socket);
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    tell();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: it listens on TCP.
  const { port } = server.address() as AddressInfo;
  const clients: Socket[] = [];
  t.after(() => {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const until = async (met: () => boolean) => {
    while (!met()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    sockets,
    clock,
    warnings,
    answers,
    server,
    clients,
    until,
    count: (name = '') => sockets.counters()[`http_connections${name}`],
    /** Resolves when the server has it. */
    come: async (text = '', localAddress = '127.0.0.1'): Promise<Socket> => {
      const [before, asked] = [arrivals.length, answers.length];
      const client = connect({ port, host: '127.0.0.1', localAddress });
      clients.push(client);
      client.on('error', () => {}).resume();
      if (text !== '') client.write(text);
      await until(() => arrivals.length > before && (!text.endsWith('\r\n\r\n') || answers.length > asked));
      return client;
    },
  };
}

const gone = (client: Socket) => (client.closed ? Promise.resolve() : once(client, 'close'));

test('where there is no room the one that was silent longest is ended, or else who comes', async (t) => {
  const { come, clock, count, warnings } = await open(t, () => 2, ['127.0.0.1']);
  const first = await come(HALF);
  clock.ms = 1;
  const second = await come();
  const third = await come();
  await gone(third);
  assert.deepEqual([count(), count('_refused_total'), count('_ended_total')], [2, 1, 0]);
  assert.equal(warnings.length, 1);
  clock.ms = SPARE_MS;
  await come(HALF);
  await gone(first);
  assert.deepEqual([count(), count('_refused_total'), count('_ended_total')], [2, 1, 1]);
  assert.ok(!second.closed);
  const late = await come();
  await gone(late);
  assert.equal(count('_refused_total'), 2);
});

test('who is known has its answer to the end; a stranger that does not read one has not', async (t) => {
  const { come, clock, count, answers } = await open(t, () => 2, ['127.0.0.1']);
  const known = await come(KNOWN);
  const stranger = await come(WHOLE);
  clock.ms = SPARE_MS;
  const next = await come();
  await gone(stranger);
  assert.ok(!known.closed);
  clock.ms += SPARE_MS;
  // Silent since its answer ended, which is newer than the other's silence.
  const [answer] = answers;
  assert.ok(answer);
  answer.end('done');
  await once(answer, 'close');
  clock.ms += 1;
  const last = await come();
  await gone(next);
  clock.ms += SPARE_MS;
  await come();
  await gone(known);
  assert.ok(!last.closed);
  assert.deepEqual([count(), count('_ended_total'), count('_refused_total')], [2, 3, 0]);
});

test('one address has three quarters of the room, unless it is a proxy that is believed', async (t) => {
  const { come, clock, count } = await open(t, () => 4, ['127.0.0.9']);
  const first = await come(HALF, '127.0.0.2');
  for (let n = 0; n < 2; n += 1) await come(HALF, '127.0.0.2');
  await gone(await come(HALF, '127.0.0.2'));
  assert.deepEqual([count(), count('_refused_total')], [3, 1]);
  const other = await come(HALF, '127.0.0.3');
  clock.ms = SPARE_MS;
  // Its own make room for it, not those of others.
  await come(HALF, '127.0.0.2');
  await gone(first);
  assert.ok(!other.closed);
  assert.deepEqual([count(), count('_refused_total'), count('_ended_total')], [4, 1, 1]);

  const { come: through, count: all } = await open(t, () => 4, ['127.0.0.9']);
  for (let n = 0; n < 4; n += 1) await through(HALF, '127.0.0.9');
  assert.deepEqual([all(), all('_refused_total')], [4, 0]);
});

test('a station is counted no longer, and where it takes of the room others make some at once', async (t) => {
  let room = 3;
  const { come, count, until } = await open(t, () => room, ['127.0.0.1']);
  const busy = await come(KNOWN);
  const silent = await come();
  room = 1;
  const station = await come();
  // It came while there was room for none; the one before it does not go for that.
  await gone(station);
  room = 3;
  const upgraded = await come();
  room = 1;
  upgraded.write(`${HALF}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await until(() => count() === 1);
  await gone(silent);
  assert.ok(!busy.closed && !upgraded.closed);
  room = 0;
  const refused = await come();
  await gone(refused);
  assert.equal(count(), 1);
});

test('by TLS each is counted once, from before its handshake to its end', async (t) => {
  const { server, sockets, answers, count, until, clock, come, clients } = await open(t, () => 2, [
    '127.0.0.1',
  ]);
  const issued = issueServer();
  const log = { info: () => {}, error: () => {}, debug: () => {} };
  const listener = new TlsListener(server, {
    paths: { cert: '', key: '', clientCa: null },
    texts: { ...issued.server, clientCa: null },
    followMs: 3_600_000,
    arrived: (transport) => sockets.arrived(transport),
    log,
  });
  t.after(async () => {
    await listener.stop();
    await listener.drained(0);
  });
  const port = await listener.listen('127.0.0.1', 0);
  const secured = connectTls({ port, host: '127.0.0.1', ca: issued.authority.cert, servername: 'localhost' });
  clients.push(secured);
  secured.on('error', () => {});
  await once(secured, 'secureConnect');
  secured.write(WHOLE);
  await until(() => answers.length > 0);
  assert.equal(count(), 1);
  const mute = connect({ port, host: '127.0.0.1' });
  clients.push(mute);
  mute.on('error', () => {});
  await once(mute, 'connect');
  const knocks = connect({ port, host: '127.0.0.1' });
  clients.push(knocks);
  await gone(knocks.on('error', () => {}).resume());
  assert.deepEqual([count(), count('_refused_total')], [2, 1]);
  clock.ms = SPARE_MS;
  await come();
  await come();
  await gone(secured);
  await gone(mute.resume());
  assert.deepEqual([count(), count('_ended_total')], [2, 2]);
});
