import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { FRAME_BYTES_MAX } from '@ocpp-logs/core';
import type { WebSocket } from 'ws';
import { ByteBudget } from '../relay/byte-budget.ts';
import {
  ask,
  CSMS_NOW,
  type CsmsDouble,
  clientFrame,
  closeOf,
  connect,
  startCsms,
  upgradeByHand,
} from './csms-double.ts';

const HEARTBEAT = '[2,"1","Heartbeat",{}]';
const BEATEN = `[3,"1",{"currentTime":"${CSMS_NOW}"}]`;
const START = '[2,"s","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0}]';
const HANDSHAKE = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol': 'ocpp1.6' };

async function closing({ sink }: CsmsDouble, number = 0) {
  await sink.until(() => sink.at(number).closing !== null);
  return sink.at(number).closing;
}

test('what is received and what is sent is recorded in its order, with both stamps', async (t) => {
  const { url, sink } = await startCsms(t);
  const station = await connect(`${url}/ocpp/depot/a`);
  await ask(station, HEARTBEAT);
  await ask(station, '[2,"2","Frob",{}]');
  assert.deepEqual(sink.talk(0), [
    `> ${HEARTBEAT}`,
    `< ${BEATEN}`,
    '> [2,"2","Frob",{}]',
    '< [4,"2","NotImplemented","OCPP 1.6 has no such action",{}]',
  ]);
  const { frames } = sink.at(0);
  assert.ok(frames.every(({ at, binary, cut }) => at === Date.parse(CSMS_NOW) && !binary && cut === null));
  const arrivals = frames.map(({ arrival }) => arrival ?? assert.fail());
  assert.deepEqual(
    arrivals,
    [...arrivals].sort((a, b) => a - b),
  );
  assert.ok(arrivals.every(Number.isInteger));
});

test('what is no call is recorded, unanswered, and ends nothing', async (t) => {
  const { url, sink } = await startCsms(t);
  const station = await connect(`${url}/ocpp/depot/a`);
  const texts = ['', 'not JSON', '[6,"1","NotifyPeriodicEventStream",{}]', '[7]', '[3,"x",{}]'];
  for (const text of texts) station.send(text);
  station.send(Buffer.from([0xff, 0xfe]), { binary: false });
  station.send(Buffer.from(HEARTBEAT), { binary: true });
  assert.equal(await ask(station, HEARTBEAT), BEATEN);
  assert.equal(sink.at(0).frames.length, texts.length + 4);
  assert.deepEqual(
    sink.talk(0).slice(0, texts.length),
    texts.map((text) => `> ${text}`),
  );
  assert.deepEqual([...(sink.at(0).frames[5]?.bytes ?? [])], [0xff, 0xfe]);
  assert.equal(sink.at(0).frames[6]?.binary, true);
});

test('a station of 2.1 is told that its text could not be read', async (t) => {
  const { url } = await startCsms(t);
  const station = await connect(`${url}/ocpp/depot/a`, 'ocpp2.1');
  const expected = '[4,"-1","RpcFrameworkError","The message could not be read",{}]';
  assert.equal(await ask(station, 'not JSON'), expected);
});

test('answers keep the order of their calls while a transaction waits for its number', async (t) => {
  const number = Promise.withResolvers<number>();
  const { url, sink } = await startCsms(t, { transactionNumber: () => number.promise });
  const station = await connect(`${url}/ocpp/depot/a`);
  const answers: string[] = [];
  const three = new Promise<void>((resolve) => {
    station.on('message', (bytes) => answers.push(bytes.toString()) === 3 && resolve());
  });
  for (const text of [START, HEARTBEAT, '[2,"3","MeterValues",{}]']) station.send(text);
  await sink.until(() => sink.at(0).frames.length === 3);
  assert.deepEqual(answers, []);
  number.resolve(77);
  await three;
  assert.deepEqual(answers, [
    '[3,"s",{"idTagInfo":{"status":"Accepted"},"transactionId":77}]',
    BEATEN,
    '[3,"3",{}]',
  ]);
});

test('a start that gets no number is answered with an error, and told of', async (t) => {
  const { url, warnings } = await startCsms(t, {
    transactionNumber: () => Promise.reject(new Error('disk full')),
  });
  const station = await connect(`${url}/ocpp/depot/a`);
  const expected = '[4,"s","InternalError","The CSMS could not process this call",{}]';
  assert.equal(await ask(station, START), expected);
  assert.deepEqual(warnings, ['no transaction number was given out']);
  assert.equal(await ask(station, HEARTBEAT), BEATEN);
});

test('a station that calls on and on while a number is waited for is closed', async (t) => {
  const csms = await startCsms(t, {
    transactionNumber: () => new Promise(() => {}),
    limits: { waitingAnswers: 3 },
  });
  const station = await connect(`${csms.url}/ocpp/depot/a`);
  const closed = closeOf(station);
  for (const text of [START, HEARTBEAT, HEARTBEAT, HEARTBEAT]) station.send(text);
  assert.equal((await closed).code, 1008);
  assert.equal((await closing(csms))?.close_code, 1008);
  assert.equal(csms.counters.endedAtBound, 1);
});

