import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingRig } from './recording-rig.ts';
import { CONVERSATIONS_MAX } from './virtual.ts';

const PART = 5_000;

test('of connections that are pushed so many are followed; one more ends the one that was quiet longest, and is counted', async (t) => {
  const rig = await recordingRig(t);
  const lines = Array.from({ length: CONVERSATIONS_MAX + 1 }, (_, n) => ({
    charger_id: `P${n}`,
    direction: 'station_to_csms',
    occurrence_time: '2026-01-05T10:00:00Z',
    frame: '[2,"1","Heartbeat",{}]',
  }));
  for (let from = 0; from < CONVERSATIONS_MAX; from += PART) {
    await rig.take(lines.slice(from, Math.min(from + PART, CONVERSATIONS_MAX)));
    rig.now += 1;
  }
  assert.deepEqual(rig.commits.at(-1)?.virtual, { size: CONVERSATIONS_MAX, endedEarly: 0 });
  await rig.take(lines.slice(CONVERSATIONS_MAX));
  assert.deepEqual(rig.commits.at(-1)?.virtual, { size: CONVERSATIONS_MAX, endedEarly: 1 });
  const ended = rig.entries().filter(({ outcome }) => outcome === 'unanswered');
  assert.deepEqual(
    ended.map(({ charger }) => charger),
    ['P0'],
  );
});
