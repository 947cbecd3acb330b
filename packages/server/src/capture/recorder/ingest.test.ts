import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingRig } from './recording-rig.ts';

const LINE = { charger_id: 'P', direction: 'station_to_csms' } as const;

test('ingest: twice adds nothing, bad lines lose nothing beside them, lines are ordered by time', async (t) => {
  const b = await recordingRig(t);
  const call = { ...LINE, occurrence_time: '2026-01-05T10:00:00Z', frame: '[2,"1","Heartbeat",{}]' };
  const answer = {
    ...LINE,
    direction: 'csms_to_station',
    occurrence_time: '2026-01-05T10:00:01Z',
    frame: '[3,"1",{}]',
  };
  const first = await b.take([answer, { ...call, charger_id: '' }, call]);
  assert.deepEqual(first, {
    accepted: 2,
    duplicates: 0,
    rejected: [{ line: 2, reason: 'charger_id is empty' }],
  });
  assert.deepEqual(await b.take([answer, call]), { accepted: 0, duplicates: 2, rejected: [] });
  assert.deepEqual(
    await b.take([call, call]),
    { accepted: 1, duplicates: 1, rejected: [] },
    'two equal frames are two',
  );
  assert.deepEqual(
    b.entries().map((e) => e.outcome),
    ['answered', 'pending'],
  );
});

test('ingest: an answer up to 10 s before its call is its answer, and says so', async (t) => {
  const b = await recordingRig(t);
  const answer = {
    ...LINE,
    direction: 'csms_to_station',
    occurrence_time: '2026-01-05T10:00:00Z',
    frame: '[3,"1",{}]',
  };
  const call = { ...LINE, occurrence_time: '2026-01-05T10:00:04Z', frame: '[2,"1","Heartbeat",{}]' };
  await b.take([answer, call], true);
  const [entry, ...none] = b.entries();
  assert.equal(none.length, 0);
  assert.equal(entry?.outcome, 'answered');
  assert.ok(entry?.findings.some((finding) => finding.code === 'answer-before-call'));
});

test('ingest: at the end of a source what waits is unanswered, and a later file may still answer it', async (t) => {
  const b = await recordingRig(t);
  await b.take(
    [{ ...LINE, occurrence_time: '2026-01-05T10:00:00Z', frame: '[2,"1","Heartbeat",{}]' }],
    true,
    'import',
  );
  assert.deepEqual(
    b.entries().map((e) => [e.outcome, e.connection]),
    [['unanswered', 'import:P']],
  );
  await b.take(
    [{ ...LINE, direction: 'csms_to_station', occurrence_time: '2026-01-05T10:00:01Z', frame: '[3,"1",{}]' }],
    true,
    'import',
  );
  assert.deepEqual(
    b.entries().map((e) => e.outcome),
    ['answered'],
  );
});

test('ingest: a transaction told of later in the import completes what came before', async (t) => {
  const b = await recordingRig(t);
  const stop =
    '[2,"2","StopTransaction",{"transactionId":5,"meterStop":1,"timestamp":"2026-01-05T10:00:00Z"}]';
  await b.take([{ ...LINE, occurrence_time: '2026-01-05T10:00:00Z', frame: stop }]);
  assert.equal(b.entries()[0]?.fields.connector_id, undefined);
  const start =
    '[2,"1","StartTransaction",{"connectorId":3,"idTag":"T","meterStart":0,"timestamp":"2026-01-05T09:00:00Z"}]';
  await b.take(
    [
      { ...LINE, occurrence_time: '2026-01-05T09:00:00Z', frame: start },
      {
        ...LINE,
        direction: 'csms_to_station',
        occurrence_time: '2026-01-05T09:00:01Z',
        frame: '[3,"1",{"transactionId":5,"idTagInfo":{"status":"Accepted"}}]',
      },
    ],
    true,
  );
  assert.deepEqual(
    b.entries().map((e) => [e.action, e.fields.connector_id]),
    [
      ['StartTransaction', 3],
      ['StopTransaction', 3],
    ],
  );
});
