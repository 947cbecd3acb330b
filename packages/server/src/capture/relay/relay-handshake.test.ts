import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openRig, RawCsms, type Rig, type RigSettings, SWITCHING, upgradeHead } from './capture-rig.ts';

let csms: RawCsms;
let rig: Rig;

async function open(settings: Partial<RigSettings> = {}): Promise<void> {
  rig = await openRig({ upstream: `ws://127.0.0.1:${csms.port}/base/{charger}`, ...settings });
}

describe('an upgrade through the relay', () => {
  beforeEach(async () => {
    csms = await RawCsms.listen();
  });

  afterEach(async () => {
    csms.close();
    await rig.close();
  });

  it('goes on with its own headers, in their order and spelling; path, Host and forwarding headers change', async () => {
    await open();
    const headers = [
      'sec-websocket-PROTOCOL: ocpp2.0.1, ocpp1.6',
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-own',
      'Authorization: Basic Q1AxOnNlY3JldA==',
      'X-Twice: 1',
      'User-Agent: st\u00e4tion/1',
      'X-Twice: 2',
      'X-Forwarded-For: 10.1.2.3',
    ];
    const station = await rig.station(upgradeHead('/ocpp/s/DE%3A1%20a?token=x%26y', headers));
    const backend = await csms.next();
    assert.equal(
      await backend.takeHead(),
      upgradeHead('/base/DE%3A1%20a?token=x%26y', headers)
        .replace('logs.example:9016', `127.0.0.1:${csms.port}`)
        .replace('10.1.2.3\r\n', '10.1.2.3, 127.0.0.1\r\n')
        .replace(/\r\n$/, 'X-Forwarded-Proto: http\r\nX-Forwarded-Host: logs.example:9016\r\n\r\n'),
    );
    backend.write(SWITCHING);
    assert.equal(await station.takeHead(), SWITCHING);
    await rig.seen.until(({ openings }) => openings.length > 0);
    assert.deepEqual(rig.seen.openings, [
      { site: 's', charger: 'DE:1 a', subprotocol: 'ocpp1.6', remoteAddress: '127.0.0.1', mode: 'relay' },
    ]);
  });

  it('gets the 101 byte for byte, also without a subprotocol, in parts, odd, and with frames behind it', async () => {
    await open();
    const station = await rig.station(upgradeHead('/ocpp/s/CP1', ['Sec-WebSocket-Protocol: ocpp1.6']));
    const backend = await csms.next();
    const answer =
      'HTTP/1.1 101 \r\nupgrade:websocket\r\nX-Empty:\r\nConnection:  upgrade  \r\nX-Empty: 2\r\n\r\n';
    for (const part of [answer.slice(0, 9), answer.slice(9, -2)]) {
      await new Promise<void>((resolve) => backend.socket.write(part, () => resolve()));
    }
    backend.write(Buffer.concat([Buffer.from(answer.slice(-2)), Buffer.from([0x81, 2, 0x5b, 0x5d])]));
    assert.equal(await station.takeHead(), answer);
    assert.deepEqual(await station.take(4), Buffer.from([0x81, 2, 0x5b, 0x5d]));
    await rig.seen.until(({ frames }) => frames.length === 1);
    assert.equal(rig.seen.openings[0]?.subprotocol, null);
    assert.deepEqual(rig.seen.texts(), ['<[]']);
  });

  it('passes an interim answer on with the final one', async () => {
    await open();
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    const backend = await csms.next();
    const interim = 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n';
    backend.write(interim + SWITCHING);
    assert.equal(await station.takeHead(), interim);
    assert.equal(await station.takeHead(), SWITCHING);
  });

  it('holds what the station sends before the answer, and passes it on after it', async () => {
    await open();
    const early = Buffer.from([0x82, 0x80, 0, 0, 0, 0]);
    const station = await rig.station(upgradeHead('/ocpp/s/CP1') + early.toString('latin1'));
    const backend = await csms.next();
    await backend.takeHead();
    assert.equal(backend.received.length, 0);
    backend.write(SWITCHING);
    assert.deepEqual(await backend.take(early.length), early);
    await station.takeHead();
    await rig.seen.until(({ frames }) => frames.length === 1);
    assert.equal(rig.seen.frames[0]?.binary, true);
  });

  it('reads no more than it may of what the station sends before the answer, and passes all of it on after it', async () => {
    await open();
    const early = Buffer.alloc(8 * 1024 * 1024, 0x7f);
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    const backend = await csms.next();
    await backend.takeHead();
    station.socket.write(early);
    const [socket] = rig.sockets;
    assert.ok(socket instanceof Socket);
    while (!socket.isPaused()) await new Promise(setImmediate);
    const read = socket.bytesRead;
    assert.ok(read < 1024 * 1024, `${read} bytes were read`);
    backend.write(SWITCHING);
    assert.equal((await backend.take(early.length)).compare(early), 0);
  });
});