test('a message over the bound is recorded as cut, and its connection closed', async (t) => {
  const csms = await startCsms(t);
  const station = await connect(`${csms.url}/ocpp/depot/a`);
  const closed = closeOf(station);
  const text = `[2,"1","DataTransfer",{"vendorId":"x","data":"${'y'.repeat(FRAME_BYTES_MAX)}"}]`;
  station.send(text);
  assert.equal((await closed).code, 1009);
  const [frame, ...others] = csms.sink.at(0).frames;
  assert.deepEqual(frame?.cut, {
    length: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  assert.ok(text.startsWith(Buffer.from(frame?.bytes ?? []).toString()) && frame.bytes.length > 0);
  assert.deepEqual(others, []);
  assert.equal((await closing(csms))?.close_code, 1009);
  assert.deepEqual([csms.counters.endedAtBound, csms.counters.cut], [1, 1]);
});

test('a message that is too long to be held leaves the connection unrecorded and closed', async (t) => {
  const csms = await startCsms(t, { limits: { messageBytes: 1_000 } });
  const station = await connect(`${csms.url}/ocpp/depot/a`);
  const closed = closeOf(station);
  station.send('x'.repeat(1_001));
  assert.equal((await closed).code, 1009);
  assert.equal(csms.sink.at(0).blind, 'a message was too long to be recorded');
  const ended = await closing(csms);
  assert.deepEqual([ended?.ended_by, ended?.how, ended?.close_code], ['csms', 'close_frame', 1009]);
  assert.deepEqual([csms.counters.endedAtBound, csms.counters.blind], [1, 1]);
});

const HELD = 'too much is held of messages that have not ended';

test('what is held of messages that have not ended has one bound for all stations', async (t) => {
  const held = new ByteBudget(3_000_000, null);
  const csms = await startCsms(t, { held });
  const stations = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const { socket } = await upgradeByHand(`${csms.url}/ocpp/depot/${name}`, HANDSHAKE);
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    // Most of a message, and never the rest.
    socket.write(clientFrame('x'.repeat(1_000_000)).subarray(0, 900_000));
    stations.push(socket);
  }
  await csms.sink.until(() => [0, 1, 2, 3].some((number) => csms.sink.at(number).closing !== null));
  const ended = [0, 1, 2, 3].filter((number) => csms.sink.at(number).closing !== null);
  assert.equal(ended.length, 1);
  const { closing: told, blind } = csms.sink.at(ended[0] ?? 0);
  assert.deepEqual([told?.ended_by, told?.close_code, told?.reason, blind], ['csms', 1013, HELD, HELD]);
  for (const socket of stations) socket.destroy();
  await csms.sink.until(() => [0, 1, 2, 3].every((number) => csms.sink.at(number).closing !== null));
  assert.equal(held.used, 0);
});

test('fragments count inflated, and a whole message gives back what it took', async (t) => {
  const held = new ByteBudget(600_000, null);
  const csms = await startCsms(t, { held });
  const station = await connect(`${csms.url}/ocpp/depot/a`);
  for (let count = 0; count < 5; count += 1) {
    assert.equal(await ask(station, HEARTBEAT), BEATEN);
    station.send('x'.repeat(400_000));
  }
  assert.equal(await ask(station, HEARTBEAT), BEATEN);
  assert.equal(held.used, 0);
  const closed = closeOf(station);
  for (let count = 0; count < 3; count += 1) station.send('x'.repeat(400_000), { fin: false });
  await closed;
  assert.equal((await closing(csms))?.reason, HELD);
});

test('a message that does not go on is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const held = new ByteBudget(3_000_000, null);
  const csms = await startCsms(t, { held });
  const { socket } = await upgradeByHand(`${csms.url}/ocpp/depot/a`, HANDSHAKE);
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  socket.write(clientFrame('x'.repeat(1_000)).subarray(0, 500));
  while (held.used === 0) await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  assert.equal(csms.sink.at(0).closing, null);
  t.mock.timers.tick(60_000);
  assert.equal((await closing(csms))?.reason, 'a message did not go on');
  assert.deepEqual([csms.counters.endedAtBound, csms.counters.blind], [1, 1]);
  assert.equal(held.used, 0);
});

test('a station that does not read its answers is closed', async (t) => {
  const csms = await startCsms(t, { limits: { closeTimeout: 10 } });
  const { socket } = await upgradeByHand(`${csms.url}/ocpp/depot/a`, HANDSHAKE);
  socket.pause();
  socket.on('error', () => {}); // The CSMS gives it up while it is still writing.
  // The answer bears the id of its call, so that every answer is as long as this.
  const frame = clientFrame(`[2,"${'i'.repeat(500_000)}","Heartbeat",{}]`);
  for (let count = 0; count < 100; count += 1) socket.write(frame);
  const ended = await closing(csms);
  socket.destroy();
  assert.deepEqual(
    [ended?.ended_by, ended?.close_code, ended?.reason],
    ['csms', 1013, 'the station does not read its answers'],
  );
  assert.equal(csms.counters.endedAtBound, 1);
});

