import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingRig } from './recording-rig.ts';

test('answers of live stations leave nothing behind, whatever their number', async (t) => {
  const rig = await recordingRig(t);
  rig.open();
  for (let n = 0; n < 20; n += 1) {
    rig.station(`[2,"${n}","Heartbeat",{}]`);
    // Committed before its answer comes, as at any CSMS that takes its time.
    await rig.handOver();
    rig.csms(`[3,"${n}",{"currentTime":"2026-01-05T12:00:00Z"}]`);
    await rig.handOver();
  }
  assert.ok(rig.entries().every(({ outcome }) => outcome === 'answered'));
  assert.equal(rig.recording.pipeline.storedCalls.size, 0);
});

test('what one push looked up is not kept for the next', async (t) => {
  const rig = await recordingRig(t);
  const line = { charger_id: 'P', occurrence_time: '2026-01-05T12:00:00Z' };
  await rig.take([{ ...line, direction: 'station_to_csms', frame: '[2,"a","Heartbeat",{}]' }], true);
  await rig.take(
    [{ ...line, direction: 'csms_to_station', frame: '[3,"a",{"currentTime":"2026-01-05T12:00:00Z"}]' }],
    true,
    'another',
  );
  assert.deepEqual(
    rig.entries().map(({ outcome }) => outcome),
    ['answered'],
  );
  assert.equal(rig.recording.pipeline.storedCalls.size, 0);
});
