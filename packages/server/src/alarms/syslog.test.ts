import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { AlarmTarget } from '../store/alarms.ts';
import { log, notice, T0 } from './alarms.fixture.ts';
import { send } from './sending.ts';
import { syslogMessage } from './syslog.ts';

const HERE = new UpstreamRule(['localhost', '127.0.0.1', '::1'], 'alarms.allow');
const target = (url: string): AlarmTarget => ({ kind: 'syslog', id: 't1', url, sealed: null });

async function told(t: TestContext, url: string, rule = HERE): Promise<string | null> {
  const { lookup } = await log(t);
  return send({ target: target(url), secret: null, notice: notice() }, { lookup, rule, now: () => T0 });
}

test('a notice is one line of RFC 5424, whatever it holds', () => {
  const station = 'CP"1]\\\n';
  const message = syslogMessage(notice({ station, entries: ['7', '8'] })).toString('utf8');
  assert.equal(
    message,
    '<132>1 2026-01-05T10:00:00.000Z - ocpp-logs - alarm ' +
      '[alarm@32473 id="firing_7" alarm="a1" site="depot" station="CP\\"1\\]\\\\ " entries="7,8"] ' +
      '\ufeffConnector Faulted: CP"1]\\  at Depot North, 2026-01-05T10:00:00.000Z',
  );
});

test('over UDP it is one datagram', async (t) => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  const received = once(socket, 'message');
  assert.equal(await told(t, `udp://127.0.0.1:${socket.address().port}`), null);
  const [message] = await received;
  assert.deepEqual(message, syslogMessage(notice()));
  assert.match(
    String(await told(t, 'udp://127.0.0.1:9', new UpstreamRule([], 'alarms.allow'))),
    /alarms\.allow$/,
  );
  const led = await told(t, 'udp://localhost:9', new UpstreamRule(['10.0.0.0/8'], 'alarms.allow'));
  assert.equal(led, 'its name leads to an address that is not allowed');
});

test('over TCP its length stands before it', async (t) => {
  const received = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => received.resolve(Buffer.concat(chunks)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  // Safe: a TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  assert.equal(await told(t, `tcp://localhost:${port}`), null);
  const message = syslogMessage(notice());
  assert.deepEqual(await received.promise, Buffer.concat([Buffer.from(`${message.length} `), message]));
  server.close();
  await once(server, 'close');
  assert.equal(await told(t, `tcp://127.0.0.1:${port}`), 'ECONNREFUSED');
});
