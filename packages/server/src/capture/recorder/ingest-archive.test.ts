/** What archives bring beside frames as they were: frames put together of parts, connection events, connectors. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDryRecorder } from './dry-recorder.ts';
import { recordingRig } from './recording-rig.ts';

const T = '2026-01-05T10:00:00.100Z';
const LINE = { charger_id: 'P', occurrence_time: T } as const;
const UP = { ...LINE, direction: 'station_to_csms' } as const;
const DOWN = { ...LINE, direction: 'csms_to_station' } as const;

const AUTHORIZE = '{"idTag":"T"}';
const REAL_CALL = { ...UP, frame: `[2, "77", "Authorize", ${AUTHORIZE}]` };
const REAL_ANSWER = {
  ...DOWN,
  occurrence_time: '2026-01-05T10:00:00.300Z',
  frame: '[3, "77", {"idTagInfo":{"status":"Accepted","expiryDate":"2027-01-01T00:00:00Z"}}]',
};
const REBUILT_CALL = { ...UP, rebuilt: true, frame: `[2,"log-1","Authorize",${AUTHORIZE}]` };
/** A page tells the status of the answer, and neither its payload nor its time. */
const REBUILT_ANSWER = {
  ...DOWN,
  rebuilt: true,
  untimed: true,
  frame: '[3,"log-1",{"idTagInfo":{"status":"Accepted"}}]',
};

test('an archive is known where its frames were recorded as they were', async (t) => {
  const b = await recordingRig(t);
  await b.take([REAL_CALL, REAL_ANSWER]);
  const again = await b.take([REBUILT_CALL, REBUILT_ANSWER], true, 'import');
  assert.deepEqual(again, { accepted: 0, duplicates: 2, rejected: [], entries: {} });
  const other = { ...REBUILT_CALL, frame: '[2,"log-2","Authorize",{"idTag":"U"}]' };
  assert.equal((await b.take([other], true, 'import')).accepted, 1);
});

test('an answer of an archive is known without its call in the same request', async (t) => {
  const b = await recordingRig(t);
  await b.take([REAL_CALL, REAL_ANSWER]);
  assert.equal((await b.take([REBUILT_ANSWER], false, 'import')).duplicates, 1);
  const invalid = { ...REBUILT_ANSWER, frame: '[3,"log-1",{"idTagInfo":{"status":"Invalid"}}]' };
  assert.equal((await b.take([invalid], true, 'import')).duplicates, 0);
});

test('frames as they were are known where an archive of them was imported', async (t) => {
  const b = await recordingRig(t);
  await b.take([REBUILT_CALL, REBUILT_ANSWER], true, 'import');
  assert.equal((await b.take([REBUILT_CALL, REBUILT_ANSWER], true, 'import')).duplicates, 2);
  assert.equal((await b.take([REAL_CALL, REAL_ANSWER], true, 'import')).duplicates, 2);
  const [entry, ...none] = b.entries();
  assert.deepEqual(none, []);
  assert.equal(entry?.messageId, 'log-1');
});

test('an archive without answers leaves no orphans behind when the frames come', async (t) => {
  const b = await recordingRig(t);
  await b.take([REBUILT_CALL], true, 'import');
  assert.equal((await b.take([REAL_CALL, REAL_ANSWER], true, 'import')).duplicates, 2);
  assert.deepEqual(b.entries('orphan'), []);
});

test('a call of an archive that still waits takes its answer', async (t) => {
  const b = await recordingRig(t);
  await b.take([REBUILT_CALL], false, 'import');
  const { accepted, duplicates } = await b.take([REBUILT_CALL, REBUILT_ANSWER], false, 'import');
  assert.deepEqual({ accepted, duplicates }, { accepted: 1, duplicates: 1 });
  assert.deepEqual(
    b.entries().map((entry) => entry.outcome),
    ['answered'],
  );
});

test('an answer whose time nobody tells is paired, without latency and without a time', async (t) => {
  const b = await recordingRig(t);
  await b.take([REBUILT_CALL, REBUILT_ANSWER], true, 'import');
  const [entry] = b.entries();
  assert.equal(entry?.outcome, 'answered');
  assert.equal(entry?.latency, null);
  assert.equal(entry?.answeredAt, null);
  assert.equal(entry?.fields.response_id_tag_info_status, 'Accepted');
});

test('of a source without times an answer has the time that all of it has', async (t) => {
  const b = await recordingRig(t);
  await b.take([
    { ...REAL_CALL, untimed: true },
    { ...REAL_ANSWER, occurrence_time: T, untimed: true },
  ]);
  const [entry] = b.entries();
  assert.deepEqual([entry?.outcome, entry?.latency, entry?.answeredAt], ['answered', null, Date.parse(T)]);
});

