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

test('an archive without times of its answers makes neither time-outs nor times of them', async (t) => {
  const b = await recordingRig(t);
  const at = (seconds: number) => new Date(Date.parse(ANSWER.occurrence_time) + seconds * 1000).toISOString();
  const told = { charger_id: 'P', rebuilt: true, untimed: true };
  const call = (seconds: number, id: string, action: string) => ({
    ...told,
    occurrence_time: at(seconds),
    direction: 'station_to_csms',
    frame: `[2,"${id}","${action}",{}]`,
  });
  await b.take(
    [
      call(0, 'log-1', 'Heartbeat'),
      call(300, 'log-2', 'Authorize'),
      {
        ...told,
        occurrence_time: at(300),
        direction: 'csms_to_station',
        frame: '[3,"log-2",{"idTagInfo":{"status":"Accepted"}}]',
      },
    ],
    true,
    'pull-x',
  );
  assert.deepEqual(
    b.entries().map(({ outcome, answeredAt, latency }) => [outcome, answeredAt, latency]),
    [
      ['unanswered', null, null],
      ['answered', null, null],
    ],
  );
});
