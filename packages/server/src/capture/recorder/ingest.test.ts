import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry, exchangeMembers } from '@ocpp-logs/core';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { Ingest } from './ingest.ts';
import { overridden, recordingRig } from './recording-rig.ts';

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
    entries: { exchange: 1 },
    accepted: 2,
    duplicates: 0,
    rejected: [{ line: 2, reason: 'charger_id is empty' }],
  });
  assert.deepEqual(await b.take([answer, call]), { accepted: 0, duplicates: 2, rejected: [], entries: {} });
  assert.deepEqual(
    await b.take([call, call]),
    { accepted: 1, duplicates: 1, rejected: [], entries: { exchange: 1 } },
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

test('ingest: what is repeated because the store was away is stored once', async (t) => {
  let away = true;
  const b = await recordingRig(t, (writer) =>
    overridden(writer, 'commit', (commit) => {
      if (away) throw new StoreUnavailableError('the disk is full');
      return commit();
    }),
  );
  const call = { ...LINE, occurrence_time: '2026-01-05T10:00:00Z', frame: '[2,"1","Heartbeat",{}]' };
  for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(b.take([call]), StoreUnavailableError);
  away = false;
  assert.deepEqual(await b.take([call]), { accepted: 0, duplicates: 1, rejected: [], entries: {} });
  assert.deepEqual(
    b.entries().map((e) => e.outcome),
    ['pending'],
  );
});

test('ingest: a pushed answer without its call is on the disk when it is answered, and is known when it comes again', async (t) => {
  const b = await recordingRig(t);
  const answer = {
    ...LINE,
    direction: 'csms_to_station',
    occurrence_time: '2026-01-05T10:00:00Z',
    frame: '[4,"1","InternalError","failed",{"a":1}]',
  };
  assert.equal((await b.take([answer])).accepted, 1);
  const [orphan] = b.entries('orphan');
  assert.ok(orphan);
  assert.equal(new Map(exchangeMembers(encodeEntry(1n, orphan))).get('error_details'), '{"a":1}');
  assert.deepEqual(await b.take([answer]), { accepted: 0, duplicates: 1, rejected: [], entries: {} });
});

test('ingest: a line at which our own code fails costs no other', async (t) => {
  const b = await recordingRig(t, (writer) =>
    overridden(writer, 'rememberCharger', (remember, site, charger, facts) => {
      if (facts.vendor !== undefined) throw new Error('a fault');
      return remember(site, charger, facts);
    }),
  );
  const at = (second: number) => `2026-01-05T10:00:0${second}Z`;
  const boot = '[2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]';
  const answer = await b.take([
    { ...LINE, occurrence_time: at(0), frame: boot },
    { ...LINE, occurrence_time: at(1), frame: '[2,"2","Heartbeat",{}]' },
  ]);
  assert.equal(answer.accepted, 2);
  assert.ok(b.entries().some((e) => e.action === 'Heartbeat'));
  assert.ok(b.reports.includes('an error in ocpp-logs: a fault'));
});

test('ingest: an answer whose call is gone from the store is kept as an orphan', async (t) => {
  let gone = false;
  const b = await recordingRig(t, (writer) =>
    overridden(writer, 'read', (read, site, id) => (gone ? null : read(site, id))),
  );
  await b.take(
    [{ ...LINE, occurrence_time: '2026-01-05T10:00:00Z', frame: '[2,"1","Heartbeat",{}]' }],
    true,
    'import',
  );
  gone = true;
  await b.take(
    [{ ...LINE, direction: 'csms_to_station', occurrence_time: '2026-01-05T10:00:01Z', frame: '[3,"1",{}]' }],
    true,
    'import',
  );
  gone = false;
  assert.deepEqual(
    b.entries('orphan').map((e) => e.messageId),
    ['1'],
  );
});

test('conversations of sources that never end are bounded: the source quiet longest is no longer ended by its word', async (t) => {
  const rig = await recordingRig(t);
  const ingest = new Ingest(rig.recording, rig.writer, 3);
  const push = (source: string, chargers: readonly string[], last: boolean) => {
    const lines = chargers.map((charger_id) => ({
      charger_id,
      direction: 'station_to_csms',
      occurrence_time: '2026-01-05T12:00:00Z',
      frame: '[2,"a","Heartbeat",{}]',
    }));
    return ingest.take('s', source, Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')), last);
  };
  await push('first', ['A', 'B'], false);
  await push('second', ['C', 'D'], false);
  await push('first', [], true);
  await push('second', [], true);
  assert.deepEqual(
    rig.entries().map(({ charger, outcome }) => [charger, outcome]),
    [
      ['A', 'pending'],
      ['B', 'pending'],
      ['C', 'unanswered'],
      ['D', 'unanswered'],
    ],
  );
});
