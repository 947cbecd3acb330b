import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingRig } from './recording-rig.ts';

const ANSWER = {
  charger_id: 'P',
  direction: 'csms_to_station',
  occurrence_time: '2026-01-05T10:00:00Z',
  frame: '[3,"1",{}]',
};

test('an answer whose call is not there is on the disk when it is answered, whoever pushed it', async (t) => {
  for (const source of ['ingest', 'pull-logs.example', 'my-csms']) {
    const b = await recordingRig(t);
    assert.equal((await b.take([ANSWER], false, source)).accepted, 1);
    assert.deepEqual(
      b.entries('orphan').map((entry) => entry.connection),
      [`${source}:P`],
    );
    assert.equal((await b.take([ANSWER], false, source)).duplicates, 1);
  }
});

test('an import goes on with the next chunk, so its answer may wait for a call in it', async (t) => {
  const b = await recordingRig(t);
  const call = {
    ...ANSWER,
    direction: 'station_to_csms',
    occurrence_time: '2026-01-05T10:00:04Z',
    frame: '[2,"1","Heartbeat",{}]',
  };
  await b.take([ANSWER], false, 'import');
  await b.take([call], true, 'import');
  assert.deepEqual(
    b.entries().map((entry) => entry.outcome),
    ['answered'],
  );
  assert.deepEqual(b.entries('orphan'), []);
});