test('a connector told by an archive holds for a message that names none', async (t) => {
  const b = await recordingRig(t);
  const stop = '{"transactionId":5,"meterStop":1,"timestamp":"2026-01-05T10:00:00Z"}';
  await b.take([
    { ...UP, connector_id: 3, frame: `[2,"1","StopTransaction",${stop}]` },
    { ...UP, connector_id: 3, frame: '[2,"2","MeterValues",{"connectorId":1,"meterValue":[]}]' },
  ]);
  assert.deepEqual(
    b.entries().map((entry) => [entry.action, entry.fields.connector_id]),
    [
      ['StopTransaction', 3],
      ['MeterValues', 1],
    ],
  );
});

test('events of a connection become entries, once; its end loses what waits', async (t) => {
  const b = await recordingRig(t);
  const on = { connection_id: 'session-1' };
  const lines = [
    { ...LINE, ...on, event: { event: 'accepted', subprotocol: 'ocpp2.0.1' } },
    { ...UP, ...on, frame: '[2,"1","Heartbeat",{}]' },
    { ...LINE, ...on, occurrence_time: '2026-01-05T10:00:01Z', event: { event: 'closed', close_code: 1006 } },
    { ...DOWN, ...on, occurrence_time: '2026-01-05T10:00:02Z', frame: '[3,"1",{}]' },
  ];
  const { accepted, entries } = await b.take(lines, true, 'import');
  assert.equal(accepted, 4);
  assert.deepEqual(entries, { connection: 2, exchange: 1, orphan: 1 });
  assert.deepEqual(
    b.entries().map(({ outcome, version, connection }) => [outcome, version, connection]),
    [['connection_lost', '2.0.1', 'session-1']],
  );
  assert.deepEqual(
    b.entries('connection').map(({ event }) => event),
    [
      { event: 'accepted', subprotocol: 'ocpp2.0.1' },
      { event: 'closed', close_code: 1006 },
    ],
  );
  const again = await b.take(lines, true, 'import');
  assert.deepEqual(again, { accepted: 0, duplicates: 4, rejected: [], entries: {} });
  const elsewhere = lines.slice(0, 1).map((line) => ({ ...line, connection_id: 'session-2' }));
  assert.equal((await b.take(elsewhere)).accepted, 1);
});

test('chunks of one import that overlap in time become what they would in one', async (t) => {
  const at = (second: number) => new Date(Date.parse(T) + second * 1000).toISOString();
  const calls = Array.from({ length: 40 }, (_, n) => [
    { ...UP, occurrence_time: at(n * 10), frame: `[2,"${n}","Heartbeat",{}]` },
    { ...DOWN, occurrence_time: at(n * 10 + 1), frame: `[3,"${n}",{}]` },
  ]);
  // Every other exchange is torn apart, its call in a chunk that goes on for minutes before the answer comes.
  const torn = (n: number) => n % 2 === 0;
  const first = calls.flatMap(([call, answer], n) => (torn(n) ? [call] : [call, answer]));
  const second = calls.flatMap(([, answer], n) => (torn(n) ? [answer] : []));
  const b = await recordingRig(t);
  const lines = (all: readonly (object | undefined)[]) => all.filter((line) => line !== undefined);
  await b.take(lines(first), false, 'import');
  await b.take(lines(second), true, 'import');
  assert.deepEqual(
    b.entries().map(({ outcome, latency }) => [outcome, latency]),
    calls.map(() => ['answered', 1_000_000]),
  );
  assert.deepEqual(b.entries('orphan'), []);
});

test('a dry recorder tells what would come of it and stores nothing', async (t) => {
  const reports: string[] = [];
  const dry = openDryRecorder({ timeoutMs: 60_000, redact: [], onReport: (line) => reports.push(line) });
  t.after(() => dry.close());
  const body = (...lines: readonly object[]) =>
    Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'));
  const late = { ...REAL_ANSWER, occurrence_time: '2026-01-05T10:02:00Z' };
  const beat = { ...UP, occurrence_time: '2026-01-05T10:01:30Z', frame: '[2,"78","Heartbeat",{}]' };
  assert.deepEqual(
    await dry.ingest('s', 'import', body(REAL_CALL, beat, { ...UP, frame: 'no JSON' }), false),
    {
      accepted: 3,
      duplicates: 0,
      rejected: [],
      entries: { exchange: 2, malformed: 1 },
    },
  );
  assert.deepEqual(await dry.ingest('s', 'import', body(late, { ...late, direction: 'up' }), true), {
    accepted: 1,
    duplicates: 0,
    rejected: [{ line: 2, reason: 'direction is neither station_to_csms nor csms_to_station' }],
    entries: {},
  });
  assert.deepEqual(reports, []);
});
