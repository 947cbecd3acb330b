/** A station that does everything wrong: what it sends goes on byte for byte, and what became of it is on record. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it, type TestContext } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { SWITCHING } from '../../packages/server/src/capture/relay/capture-rig.ts';
import {
  CONTINUATION,
  frame,
  MASK,
  PING,
  TEXT,
  text,
} from '../../packages/server/src/capture/relay/ws-frames.ts';
import { eventually } from '../e2e/running-server.ts';
import { hangsUp } from './endings.ts';
import { forgetPeak, peakMemory } from './memory.ts';
import { calls, joinedTalk, passes, type Talk } from './raw-talk.ts';
import { type RelayUnderTest, relayUnderTest } from './relay-record.ts';
import { countOf, entriesOf, metric } from './site-entries.ts';

const MIB = 1024 * 1024;
const ACCEPTED = ['accepted', 'ocpp1.6'];
const HEARTBEAT = text('[2,"1","Heartbeat",{}]', { mask: MASK });
const LOST = ['exchange', 'station_to_csms', '1', 'Heartbeat', 'connection_lost'];
const UNANSWERED = ['exchange', 'station_to_csms', '1', 'DataTransfer', 'connection_lost'];
const DEFLATING = SWITCHING.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n');
const EMPTY = Buffer.alloc(0);
const FLOOD = 100_000;
const FLOOD_PAD = 'x'.repeat(1300);
/**
 * Above what the server takes anyway: buffers of sockets, garbage; 14 to 27 were measured. Fragments, a bomb without end and
 * a station that does not read would leave more, if they were held.
 */
const GROWTH_MIB = 64;
/**
 * What may wait for the store takes up to this (docs/limits.md), and is given back after each flood. A flood is of twice that,
 * by what is reckoned for a message: held as a whole it would go beyond.
 */
const FLOODED_MIB = 256;

