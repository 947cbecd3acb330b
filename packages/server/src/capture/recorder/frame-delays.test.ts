/** How long frames wait: by a clock that is set here, and of frames that go through the thread. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { DELAY_ENDS, type DelayCounts, FrameDelays } from './frame-delays.ts';
import { RecorderClient } from './recorder-client.ts';
import { OPENED } from './recording-rig.ts';

const SECOND = 1e6;

/** How many frames lie at or below each of these ends. */
function within(delays: DelayCounts, ...ends: readonly number[]): readonly number[] {
  return ends.map((end) =>
    delays.counts.reduce(
      (sum, count, place) => sum + ((DELAY_ENDS[place] ?? Number.POSITIVE_INFINITY) <= end ? count : 0),
      0,
    ),
  );
}

const sum = ({ counts }: DelayCounts) => counts.reduce((total, count) => total + count, 0);

test('from their arrival until they are committed, and until they are on the disk', () => {
  let now = 10 * SECOND;
  const delays = new FrameDelays(() => now);
  delays.committed({ arrival: 9.75 * SECOND, frames: 4 });
  delays.committed({ arrival: 9.74 * SECOND, frames: 1 });
  const taken = delays.takeUnsynced();
  // Committed while the disk is at it: not on it with these.
  delays.committed({ arrival: 9.9 * SECOND, frames: 7 });
  now = 10.74 * SECOND;
  delays.synced(taken);
  const told = delays.take();
  assert.deepEqual(within(told.committed, 0.05, 0.1, 0.25, 0.35), [0, 7, 11, 12]);
  assert.deepEqual(within(told.synced, 0.75, 1), [0, 5]);
  assert.ok(Math.abs(told.synced.seconds - (4 * 0.99 + 1)) < 1e-9);
  delays.synced(delays.takeUnsynced());
  const more = delays.take();
  assert.deepEqual([sum(more.committed), sum(more.synced)], [0, 7], 'each is told once');
});

test('what a disk does not take waits on, as long as it takes, and without growing for ever', () => {
  let now = SECOND;
  const delays = new FrameDelays(() => now);
  const rounds = 12_000;
  for (let round = 0; round < rounds; round++) {
    delays.committed({ arrival: 0, frames: 1 });
    if (round % 5_000 === 0) delays.notSynced(delays.takeUnsynced());
  }
  now = 20 * SECOND;
  const taken = delays.takeUnsynced();
  assert.ok(taken.length <= 10_000, `${taken.length} are held`);
  delays.synced(taken);
  const { synced } = delays.take();
  assert.deepEqual([sum(synced), within(synced, 10)], [rounds, [0]]);
});

test('every frame that is recorded is counted as committed and as on the disk', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ocpp-logs-test-'));
  const recorder = new RecorderClient({ folder, timeoutMs: 60_000, redact: [], onReport: () => {} });
  t.after(async () => {
    await recorder.close();
    await rm(folder, { recursive: true, force: true });
  });
  await recorder.ready();
  const connection = recorder.opened(OPENED);
  const frames = 12;
  for (let nth = 0; nth < frames; nth++) {
    const bytes = Buffer.from(`[2,"m${nth}","Heartbeat",{}]`);
    const arrival = Math.round(performance.now() * 1000);
    const direction = 'station_to_csms';
    recorder.frame(connection, { direction, bytes, binary: false, cut: null, at: Date.now(), arrival });
  }
  while (sum(recorder.delays().synced) < frames) await setTimeout(20);
  assert.deepEqual([sum(recorder.delays().committed), sum(recorder.delays().synced)], [frames, frames]);
  assert.ok(recorder.delays().synced.seconds >= recorder.delays().committed.seconds);
});
