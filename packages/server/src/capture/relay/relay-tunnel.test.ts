import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { CaptureLimits } from '../limits.ts';
import { joined, openRig, RawCsms, type RawPeer, type Rig } from './capture-rig.ts';
import { CLOSE, CONTINUATION, close, frame, MASK, PING, PONG, TEXT, text } from './ws-frames.ts';

let csms: RawCsms;
let rig: Rig;
let station: RawPeer;
let backend: RawPeer;

/** Once more, with other limits or after an ending. */
async function reconnect(limits: Partial<CaptureLimits> = {}): Promise<void> {
  backend.socket.destroy();
  await rig.close();
  await connect(limits);
}

async function connect(limits: Partial<CaptureLimits> = {}): Promise<void> {
  rig = await openRig({ upstream: `ws://127.0.0.1:${csms.port}/{charger}`, limits });
  ({ station, backend } = await joined(rig, csms));
}

async function closing(): Promise<unknown> {
  await rig.seen.until(({ closings }) => closings.length > 0);
  assert.equal(rig.seen.closings.length, 1);
  return rig.seen.closings[0];
}

beforeEach(async () => {
  csms = await RawCsms.listen();
  await connect();
});

afterEach(async () => {
  csms.close();
  await rig.close();
});

describe('bytes through the relay', () => {
  it('pass both ways as they are, whatever they are, while the record goes blind at the first wrong one', async () => {
    const odd = [
      text('[2]', { mask: MASK }),
      frame({ opcode: PING, payload: Buffer.from('p'), mask: MASK }),
      frame({ opcode: TEXT, payload: Uint8Array.of(0xff, 0xfe) }),
      frame({ opcode: 3, reserved: 7, payload: Buffer.from('reserved') }),
      text('after', { mask: MASK }),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ];
    const sent = Buffer.concat(odd);
    station.write(sent);
    assert.deepEqual(await backend.take(sent.length), sent);
    backend.write(sent);
    assert.deepEqual(await station.take(sent.length), sent);
    await rig.seen.until(({ blinds }) => blinds.length > 0);
    assert.deepEqual(rig.seen.blinds, ['station_to_csms: a reserved bit is set']);
    assert.deepEqual(
      rig.seen.frames.map(({ direction, bytes }) => [direction, bytes.toString('latin1')]),
      [
        ['station_to_csms', '[2]'],
        ['station_to_csms', '\u00ff\u00fe'],
      ],
    );
    station.socket.end();
    backend.socket.end();
    assert.deepEqual(await closing(), { event: 'closed', ended_by: 'station', how: 'fin' });
    assert.equal(rig.counters.blind, 1);
  });

  it('are any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), fc.boolean(), async (bytes, up) => {
        const [from, to] = up ? [station, backend] : [backend, station];
        from.write(bytes);
        assert.deepEqual(await to.take(bytes.length), Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
    assert.equal(rig.seen.blinds.length, 1);
  });

  it('are recorded in the order of arrival, fragments joined, pings and pongs left out', async () => {
    const call = [
      frame({ opcode: TEXT, fin: false, payload: Buffer.from('[2,"1",'), mask: MASK }),
      frame({ opcode: PING, payload: Buffer.from('in between'), mask: MASK }),
      frame({ opcode: CONTINUATION, payload: Buffer.from('"Heartbeat",{}]'), mask: MASK }),
    ];
    for (const part of call) {
      station.write(part);
      assert.deepEqual(await backend.take(part.length), part);
    }
    const answer = Buffer.concat([frame({ opcode: PONG }), text('[3,"1",{}]')]);
    backend.write(answer);
    assert.deepEqual(await station.take(answer.length), answer);
    await rig.seen.until(({ frames }) => frames.length === 2);
    assert.deepEqual(rig.seen.texts(), ['>[2,"1","Heartbeat",{}]', '<[3,"1",{}]']);
    const [first, second] = rig.seen.frames;
    assert.ok(first && second && first.arrival <= second.arrival && Math.abs(first.at - Date.now()) < 60_000);
  });

  it('wait in the sender while the receiver does not read, and all arrive', async () => {
    const payload = Buffer.alloc(32 * 1024 * 1024);
    for (let i = 0; i < payload.length; i += 4096) payload.writeUInt32BE(i, i);
    const large = frame({ opcode: TEXT, payload });
    backend.socket.pause();
    const [taken] = rig.sockets;
    assert.ok(taken);
    const waiting = once(taken, 'pause');
    const sent = new Promise<void>((resolve) => station.socket.write(large, () => resolve()));
    await waiting;
    assert.ok(rig.counters.bytesToCsms < large.length / 2, `${rig.counters.bytesToCsms} bytes taken in`);
    backend.socket.resume();
    assert.equal((await backend.take(large.length)).equals(large), true);
    await sent;
    await rig.seen.until(({ frames }) => frames.length === 1);
    assert.equal(rig.seen.frames[0]?.cut?.length, payload.length);
    assert.equal(rig.relay.heldBytes, 0);
    assert.equal(rig.counters.cut, 1);
  });

  it('go on when the record breaks', async () => {
    rig.seen.broken = new Error('no room');
    const call = text('[2]', { mask: MASK });
    station.write(call);
    assert.deepEqual(await backend.take(call.length), call);
    backend.write(text('[3]'));
    await station.take(5);
    assert.deepEqual(rig.seen.blinds, ['recording broke: Error: no room']);
  });
});