describe('a station', () => {
  const ends: (() => unknown)[] = [];
  let relay: RelayUnderTest;
  let halfOpen: Talk;

  before(async () => {
    relay = await relayUnderTest({ after: (end: () => unknown) => void ends.push(end) });
    // Its end takes half a minute: the others are tested meanwhile.
    halfOpen = await joined('GONE');
    await passes(halfOpen.station, halfOpen.backend, HEARTBEAT);
    halfOpen.backend.socket.end();
    assert.equal(await halfOpen.station.ending, 'fin');
  });

  after(async () => {
    for (const end of ends) await end();
  });

  const joined = (charger: string, answer = SWITCHING) =>
    joinedTalk(relay.server, relay.csms, `/ocpp/depot/${charger}`, answer);

  /** Says goodbye as it should, so that the connection's end is on record. */
  const hangUp = (talk: Talk) => hangsUp(talk, 'station', 1000, 'bye');
  const HUNG_UP = ['closed', 'station', 'close_frame', 1000, 'bye'];

  for (const [how, end] of [
    ['fin', ({ station }: Talk) => void station.socket.end()],
    ['reset', ({ station }: Talk) => void station.socket.resetAndDestroy()],
  ] as const) {
    it(`that vanishes without a close frame, by ${how}, vanishes so for the CSMS`, async () => {
      const talk = await joined(`END-${how}`);
      await passes(talk.station, talk.backend, HEARTBEAT);
      await passes(talk.station, talk.backend, HEARTBEAT.subarray(0, 9));
      end(talk);
      assert.equal(await talk.backend.ending, how);
      talk.backend.socket.destroy();
      assert.deepEqual(await relay.recorded(`END-${how}`, 3), [
        ACCEPTED,
        LOST,
        ['closed', 'station', how, 1006, ''],
      ]);
    });
  }

  it('that masks wrongly is passed on as it is, and read', async () => {
    const talk = await joined('MASKS');
    await passes(talk.station, talk.backend, text('[2,"1","Heartbeat",{}]'));
    await passes(talk.backend, talk.station, text('[3,"1",{}]', { mask: MASK }));
    await hangUp(talk);
    assert.deepEqual(await relay.recorded('MASKS', 3), [
      ACCEPTED,
      ['exchange', 'station_to_csms', '1', 'Heartbeat', 'answered'],
      HUNG_UP,
    ]);
  });

  it('that sends 10 MB has them passed on; their beginning, length and digest are kept', async (t) => {
    const talk = await joined('LONG');
    const content = `[2,"1","DataTransfer",{"vendorId":"v","data":"${'é'.repeat(5 * MIB)}"}]`;
    forgetPeak(relay.server.pid);
    const before = peakMemory(relay.server.pid);
    await passes(talk.station, talk.backend, text(content, { mask: MASK }));
    await calls(talk, '2');
    await hangUp(talk);
    const [, cut, next, closed] = await relay.recorded('LONG', 4);
    assert.deepEqual(
      [cut, next, closed],
      [UNANSWERED, ['exchange', 'station_to_csms', '2', 'DataTransfer', 'answered'], HUNG_UP],
    );
    await keptBeginning('LONG', Buffer.from(content));
    bounded(t, before);
  });

  it('that inflates 10 kB to 10 MB has 10 kB passed on, and costs no more than a long frame', async (t) => {
    const talk = await joined('BOMB', DEFLATING);
    const content = `[2,"1","DataTransfer",{"vendorId":"v","data":"${' '.repeat(10 * MIB)}"}]`;
    const payload = deflateRawSync(content, { finishFlush: 2 }).subarray(0, -4);
    assert.ok(payload.length < 20_000, `${payload.length} bytes`);
    forgetPeak(relay.server.pid);
    const before = peakMemory(relay.server.pid);
    await passes(talk.station, talk.backend, frame({ opcode: TEXT, payload, reserved: 4, mask: MASK }));
    await calls(talk, '2');
    await hangUp(talk);
    const [, cut, next] = await relay.recorded('BOMB', 4);
    assert.deepEqual(
      [cut, next],
      [UNANSWERED, ['exchange', 'station_to_csms', '2', 'DataTransfer', 'answered']],
    );
    await keptBeginning('BOMB', Buffer.from(content));
    bounded(t, before);
  });

  it('that inflates without end is no longer read, and still passed on', async (t) => {
    const talk = await joined('ENDLESS-BOMB', DEFLATING);
    const payload = deflateRawSync(Buffer.alloc(80 * MIB, ' '), { finishFlush: 2 }).subarray(0, -4);
    forgetPeak(relay.server.pid);
    const before = peakMemory(relay.server.pid);
    const blind = await metric(relay.server, 'capture_blind_total');
    await passes(talk.station, talk.backend, frame({ opcode: TEXT, payload, reserved: 4, mask: MASK }));
    await eventually(
      () => metric(relay.server, 'capture_blind_total'),
      (now) => now === blind + 1,
    );
    bounded(t, before);
    await calls(talk, '2');
    await hangUp(talk);
    assert.deepEqual((await relay.recorded('ENDLESS-BOMB', 3)).toSorted(), [
      ACCEPTED,
      // The close frame was not read any more; the CSMS ended its socket first.
      ['closed', 'csms', 'fin', undefined, undefined],
      ['gap', 'station_to_csms: a compressed message inflates beyond 67108864 bytes'],
    ]);
  });

  it('that sends fragments for ever is passed on, and nothing of it piles up', async (t) => {
    const talk = await joined('FRAGMENTS');
    const piece = Buffer.alloc(256 * 1024, 'x');
    forgetPeak(relay.server.pid);
    const before = peakMemory(relay.server.pid);
    const first = frame({ opcode: TEXT, fin: false, payload: piece, mask: MASK });
    const further = frame({ opcode: CONTINUATION, fin: false, payload: piece, mask: MASK });
    await passes(talk.station, talk.backend, first);
    for (let sent = 0; sent < 1000; sent++) await passes(talk.station, talk.backend, further);
    await passes(talk.station, talk.backend, frame({ opcode: PING, payload: EMPTY, mask: MASK }));
    bounded(t, before);
    talk.station.socket.resetAndDestroy();
    assert.equal(await talk.backend.ending, 'reset');
    assert.deepEqual(await relay.recorded('FRAGMENTS', 2), [
      ACCEPTED,
      ['closed', 'station', 'reset', 1006, ''],
    ]);
  });

  it('that breaks the framing is no longer read from there on, and still passed on', async () => {
    const talk = await joined('BROKEN');
    await calls(talk, '1');
    await passes(talk.station, talk.backend, frame({ opcode: 3, payload: Buffer.from('?'), mask: MASK }));
    await calls(talk, '2');
    talk.station.socket.end();
    assert.equal(await talk.backend.ending, 'fin');
    talk.backend.socket.end();
    assert.deepEqual((await relay.recorded('BROKEN', 4)).toSorted(), [
      ACCEPTED,
      ['closed', 'station', 'fin', undefined, undefined],
      ['exchange', 'station_to_csms', '1', 'DataTransfer', 'answered'],
      ['gap', 'station_to_csms: opcode 3 is reserved'],
    ]);
  });

  it('that floods is read as fast as its CSMS reads, what is not recorded is counted, and no flood takes more than the first', async (t) => {
    await flood('FLOOD1', 0);
    forgetPeak(relay.server.pid);
    const before = peakMemory(relay.server.pid);
    await flood('FLOOD2', await metric(relay.server, 'unrecorded_total'));
    bounded(t, before, FLOODED_MIB);
  });

  it('that stops reading gets all of it when it reads again', async (t) => {
    const { station, backend } = await joined('FROZEN');
    station.socket.pause();
    const bytes = Buffer.concat(
      Array.from({ length: 128 }, (_, n) => text(`[2,"c${n}","X","${'y'.repeat(MIB)}"]`)),
    );
    forgetPeak(relay.server.pid);
    const before = peakMemory(relay.server.pid);
    backend.write(bytes);
    const stuck = await held(() => backend.socket.bytesWritten - backend.socket.writableLength);
    assert.ok(stuck < bytes.length, 'the CSMS has to wait');
    bounded(t, before);
    station.socket.resume();
    assert.ok((await station.take(bytes.length)).equals(bytes));
    await hangUp({ station, backend });
  });

  it('that is gone without a word is ended half a minute after its CSMS has ended', async () => {
    assert.equal(await halfOpen.backend.ending, 'fin');
    halfOpen.station.socket.destroy();
    assert.deepEqual(await relay.recorded('GONE', 3), [ACCEPTED, LOST, ['closed', 'csms', 'fin', 1006, '']]);
  });

  /** More than may wait for the disk at once. */
  const flood = async (charger: string, unrecordedBefore: number) => {
    const { station, backend } = await joined(charger);
    const frames = Array.from({ length: FLOOD }, (_, number) =>
      text(`[2,"f${number}","DataTransfer",{"vendorId":"v","data":"${FLOOD_PAD}"}]`, { mask: MASK }),
    );
    const bytes = Buffer.concat(frames);
    const seenBefore = await metric(relay.server, 'frames_total');
    backend.socket.pause();
    station.write(bytes);
    // What a slow CSMS does not take, the station does not get rid of.
    const stuck = await held(() => station.socket.bytesWritten - station.socket.writableLength);
    assert.ok(stuck < bytes.length, 'the station has to wait');
    backend.socket.resume();
    assert.equal(digest(await backend.take(bytes.length)), digest(bytes), 'every byte came, in its place');
    assert.equal((await metric(relay.server, 'frames_total')) - seenBefore, FLOOD);
    await hangUp({ station, backend });
    const unrecorded = (await metric(relay.server, 'unrecorded_total')) - unrecordedBefore;
    await eventually(
      () => countOf(relay.server, 'depot', charger, 'exchange'),
      (recorded) => recorded === FLOOD - unrecorded,
    );
    const gaps = await relay.recorded(charger, 0, 'depot', 'gap');
    assert.equal(gaps.length > 0, unrecorded > 0);
    assert.ok(gaps.every(([, reason]) => reason === 'the store did not keep up'));
  };

  /** Only its beginning is there, with what tells the whole of it. */
  const keptBeginning = async (charger: string, whole: Buffer) => {
    const kinds = `exchange&charger_id=${charger}`;
    const [cut] = await entriesOf(relay.server, 'depot', kinds, 'exchange,raw');
    const raw = cut?.raw;
    assert.equal(raw?.truncated, true);
    assert.equal(raw?.length, whole.length);
    assert.equal(raw?.sha256, digest(whole));
    assert.ok(whole.toString().startsWith(raw?.request_text?.slice(0, 1000) ?? '-'));
  };

  const bounded = (t: TestContext, before: number | null, most = GROWTH_MIB) => {
    const peak = peakMemory(relay.server.pid);
    if (peak === null || before === null) return;
    t.diagnostic(`${Math.round(peak - before)} MiB more than before`);
    assert.ok(peak - before < most, `${before} MiB became ${peak}`);
  };
});

/** Waits until a number no longer changes. */
async function held(ask: () => number): Promise<number> {
  for (let last = ask(), same = 0; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = ask();
    same = now === last ? same + 1 : 0;
    last = now;
    if (same === 10) return now;
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
