/** A CSMS that does everything wrong: what it sends goes back byte for byte, and what became of it is on record. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RawCsms, type RawPeer, SWITCHING } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { close, MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { asking, calls, joinedTalk, passes } from './raw-talk.ts';
import { type RelayUnderTest, relayUnderTest } from './relay-record.ts';

const ACCEPTED = ['accepted', 'ocpp1.6'];
const HEARTBEAT = text('[2,"1","Heartbeat",{}]', { mask: MASK });
const LOST = ['exchange', 'station_to_csms', '1', 'Heartbeat', 'connection_lost'];
const ANSWER = text(`[3,"1",{"currentTime":"2026-01-05T10:00:00Z","more":"${'x'.repeat(1000)}"}]`);

/** Of tcpmux (RFC 1078), which nobody runs; one that was free a moment ago may be given to somebody else. */
const CLOSED_PORT = 1;

describe('an upstream', () => {
  const ends: (() => unknown)[] = [];
  let relay: RelayUnderTest;
  let silent: RawCsms;
  let unanswered: RawPeer;

  before(async () => {
    silent = await RawCsms.listen();
    relay = await relayUnderTest(
      { after: (end: () => unknown) => void ends.push(end) },
      [
        `  - id: refusing\n    upstream: ws://127.0.0.1:${CLOSED_PORT}/{charger}\n`,
        `  - id: silent\n    upstream: ws://127.0.0.1:${silent.port}/{charger}\n`,
      ].join(''),
    );
    // It takes as long as an upgrade may wait: the others are tested meanwhile.
    unanswered = await asking(relay.server, '/ocpp/silent/UNANSWERED');
  });

  after(async () => {
    silent.close();
    for (const end of ends) await end();
  });

  const asked = async (charger: string) => {
    const station = await asking(relay.server, `/ocpp/depot/${charger}`);
    const backend = await relay.csms.next();
    assert.match(await backend.takeHead(), new RegExp(`^GET /${charger} HTTP/1.1\r\n`));
    return { station, backend };
  };

  it('that refuses the connection is 502', async () => {
    const station = await asking(relay.server, '/ocpp/refusing/CP1');
    assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
    assert.equal(await station.ending, 'fin');
    assert.equal(station.received.toString(), 'The CSMS cannot be reached: ECONNREFUSED.\n');
    assert.deepEqual(await relay.recorded('CP1', 1, 'refusing'), [
      ['refused', 502, 'The CSMS cannot be reached: ECONNREFUSED.'],
    ]);
  });

  for (const [status, head] of [
    [401, 'HTTP/1.1 401 Unauthorized\r\nwww-Authenticate:  Basic realm="x"\r\nContent-Length: 4\r\n\r\n'],
    [404, 'HTTP/1.1 404 Not Found\r\nX-a: 1\r\nx-A: 2\r\nContent-Length: 4\r\n\r\n'],
    [500, 'HTTP/1.0 500 Internal Server Error\r\n\r\n'],
  ] as const) {
    it(`that answers ${status} is passed on as it is`, async () => {
      const { station, backend } = await asked(`S${status}`);
      backend.socket.end(`${head}\0no\xff`, 'latin1');
      assert.equal(await station.ending, 'fin');
      assert.equal(station.received.toString('latin1'), `${head}\0no\xff`);
      const phrase = head.slice('HTTP/1.1 '.length, head.indexOf('\r'));
      assert.deepEqual(await relay.recorded(`S${status}`, 1), [
        ['refused', status, `the CSMS answered ${phrase}`],
      ]);
    });
  }

  it('that closes without an answer is 502', async () => {
    const { station, backend } = await asked('CLOSES');
    backend.socket.end();
    assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
    assert.deepEqual(await relay.recorded('CLOSES', 1), [
      ['refused', 502, 'The CSMS cannot be reached: it closed the connection without an answer.'],
    ]);
  });

  it('that resets without an answer is 502', async () => {
    const { station, backend } = await asked('RESETS');
    backend.socket.resetAndDestroy();
    assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
    assert.deepEqual(await relay.recorded('RESETS', 1), [
      ['refused', 502, 'The CSMS cannot be reached: ECONNRESET.'],
    ]);
  });

  it('that is slow, a byte at a time, delays and changes nothing else', async () => {
    const { station, backend } = await asked('SLOW');
    const drip = async (bytes: Buffer, to: RawPeer) => {
      for (const byte of bytes) {
        backend.write(Uint8Array.of(byte));
        // Only when it has come out: each one goes on by itself.
        if (to === station) assert.equal((await station.take(1))[0], byte);
        else await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await drip(Buffer.from(SWITCHING), backend);
    assert.equal(await station.takeHead(), SWITCHING);
    await passes(station, backend, HEARTBEAT);
    await drip(ANSWER, station);
    await passes(backend, station, close(1001, 'slow'));
    backend.socket.end();
    assert.equal(await station.ending, 'fin');
    station.socket.end();
    assert.deepEqual(await relay.recorded('SLOW', 3), [
      ACCEPTED,
      ['exchange', 'station_to_csms', '1', 'Heartbeat', 'answered'],
      ['closed', 'csms', 'close_frame', 1001, 'slow'],
    ]);
  });

  for (const [how, end] of [
    ['fin', (peer: RawPeer) => void peer.socket.end()],
    ['reset', (peer: RawPeer) => void peer.socket.resetAndDestroy()],
  ] as const) {
    it(`that closes in the midst of a frame, by ${how}, does so to the station`, async () => {
      const charger = `MID-${how}`;
      const { station, backend } = await joinedTalk(relay.server, relay.csms, `/ocpp/depot/${charger}`);
      await passes(station, backend, HEARTBEAT);
      await passes(backend, station, ANSWER.subarray(0, ANSWER.length - 10));
      end(backend);
      assert.equal(await station.ending, how);
      station.socket.destroy();
      assert.equal(station.received.length, 0);
      assert.deepEqual(await relay.recorded(charger, 3), [ACCEPTED, LOST, ['closed', 'csms', how, 1006, '']]);
    });
  }

  it('that echoes no subprotocol is passed on as it is, and recorded so', async () => {
    const answer = SWITCHING.replace('Sec-WebSocket-Protocol: ocpp1.6\r\n', '');
    const talk = await joinedTalk(relay.server, relay.csms, '/ocpp/depot/BARE', answer);
    await calls(talk, 'bare');
    await passes(talk.station, talk.backend, close(1000, '', { mask: MASK }));
    await passes(talk.backend, talk.station, close(1000));
    talk.backend.socket.end();
    assert.equal(await talk.station.ending, 'fin');
    talk.station.socket.end();
    assert.equal(await talk.backend.ending, 'fin');
    assert.deepEqual(await relay.recorded('BARE', 3), [
      ['accepted', null],
      ['exchange', 'station_to_csms', 'bare', 'DataTransfer', 'answered'],
      ['closed', 'station', 'close_frame', 1000, ''],
    ]);
  });

  it('that never answers the upgrade is 504 after ten seconds', async () => {
    assert.match(await unanswered.takeHead(), /^HTTP\/1.1 504 /);
    assert.equal(await unanswered.ending, 'fin');
    assert.deepEqual(await relay.recorded('UNANSWERED', 1, 'silent'), [
      ['refused', 504, 'The CSMS did not answer within 10 s.'],
    ]);
  });
});
