/** Streams of frames that may be none; more of them by `npm run soak -- frames`. `FUZZ_SEED` chooses which. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../e2e/running-server.ts';
import { fuzzFrames } from './frame-fuzz.ts';
import { relayUnderTest } from './relay-record.ts';
import { metric } from './site-entries.ts';

const STREAMS = 100;

test('whatever a station or a CSMS says goes over byte for byte, and costs nobody else a message', async (t) => {
  const relay = await relayUnderTest(t, '  - id: bench\n');
  const random = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
  for (const seed of [1, random]) {
    const { bytes } = await fuzzFrames(relay, STREAMS, seed);
    t.diagnostic(`seed ${seed}: ${bytes} bytes`);
  }
  await eventually(
    () => metric(relay.server, 'capture_held_bytes'),
    (held) => held === 0,
  );
  assert.doesNotMatch(relay.server.output(), /"level":[56]0|Unhandled/);
  assert.equal(await relay.server.stop(), 0, relay.server.output());
});