describe('the end of a relayed connection', () => {
  it('is a close frame, answered and followed by FIN, as it came', async () => {
    const [asked, answered] = [close(4000, 'enough', { mask: MASK }), close(4000, 'enough')];
    station.write(asked);
    assert.deepEqual(await backend.take(asked.length), asked);
    backend.write(answered);
    backend.socket.end();
    assert.deepEqual(await station.take(answered.length), answered);
    assert.equal(await station.ending, 'fin');
    station.socket.end();
    assert.equal(await backend.ending, 'fin');
    const ended = { close_code: 4000, reason: 'enough', ended_by: 'station', how: 'close_frame' };
    assert.deepEqual(await closing(), { event: 'closed', ...ended });
    assert.equal(rig.counters.relayed, 0);
  });

  it('is told with 1005 for a close frame without a code', async () => {
    backend.write(frame({ opcode: CLOSE }));
    backend.socket.end();
    station.socket.end();
    const ended = { close_code: 1005, reason: '', ended_by: 'csms', how: 'close_frame' };
    assert.deepEqual(await closing(), { event: 'closed', ...ended });
  });

  it('is a FIN in the middle of a frame, and the other side may still say something', async () => {
    const cut = text('never whole', { mask: MASK }).subarray(0, 9);
    station.write(cut);
    station.socket.end();
    assert.equal(await backend.ending, 'fin');
    assert.deepEqual(await backend.take(cut.length), cut);
    const last = text('[4]');
    backend.write(last);
    backend.socket.end();
    assert.deepEqual(await station.take(last.length), last);
    assert.equal(await station.ending, 'fin');
    assert.deepEqual(await closing(), {
      event: 'closed',
      close_code: 1006,
      reason: '',
      ended_by: 'station',
      how: 'fin',
    });
    assert.deepEqual(rig.seen.texts(), ['<[4]']);
    assert.equal(rig.relay.heldBytes, 0);
  });

  it('is a reset where it was one, both ways', async () => {
    station.socket.resetAndDestroy();
    assert.equal(await backend.ending, 'reset');
    const reset = { event: 'closed', close_code: 1006, reason: '', how: 'reset' };
    assert.deepEqual(await closing(), { ...reset, ended_by: 'station' });
    await reconnect();
    backend.socket.resetAndDestroy();
    assert.equal(await station.ending, 'reset');
    assert.deepEqual(await closing(), { ...reset, ended_by: 'csms' });
  });

  it('comes to a side that does not end by itself', async () => {
    await reconnect({ halfOpenMs: 50 });
    backend.socket.end();
    assert.equal(await station.ending, 'fin');
    assert.deepEqual(await closing(), {
      event: 'closed',
      close_code: 1006,
      reason: '',
      ended_by: 'csms',
      how: 'fin',
    });
    assert.equal(rig.counters.halfOpenEnded, 1);
  });

  it('is forced at shut-down where a side does not end, however long it might have stayed half open', async () => {
    await reconnect({ shutdownMs: 50 });
    const closed = rig.relay.close();
    station.socket.end();
    await closed;
    assert.equal(rig.seen.closings.at(-1)?.how, 'shutdown');
  });

  it('is FIN on both sides at shut-down, and the CSMS is never dialled again', async () => {
    const closed = rig.relay.close();
    assert.deepEqual(await Promise.all([station.ending, backend.ending]), ['fin', 'fin']);
    station.socket.end();
    backend.socket.end();
    await closed;
    assert.deepEqual(await closing(), {
      event: 'closed',
      close_code: 1006,
      reason: '',
      ended_by: 'server',
      how: 'shutdown',
    });
    assert.equal(csms.connections, 1);
  });
});
