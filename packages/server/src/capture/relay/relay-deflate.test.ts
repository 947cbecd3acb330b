import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { openRig, RawCsms, type Rig, SWITCHING, upgradeHead } from './capture-rig.ts';
import { text } from './ws-frames.ts';

describe('permessage-deflate through the relay', () => {
  let server: WebSocketServer;
  let rig: Rig;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    await once(server, 'listening');
    // Safe: the server listens on a TCP port and not on a pipe.
    const { port } = server.address() as AddressInfo;
    rig = await openRig({ upstream: `ws://127.0.0.1:${port}/{charger}` });
  });

  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    await rig.close();
  });

  it('is agreed on by the two ends and read from the copy, calls before their answers', async () => {
    const count = 200;
    server.on('connection', (socket) => {
      socket.on('message', (message) => {
        // Every other answer is not compressed and must not overtake its call.
        const answered = Number(String(message).split('"')[1]);
        socket.send(`[3,"${answered}",{"status":"Accepted"}]`, { compress: answered % 2 === 0 });
      });
    });
    const station = new WebSocket(`ws://127.0.0.1:${rig.port}/ocpp/s/CP1`, ['ocpp1.6'], {
      perMessageDeflate: { threshold: 0 },
    });
    await once(station, 'open');
    assert.equal(station.extensions, 'permessage-deflate');
    const expected: string[] = [];
    for (let i = 0; i < count; i++) {
      const call = `[2,"${i}","DataTransfer",{"vendorId":"v","data":"${'d'.repeat(i * 7)}"}]`;
      station.send(call);
      const [answer] = await once(station, 'message');
      expected.push(`>${call}`, `<${answer}`);
    }
    station.close(1000, 'done');
    await once(station, 'close');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.deepEqual(rig.seen.texts(), expected);
    assert.deepEqual(rig.seen.closings, [
      { event: 'closed', close_code: 1000, reason: 'done', ended_by: 'station', how: 'close_frame' },
    ]);
    assert.deepEqual(rig.seen.blinds, []);
    assert.equal(rig.relay.heldBytes, 0);
  });

  it('is followed by the end of the connection also where messages are still being inflated', async () => {
    server.on('connection', (socket) => {
      for (let i = 0; i < 100; i++) socket.send(`[2,"${i}","Reset",{"type":"${'Soft'.repeat(2000)}"}]`);
      socket.terminate();
    });
    const station = new WebSocket(`ws://127.0.0.1:${rig.port}/ocpp/s/CP1`);
    const received: string[] = [];
    station.on('message', (message) => received.push(`<${message}`));
    await once(station, 'close');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.equal(rig.seen.texts().length, rig.seen.frames.length);
    assert.deepEqual(rig.seen.texts().slice(0, received.length), received);
    assert.equal(rig.seen.closings.length, 1);
    assert.equal(rig.relay.heldBytes, 0);
  });
});

describe('an extension that is not known', () => {
  it('blinds the record from the start and changes nothing for the two ends', async () => {
    const csms = await RawCsms.listen();
    const rig = await openRig({ upstream: `ws://127.0.0.1:${csms.port}/{charger}` });
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    const backend = await csms.next();
    const answer = SWITCHING.replace(/\r\n$/, 'Sec-WebSocket-Extensions: x-mux; n=1\r\n\r\n');
    backend.write(answer);
    assert.equal(await station.takeHead(), answer);
    backend.write(text('[]'));
    assert.deepEqual(await station.take(4), text('[]'));
    assert.deepEqual([rig.seen.blinds, rig.seen.frames], [['the extension x-mux was agreed on'], []]);
    csms.close();
    await rig.close();
  });
});
