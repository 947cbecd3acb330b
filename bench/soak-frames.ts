/** Streams of frames that may be none, many of them. */

import assert from 'node:assert/strict';
import { fuzzFrames } from '../test/faults/frame-fuzz.ts';
import { relayUnderTest } from '../test/faults/relay-record.ts';
import { onCleanup } from './cleanup.ts';
import type { Soak } from './soak-plan.ts';
import { count } from './table.ts';

/** Of one seed. */
const ROUND = 250;

export const FRAMES: Soak = {
  name: 'frames',
  what: 'sends right, nearly right and wrong WebSocket frames through relay and built-in CSMS',
  times: 5_000,
  unit: 'streams',
  run: async ({ times, progress }) => {
    const relay = await relayUnderTest(
      { after: (end) => onCleanup(async () => void (await end())) },
      '  - id: bench\n',
    );
    const first = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
    let bytes = 0;
    for (let done = 0; done < times; done += ROUND) {
      const seed = first + done / ROUND;
      progress(`frames: seed ${seed}`);
      bytes += (await fuzzFrames(relay, Math.min(ROUND, times - done), seed)).bytes;
    }
    assert.doesNotMatch(relay.server.output(), /"level":[56]0|Unhandled/);
    assert.equal(await relay.server.stop(), 0, relay.server.output());
    return {
      title: `${count(times)} streams of frames, from seed ${first}`,
      header: ['', ''],
      rows: [['bytes compared on the other side of the relay, or sent to the built-in CSMS', count(bytes)]],
      notes: ['Stations that behave were answered all the while, and all that they said is recorded.'],
    };
  },
};
