/** Streams of WebSocket frames, right ones, nearly right ones and none, through the running server. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SWITCHING } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { frame, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { Dice } from '../e2e/fuzz/dice.ts';
import { asking, calls, joinedTalk, passes, type Talk } from './raw-talk.ts';
import type { RelayUnderTest } from './relay-record.ts';

/** Of the relay's stations, one in so many is reset by one side. */
const RESET_SHARE = 0.3;
const BUILT_IN_SHARE = 0.3;
/** The stations that behave say something after so many streams. */
const CALL_EVERY = 10;
const PAYLOADS = [
  '[2,"1","Heartbeat",{}]',
  '[3,"1",{}]',
  '[4,"1","InternalError","",{}]',
  '[2,"1","DataTransfer",{"vendorId":"v","data":"é😀"}]',
  '[2,1,2]',
  '[]',
  '',
  '{',
  '[2,"1","X",{"__proto__":1}]',
  `[2,"2","DataTransfer",${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}]`,
  `[2,"3","DataTransfer",{"data":"${'x'.repeat(70_000)}"}]`,
];
const WITH_DEFLATE = SWITCHING.replace(
  /\r\n\r\n$/,
  '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
);

export interface FrameFuzz {
  readonly streams: number;
  readonly bytes: number;
  readonly seed: number;
}

export function streamOf(dice: Dice, masked: boolean): Buffer {
  const mask = () => [dice.below(256), dice.below(256), dice.below(256), dice.below(256)] as const;
  const parts = Array.from({ length: 1 + dice.below(6) }, () => {
    const masking = masked !== dice.chance(0.05) ? { mask: mask() } : {};
    if (dice.chance(0.7)) return text(dice.one(PAYLOADS), masking);
    if (dice.chance(0.2)) return Buffer.from(Array.from({ length: dice.below(200) }, () => dice.below(256)));
    return frame({
      opcode: dice.below(16),
      payload: Buffer.from(dice.one(PAYLOADS)).subarray(0, dice.one([0, 1, 2, 125, 126, 70_000])),
      fin: dice.chance(0.8),
      reserved: dice.chance(0.8) ? 0 : dice.below(8),
      ...masking,
    });
  });
  const wire = Buffer.concat(parts);
  for (let left = dice.one([0, 0, 1, 1, 3, 20]); left > 0 && wire.length > 0; left--)
    wire[dice.below(Math.min(wire.length, dice.one([20, 1_000_000])))] = dice.below(256);
  return dice.chance(0.2) ? wire.subarray(0, dice.below(wire.length + 1)) : wire;
}

/** Goes over in pieces, cut anywhere. */
async function sent(talk: Talk, dice: Dice, byStation: boolean): Promise<number> {
  const wire = streamOf(dice, byStation);
  const [from, to] = byStation ? [talk.station, talk.backend] : [talk.backend, talk.station];
  for (let at = 0; at < wire.length; ) {
    const length = 1 + dice.below(Math.max(4, wire.length / dice.one([1, 5, 40])));
    await passes(from, to, wire.subarray(at, at + length));
    at += length;
  }
  return wire.length;
}

/** A site `depot` that is passed on and a site `bench` that is not. */
export async function fuzzFrames(
  { server, csms, recorded }: RelayUnderTest,
  streams: number,
  seed: number,
): Promise<FrameFuzz> {
  const dice = new Dice(seed);
  const steady = await joinedTalk(server, csms, `/ocpp/depot/STEADY${seed}`);
  const bench = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/STEADY${seed}`, 'ocpp1.6');
  await once(bench, 'open');
  let said = 0;
  let bytes = 0;
  const sayAll = async () => {
    said += 1;
    await calls(steady, `s${said}`);
    const heard = once(bench, 'message');
    bench.send(`[2,"b${said}","Heartbeat",{}]`);
    assert.match(String(await heard), new RegExp(`^\\[3,"b${said}",`));
  };
  for (let stream = 0; stream < streams; stream++) {
    if (stream % CALL_EVERY === 0) await sayAll();
    if (dice.chance(BUILT_IN_SHARE)) {
      bytes += await toBuiltIn(server, dice, stream);
      continue;
    }
    const answer = dice.chance(0.5) ? SWITCHING : WITH_DEFLATE;
    const talk = await joinedTalk(server, csms, `/ocpp/depot/F${stream % 50}`, answer);
    bytes += await sent(talk, dice, true);
    bytes += await sent(talk, dice, false);
    if (dice.chance(0.5)) bytes += await sent(talk, dice, true);
    const [one, other] = dice.chance(0.5) ? [talk.station, talk.backend] : [talk.backend, talk.station];
    const how = dice.chance(RESET_SHARE) ? 'reset' : 'fin';
    if (how === 'reset') one.socket.resetAndDestroy();
    else one.socket.end();
    assert.equal(await other.ending, how, 'the ending goes over as it is');
    assert.equal(other.received.length, 0, 'and nothing beside it');
    other.socket.destroy();
    one.socket.destroy();
  }
  await sayAll();
  const ids = Array.from({ length: said }, (_, at) => at + 1);
  for (const [site, prefix, action] of [
    ['depot', 's', 'DataTransfer'],
    ['bench', 'b', 'Heartbeat'],
  ] as const) {
    const found = await recorded(`STEADY${seed}`, said, site, 'exchange');
    assert.deepEqual(
      found.toSorted((a, b) => Number(String(a[2]).slice(1)) - Number(String(b[2]).slice(1))),
      ids.map((id) => ['exchange', 'station_to_csms', `${prefix}${id}`, action, 'answered']),
      `all that the station of ${site} that behaves has said`,
    );
  }
  bench.terminate();
  steady.station.socket.destroy();
  steady.backend.socket.destroy();
  return { streams, bytes, seed };
}

async function toBuiltIn(server: RelayUnderTest['server'], dice: Dice, stream: number): Promise<number> {
  const station = await asking(server, `/ocpp/bench/F${stream % 50}`);
  assert.match(await station.takeHead(), /^HTTP\/1\.1 101 /);
  const wire = streamOf(dice, true);
  station.write(wire);
  station.socket.end();
  await station.ending;
  station.socket.destroy();
  return wire.length;
}
