import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { AlarmTarget } from '../store/alarms.ts';
import { log, notice, T0 } from './alarms.fixture.ts';
import { publishMqtt } from './mqtt.ts';
import { noticeJson } from './notice.ts';
import { send } from './sending.ts';

const HERE = new UpstreamRule(['127.0.0.1'], 'alarms.allow');
const CONNACK = [0x20, 2, 0, 0];
const PUBACK = [0x40, 2, 0, 1];

interface Packet {
  readonly type: number;
  readonly body: Buffer;
}

/** A broker that says what it is told to, to each packet that comes (MQTT 3.1.1 2.2). */
async function broker(t: TestContext, answer: (packet: Packet, socket: Socket) => void) {
  const packets: Packet[] = [];
  const ended = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => ended.resolve());
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let packet = first(rest); packet !== null; packet = first(rest)) {
        rest = rest.subarray(packet.length);
        packets.push(packet);
        answer(packet, socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  // Safe: a TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  return { packets, ended: ended.promise, url: `mqtt://127.0.0.1:${port}` };
}

function first(bytes: Buffer): (Packet & { readonly length: number }) | null {
  let length = 0;
  for (let at = 1; at < 5; at += 1) {
    const digit = bytes[at];
    if (digit === undefined) return null;
    length += (digit & 0x7f) * 128 ** (at - 1);
    if (digit >= 0x80) continue;
    const end = at + 1 + length;
    return bytes.length < end
      ? null
      : { type: bytes[0] ?? 0, body: bytes.subarray(at + 1, end), length: end };
  }
  return null;
}

function kind({ type }: Packet): string {
  return { 16: 'connect', 50: 'publish', 224: 'disconnect' }[type] ?? `0x${type.toString(16)}`;
}

const mqtt = (url: string): AlarmTarget => ({
  kind: 'mqtt',
  id: 't1',
  url,
  sealed: null,
  topic: 'ocpp/alarms',
  username: 'logs',
});

test('a notice is published at QoS 1, and done when the broker has it', async (t) => {
  const { lookup } = await log(t);
  const { packets, ended, url } = await broker(t, (packet, socket) => {
    if (kind(packet) === 'connect') socket.write(Buffer.from(CONNACK));
    // In two pieces, as a network may bring it.
    if (kind(packet) === 'publish') {
      socket.write(Buffer.from(PUBACK.slice(0, 1)));
      setImmediate(() => socket.write(Buffer.from(PUBACK.slice(1))));
    }
  });
  const tools = { lookup, rule: HERE, now: () => T0 };
  assert.equal(await send({ target: mqtt(url), secret: 'pass', notice: notice() }, tools), null);
  await ended;
  assert.deepEqual(packets.map(kind), ['connect', 'publish', 'disconnect']);
  const [connect, publish] = packets as [Packet, Packet];
  const id = connect.body.subarray(12, 34).toString('latin1');
  assert.match(id, /^ocpp-logs-[0-9a-f]{12}$/);
  assert.equal(
    connect.body.toString('latin1'),
    `\x00\x04MQTT\x04\xc2\x00\x3c\x00\x16${id}\x00\x04logs\x00\x04pass`,
  );
  const body = await noticeJson(notice(), lookup);
  assert.equal(publish.body.toString('utf8'), `\x00\x0bocpp/alarms\x00\x01${body}`);
  assert.ok(body.length > 127, 'its length takes two digits');
});

test('what a broker does not take is told', async (t) => {
  const publish = (url: string, signal = AbortSignal.timeout(30_000)) =>
    publishMqtt(
      { url, topic: 'a', payload: Buffer.from('x'), username: null, password: null },
      HERE.lookup,
      signal,
    );
  const refusing = await broker(t, (_, socket) => socket.write(Buffer.from([0x20, 2, 0, 5])));
  await assert.rejects(publish(refusing.url), /^Error: the broker refused: the user may not connect$/);
  const leaving = await broker(t, (_, socket) => socket.end());
  await assert.rejects(publish(leaving.url), /^Error: the broker ended the connection$/);
  const http = await broker(t, (_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await assert.rejects(publish(http.url), /^Error: the broker says something else$/);
  const twice = await broker(t, (_, socket) => socket.write(Buffer.from([...CONNACK, ...CONNACK])));
  await assert.rejects(publish(twice.url), /^Error: the broker says something else$/);
  // 2.2.3: the head of a packet of 256 MB, of which more comes than anybody need hear.
  const talking = await broker(t, (_, socket) =>
    socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, ...new Uint8Array(1_020)])),
  );
  await assert.rejects(publish(talking.url), /^Error: the broker says something else$/);
  const stop = new AbortController();
  const silent = await broker(t, () => stop.abort(new Error('too slow')));
  await assert.rejects(publish(silent.url, stop.signal), /^Error: too slow$/);
  await silent.ended;
  assert.equal(refusing.packets[0]?.body[7], 2, 'a clean session without a user');
});