test('permessage-deflate is agreed on where it is offered', async (t) => {
  const { url, sink } = await startCsms(t);
  const station = await connect(`${url}/ocpp/depot/a`);
  assert.match(station.extensions, /permessage-deflate/);
  const text = `[2,"1","DataTransfer",{"vendorId":"${'x'.repeat(5_000)}"}]`;
  assert.equal(await ask(station, text), '[3,"1",{"status":"UnknownVendorId"}]');
  assert.equal(sink.talk(0)[0], `> ${text}`);
});

test('a station is pinged, and given up when nothing comes of it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const csms = await startCsms(t);
  const lively = await connect(`${csms.url}/ocpp/depot/lively`);
  const { socket } = await upgradeByHand(`${csms.url}/ocpp/depot/dead`, HANDSHAKE);
  socket.resume();
  for (let minute = 0; minute < 3; minute += 1) {
    const pinged = new Promise((resolve) => lively.once('ping', resolve));
    t.mock.timers.tick(60_000);
    await pinged;
    // By this answer the pong before it has been read too.
    await ask(lively, HEARTBEAT);
  }
  const ended = await closing(csms, 1);
  assert.deepEqual(ended, { event: 'closed', ended_by: 'csms', how: 'timeout', close_code: 1006 });
  assert.equal(csms.sink.at(0).closing, null);
  assert.equal(csms.csms.connections, 1);
  assert.equal(csms.counters.endedAtBound, 1);
});

/** Connects and lives on; whoever stops the process takes away all that it would have said. */
const STATION = `
  const { WebSocket } = await import('ws');
  const station = new WebSocket(process.argv[1], 'ocpp1.6');
  station.on('open', () => console.log('open'));
`;

test('a station whose process stands still, while its system keeps the connection, is given up', async (t) => {
  const csms = await startCsms(t, { limits: { pingInterval: 100 } });
  const words = ['--input-type=module', '--eval', STATION, `${csms.url}/ocpp/depot/frozen`];
  const station = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  });
  t.after(() => station.kill('SIGKILL'));
  await once(station.stdout, 'data');
  station.kill('SIGSTOP');
  const ended = await closing(csms);
  assert.deepEqual(ended, { event: 'closed', ended_by: 'csms', how: 'timeout', close_code: 1006 });
  assert.equal(station.exitCode, null);
});

test('how a station ends its connection is recorded', async (t) => {
  const csms = await startCsms(t);
  const endings: readonly (readonly [string, (station: WebSocket) => void, object])[] = [
    [
      'with a code',
      (station) => station.close(1001, 'bye'),
      { ended_by: 'station', how: 'close_frame', close_code: 1001, reason: 'bye' },
    ],
    [
      'without one',
      (station) => station.close(),
      { ended_by: 'station', how: 'close_frame', close_code: 1005, reason: '' },
    ],
  ];
  for (const [index, [name, end, expected]] of endings.entries()) {
    end(await connect(`${csms.url}/ocpp/depot/${index}`));
    assert.deepEqual(await closing(csms, index), { event: 'closed', ...expected }, name);
  }
});

test('an ending without a close frame is told apart: FIN or reset', async (t) => {
  const csms = await startCsms(t);
  const ended = await upgradeByHand(`${csms.url}/ocpp/depot/fin`, HANDSHAKE);
  ended.socket.end();
  const fin = { event: 'closed', ended_by: 'station', how: 'fin', close_code: 1006 };
  assert.deepEqual(await closing(csms, 0), fin);
  const reset = await upgradeByHand(`${csms.url}/ocpp/depot/reset`, HANDSHAKE);
  reset.socket.resetAndDestroy();
  assert.deepEqual(await closing(csms, 1), { ...fin, how: 'reset' });
});

test('a frame that breaks the protocol ends its connection with 1002', async (t) => {
  const csms = await startCsms(t);
  const { socket } = await upgradeByHand(`${csms.url}/ocpp/depot/a`, HANDSHAKE);
  socket.resume();
  socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0])); // Opcode 3 is reserved (RFC 6455 5.2).
  const ended = await closing(csms);
  assert.deepEqual([ended?.ended_by, ended?.how, ended?.close_code], ['csms', 'close_frame', 1002]);
});

test('closing the CSMS closes every station with 1001, also one that does not answer, and takes no more', async (t) => {
  const csms = await startCsms(t, { limits: { closeTimeout: 10 } });
  const station = await connect(`${csms.url}/ocpp/depot/a`);
  const { socket } = await upgradeByHand(`${csms.url}/ocpp/depot/deaf`, HANDSHAKE);
  socket.pause();
  const closed = closeOf(station);
  await csms.csms.close();
  assert.equal((await closed).code, 1001);
  for (const number of [0, 1]) {
    assert.deepEqual(csms.sink.at(number).closing, {
      event: 'closed',
      ended_by: 'server',
      how: 'shutdown',
      close_code: 1001,
      reason: 'the server is shutting down',
    });
  }
  const late = await upgradeByHand(`${csms.url}/ocpp/depot/b`, HANDSHAKE);
  assert.equal(late.status, 503);
});
