import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derive, encodeEntry, exchangeMembers } from '@ocpp-logs/core';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { BatchBuilder } from './batch.ts';
import { Recording } from './recording.ts';
import { OPENED, overridden, RecordingRig, recordingRig, START } from './recording-rig.ts';

test('a call is visible as pending, its answer completes the same entry', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"a","Heartbeat",{}]');
  await b.handOver();
  assert.deepEqual(
    b.entries().map((e) => [e.action, e.outcome, e.answer]),
    [['Heartbeat', 'pending', null]],
  );
  b.now += 250;
  b.csms('[3,"a",{"currentTime":"2026-01-05T12:00:00Z"}]');
  await b.handOver();
  const [entry, ...none] = b.entries();
  assert.equal(none.length, 0);
  assert.equal(entry?.outcome, 'answered');
  assert.equal(entry?.latency, 250_000);
  assert.equal(entry?.answeredAt, START + 250);
  assert.deepEqual(
    b.commits.map(({ sites }) =>
      sites.flatMap((s) => Array.from(s.fresh, (fresh) => (fresh === 1 ? 'entry' : 'update'))),
    ),
    [['entry', 'entry'], ['update']],
  );
});

test('what a transaction was started with is known to its later messages, across a restart', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station(
    '[2,"1","StartTransaction",{"connectorId":2,"idTag":"T","meterStart":0,"timestamp":"2026-01-05T12:00:00Z"}]',
  );
  b.csms('[3,"1",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]');
  await b.handOver();
  b.now += 1000;
  b.station(
    '[2,"2","StopTransaction",{"transactionId":77,"meterStop":5,"timestamp":"2026-01-05T12:01:00Z"}]',
  );
  await b.handOver();
  const [start, stop] = b.entries();
  assert.equal(start?.fields.transaction_id, '77');
  assert.equal(start?.fields.request_transaction_id, undefined);
  assert.equal(stop?.fields.connector_id, 2);
  assert.equal(stop?.fields.request_transaction_id, 77);
});

test('an unanswered call times out and a late answer still finds it, read back from the store', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"a","Authorize",{"idTag":"T"}]');
  await b.handOver();
  b.now += 60_100;
  b.recording.tick();
  assert.equal(b.entries()[0]?.outcome, 'timeout');
  b.now += 1000;
  b.csms('[3,"a",{"idTagInfo":{"status":"Blocked"}}]');
  await b.handOver();
  const [late] = b.entries();
  assert.equal(late?.outcome, 'late');
  assert.equal(late?.latency, 61_100_000);
  assert.equal(late?.fields.response_id_tag_info_status, 'Blocked');
  assert.equal(late?.fields.request_id_tag, 'T');
});

test('a call sent again names the newer one; a closed connection loses what waits', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"a","Heartbeat",{}]');
  b.now += 10;
  b.station('[2,"a","Heartbeat",{}]');
  b.hangUp();
  await b.handOver();
  const [older, newer] = b.entries();
  assert.equal(older?.outcome, 'resent');
  assert.equal(newer?.outcome, 'connection_lost');
  const ids = b.commits.flatMap(({ sites }) => sites.flatMap((s) => [...s.ids]));
  assert.ok(older?.event?.event === 'succeeded' && ids.includes(BigInt(older.event.by)));
  assert.deepEqual(
    b.entries('connection').map((e) => e.event?.event),
    ['accepted', 'closed'],
  );
});

test('a rejected answer stays, and deriving the stored entry anew gives the same fields', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"a","Authorize",{"idTag":"T"}]');
  b.csms('[3,"a",{"idTagInfo":{"status":"Accepted"}}]');
  await b.handOver();
  b.station('[4,"a","GenericError","not like this",{"why":1}]');
  await b.handOver();
  const [entry] = b.entries();
  assert.ok(entry);
  assert.equal(entry.outcome, 'result_rejected');
  assert.equal(entry.error?.code, 'GenericError');
  assert.deepEqual(entry.fields, { request_id_tag: 'T', response_id_tag_info_status: 'Accepted' });
  assert.deepEqual(derive(entry).fields, entry.fields);
  const group = new Map(exchangeMembers(encodeEntry(1n, entry)));
  assert.equal(group.get('response_payload'), '{"idTagInfo":{"status":"Accepted"}}');
  assert.equal(group.get('error_details'), '{"why":1}');
});

test('malformed frames and orphans are entries, and traffic goes on', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('not json');
  b.station('[9,"x"]');
  b.station(Uint8Array.of(0xff, 0xfe));
  b.csms('[3,"nobody",{}]');
  b.station('[2,"a","Heartbeat",{}]');
  await b.handOver();
  assert.deepEqual(
    b.entries('malformed').map((e) => e.event?.event === 'malformed' && e.event.reason),
    ['not JSON', 'unknown message type', 'not UTF-8'],
  );
  assert.deepEqual([...(b.entries('malformed')[2]?.request?.bytes ?? [])], [0xff, 0xfe]);
  assert.deepEqual(
    b.entries('orphan').map((e) => [e.messageId, e.direction]),
    [['nobody', 'csms_to_station']],
  );
  assert.equal(b.entries().length, 1);
});

