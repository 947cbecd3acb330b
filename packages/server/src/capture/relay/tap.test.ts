import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { CAPTURE_LIMITS, captureCounters } from '../limits.ts';
import { ByteBudget } from './byte-budget.ts';
import { SeenCapture } from './capture-rig.ts';
import { Tap, type TunnelEnding } from './tap.ts';
import { close, frame, MASK, TEXT, text } from './ws-frames.ts';

const FIN: TunnelEnding = { by: 'csms', how: 'fin' };
const STAMP = { at: 7, arrival: 8 };

function listen(extensions = '') {
  const seen = new SeenCapture();
  const counters = captureCounters();
  const held = new ByteBudget(1024 * 1024, null);
  const tap = new Tap({ sink: seen, connection: 1, extensions, limits: CAPTURE_LIMITS, held, counters });
  const end = (ending: TunnelEnding) => new Promise<void>((resolve) => tap.ended(ending, resolve));
  return { tap, seen, counters, held, end };
}

function compressed(content: string): Buffer {
  const payload = deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  return frame({ opcode: TEXT, payload, reserved: 4, mask: MASK });
}

describe('the tap', () => {
  it('tells both directions and the end in the order of arrival, although a call is still being inflated', async () => {
    const { tap, seen, end, held } = listen(' Permessage-Deflate ; client_max_window_bits=12');
    tap.heard('station_to_csms', compressed('call'), STAMP);
    tap.heard('csms_to_station', text('answer'), { at: 9, arrival: 10 });
    assert.deepEqual(seen.frames, []);
    await end(FIN);
    assert.deepEqual(seen.texts(), ['>call', '<answer']);
    assert.deepEqual(
      seen.frames.map(({ at, arrival }) => [at, arrival]),
      [
        [7, 8],
        [9, 10],
      ],
    );
    assert.equal(seen.closings.length, 1);
    assert.equal(held.used, 0);
  });

  it('names the side of the first close frame as the one that ended', async () => {
    const { tap, seen, end } = listen();
    tap.heard('csms_to_station', close(1001, 'moving'), STAMP);
    tap.heard('station_to_csms', close(1000, '', { mask: MASK }), STAMP);
    await end({ by: 'station', how: 'reset' });
    assert.deepEqual(seen.closings, [
      { event: 'closed', close_code: 1001, reason: 'moving', ended_by: 'csms', how: 'close_frame' },
    ]);
  });

  it('still tells the end where inflating fails behind it', async () => {
    const { tap, seen, counters, end, held } = listen('permessage-deflate');
    tap.heard('station_to_csms', frame({ opcode: TEXT, payload: Buffer.alloc(9, 0xff), reserved: 4 }), STAMP);
    await end(FIN);
    assert.match(seen.blinds[0] ?? '', /^station_to_csms: a compressed message does not inflate/);
    assert.deepEqual(seen.closings, [{ event: 'closed', ended_by: 'csms', how: 'fin' }]);
    assert.deepEqual([counters.blind, held.used], [1, 0]);
  });

  it('gives back what it held of a message that never ended', async () => {
    const { tap, end, held } = listen();
    tap.heard('station_to_csms', text('never whole', { mask: MASK }).subarray(0, 9), STAMP);
    assert.ok(held.used > 0);
    await end(FIN);
    assert.equal(held.used, 0);
  });

  it('counts a sink that throws and goes on', async () => {
    const { tap, seen, counters, end } = listen();
    seen.broken = new Error('gone');
    seen.blind = seen.closed = () => {
      throw new Error('gone too');
    };
    tap.heard('station_to_csms', text('[]'), STAMP);
    tap.heard('station_to_csms', text('[]'), STAMP);
    await end(FIN);
    assert.deepEqual([counters.blind, counters.sinkErrors], [1, 2]);
  });
});

it('a budget is bounded by the whole it is part of, and gives all back when it closes', () => {
  const whole = new ByteBudget(10, null);
  const [one, two] = [new ByteBudget(8, whole), new ByteBudget(8, whole)];
  assert.deepEqual([one.take(9), one.take(6), two.take(5), two.take(4)], [false, true, false, true]);
  assert.equal(whole.used, 10);
  one.close();
  one.give(6);
  assert.deepEqual([one.take(1), whole.used, two.used], [false, 4, 4]);
});