test('of a malformed text that names a secret only length and SHA-256 are kept', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('{"idToken":{"idToken":"1234","type":"KeyCode"}');
  await b.handOver();
  const [entry] = b.entries('malformed');
  assert.equal(entry?.request, null);
  assert.ok(entry?.event?.event === 'malformed');
  assert.equal(entry.event.length, 46);
  assert.match(entry.event.sha256 ?? '', /^[0-9a-f]{64}$/);
});

test('after a crash lost calls end, the blind time is a gap, and pushed calls still get their answers', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"a","Heartbeat",{}]');
  await b.handOver();
  const pushed = { charger_id: 'P', direction: 'station_to_csms', occurrence_time: '2026-01-05T12:00:00Z' };
  await b.take([{ ...pushed, frame: '[2,"p","Authorize",{"idTag":"T"}]' }]);
  b.close();

  const after = new RecordingRig(b.folder);
  t.after(() => after.close());
  after.now = START + 5000;
  after.recording.recover();
  assert.deepEqual(
    after.entries().map((e) => [e.charger, e.outcome]),
    [['CP1', 'connection_lost']],
  );
  const [gap] = after.entries('gap');
  assert.deepEqual(gap?.event, {
    event: 'gap',
    // Of the millisecond in which it opened nothing is certain.
    from: '2026-01-05T11:59:59.999Z',
    to: '2026-01-05T12:00:05.000Z',
    reason: 'the server stopped without closing the connection',
  });
  await after.take([
    {
      ...pushed,
      direction: 'csms_to_station',
      occurrence_time: '2026-01-05T12:00:00.5Z',
      frame: '[3,"p",{"idTagInfo":{"status":"Accepted"}}]',
    },
  ]);
  const answered = after.entries().find((e) => e.charger === 'P');
  assert.equal(answered?.outcome, 'answered');
  assert.equal(answered?.latency, 500_000);
});

test('a store that is away loses nothing: all is committed once it is back, and the hand-over waits till then', async (t) => {
  let away = true;
  const b = await recordingRig(t, (writer) =>
    overridden(writer, 'commit', (commit) => {
      if (away) throw new StoreUnavailableError('the disk is full');
      return commit();
    }),
  );
  b.open();
  b.station('[2,"a","Heartbeat",{}]');
  let settled = false;
  const handedOver = b.handOver().then(() => {
    settled = true;
  });
  b.recording.tick();
  assert.equal(settled, false);
  assert.equal(b.commits.length, 0);
  await assert.rejects(
    b.take([
      {
        charger_id: 'P',
        direction: 'station_to_csms',
        occurrence_time: '2026-01-05T12:00:00Z',
        frame: '[2,"p","Heartbeat",{}]',
      },
    ]),
    StoreUnavailableError,
  );
  away = false;
  b.recording.tick();
  await handedOver;
  assert.equal(b.entries().length, 1, 'the push was refused, so its sender comes again');
  assert.deepEqual(b.reports, [
    'the store is away, entries wait in memory: the disk is full',
    'the store is back, all entries that waited are committed',
  ]);
});

test('a clock that was set makes a gap with both times', async (t) => {
  const b = await recordingRig(t);
  b.open();
  await b.handOver();
  const monotonic = b.now;
  const recording = new Recording({
    writer: b.writer,
    // Real clocks do not count whole milliseconds.
    clock: { now: () => b.now, monotonic: () => (monotonic - START) * 1000 + 123 },
    redact: [],
    timeoutMs: 60_000,
    onCommitted: (committed) => b.commits.push(committed),
    report: (line) => b.reports.push(line),
  });
  const builder = new BatchBuilder();
  builder.event({ kind: 'opened', connection: 1, opened: OPENED, at: b.now, again: false });
  recording.batch(builder.take());
  b.now += 7200_000;
  recording.tick();
  assert.deepEqual(
    b.entries('gap').map((e) => e.event),
    [
      {
        event: 'gap',
        from: '2026-01-05T12:00:00.000Z',
        to: '2026-01-05T14:00:00.000Z',
        reason: 'the clock was set forward by 7200.000 s',
      },
    ],
  );
});

test('where a transaction of an endless name runs is not remembered, of one of a usual length it is', async (t) => {
  const b = await recordingRig(t);
  b.open(1, { subprotocol: 'ocpp2.0.1' });
  const event = (id: string, seqNo: number, name: string, evse: string) =>
    `[2,"${id}","TransactionEvent",{"eventType":"${seqNo === 0 ? 'Started' : 'Updated'}","timestamp":"2026-01-05T12:00:00Z","triggerReason":"Trigger","seqNo":${seqNo},"transactionInfo":{"transactionId":"${name}"}${evse}}]`;
  const names = ['t'.repeat(255), 'x'.repeat(256)];
  for (const [at, name] of names.entries()) {
    b.station(event(`a${at}`, 0, name, ',"evse":{"id":2}'));
    await b.handOver();
    b.now += 1000;
    b.station(event(`b${at}`, 1, name, ''));
    await b.handOver();
  }
  const later = b.entries().filter(({ messageId }) => messageId?.startsWith('b'));
  assert.deepEqual(
    later.map(({ fields }) => fields.connector_id),
    [2, undefined],
  );
});
