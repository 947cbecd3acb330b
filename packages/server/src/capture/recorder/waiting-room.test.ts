import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WAITING_BYTES_MAX } from './recording.ts';
import { recordingRig, START } from './recording-rig.ts';
import { CONVERSATIONS_MAX } from './virtual.ts';

const MAX = 100_000;
const call = (id: string, length = 10) => `[2,"${id}","DataTransfer",{"vendorId":"${'v'.repeat(length)}"}]`;
const answer = (id: string) => `[3,"${id}",{"status":"Accepted"}]`;

test('calls of all connections that wait take no more than the bound, and are answered none the less', async (t) => {
  const rig = await recordingRig(t, undefined, { waitingMax: MAX });
  const room = rig.recording.rooms.waiting;
  for (const connection of [1, 2, 3]) rig.open(connection);
  rig.station(call('quiet'), 3);
  await rig.handOver();
  for (let n = 0; n < 40; n += 1) {
    rig.now += 1;
    rig.station(call(`a${n}`), 1);
    rig.station(call(`b${n}`, 2_000), 2);
    await rig.handOver();
    assert.ok(room.bytes <= MAX, `${room.bytes} after ${n}`);
  }
  const outcomes = () => new Map(rig.entries().map(({ messageId, outcome }) => [messageId, outcome]));
  assert.equal(outcomes().get('quiet'), 'pending', 'what others do not let go is theirs to give up');
  assert.equal(outcomes().get('a0'), 'timeout');
  assert.equal(outcomes().get('b0'), 'timeout');
  const waiting = [...outcomes().values()].filter((outcome) => outcome === 'pending').length;
  assert.deepEqual([room.calls, room.ended], [waiting, 81 - waiting]);
  assert.deepEqual(rig.commits.at(-1)?.waiting, { calls: room.calls, bytes: room.bytes, ended: room.ended });
  for (let n = 0; n < 40; n += 1) {
    rig.csms(answer(`a${n}`), 1);
    rig.csms(answer(`b${n}`), 2);
  }
  rig.csms(answer('quiet'), 3);
  await rig.handOver();
  assert.deepEqual(new Set(outcomes().values()), new Set(['answered']));
  assert.equal(rig.entries('orphan').length, 0);
  for (const { request, answer: answered, messageId } of rig.entries()) {
    assert.match(Buffer.from(request?.bytes ?? []).toString(), new RegExp(`"${messageId}"`));
    assert.equal(Buffer.from(answered?.bytes ?? []).toString(), answer(messageId ?? ''));
  }
  assert.deepEqual([room.calls, room.bytes], [0, 0]);
});

test('one call that is larger than the bound waits in the store alone', async (t) => {
  const rig = await recordingRig(t, undefined, { waitingMax: MAX });
  rig.open();
  rig.station(call('large', 20_000));
  await rig.handOver();
  assert.deepEqual(
    [rig.entries()[0]?.outcome, rig.recording.rooms.waiting.calls, rig.recording.rooms.waiting.bytes],
    ['timeout', 0, 0],
  );
  rig.csms(answer('large'));
  await rig.handOver();
  assert.equal(rig.entries()[0]?.outcome, 'answered');
});

test('calls that end leave the room, however they end, also those that a level leaves out', async (t) => {
  const rig = await recordingRig(t);
  const { keptOut } = rig.recording;
  const room = rig.recording.rooms.waiting;
  for (const connection of [1, 2]) rig.open(connection);
  const talk = async (id: string) => {
    rig.station(call(id), 1);
    rig.station(call(id), 2);
    await rig.handOver();
    assert.equal(room.calls, 2, id);
  };
  await talk('answered');
  rig.csms(answer('answered'), 1);
  rig.csms('[4,"answered","InternalError","",{}]', 2);
  await rig.handOver();
  assert.equal(room.calls, 0);
  await talk('timed out');
  rig.now += 61_000;
  rig.recording.tick();
  assert.equal(room.calls, 0);
  keptOut.follow(new Map([['s', { level: 'minimal', pseudonymise: false, erased: [] }]]));
  await talk('left out');
  await talk('left out');
  for (const connection of [1, 2]) rig.hangUp(connection);
  await rig.handOver();
  assert.deepEqual([room.calls, room.bytes, room.ended], [0, 0, 0]);
});

test('calls that ended without an answer are bounded over all connections: the oldest are forgotten first', async (t) => {
  const rig = await recordingRig(t, undefined, { lateMax: 10 * 700 });
  const { late } = rig.recording.rooms;
  for (const connection of [1, 2]) rig.open(connection);
  for (let n = 0; n < 8; n += 1) {
    rig.now += 1;
    rig.station(call(`a${n}`), 1);
    rig.station(call(`b${n}`), 2);
  }
  await rig.handOver();
  rig.now += 61_000;
  rig.recording.tick();
  assert.ok(late.bytes <= 10 * 700 && late.calls === 10, `${late.calls}`);
  assert.equal(late.forgotten, 6);
  assert.deepEqual(rig.commits.at(-1)?.late, { calls: 10, bytes: late.bytes, forgotten: 6 });
  // Time-outs come connection by connection: of the first the oldest six.
  for (const id of ['a5', 'a6', 'b0']) rig.csms(answer(id), id.startsWith('a') ? 1 : 2);
  await rig.handOver();
  const outcomes = new Map(rig.entries().map(({ messageId, outcome }) => [messageId, outcome]));
  assert.deepEqual(
    ['a5', 'a6', 'b0'].map((id) => outcomes.get(id)),
    ['timeout', 'late', 'late'],
  );
  assert.deepEqual(
    rig.entries('orphan').map(({ messageId }) => messageId),
    ['a5'],
    'what comes too late for a call that is forgotten is kept by itself',
  );
  assert.equal(late.calls, 8);
  for (const connection of [1, 2]) rig.hangUp(connection);
  await rig.handOver();
  assert.deepEqual([late.calls, late.bytes], [0, 0]);
});

test('a quiet connection gives up its oldest for another that has none yet', async (t) => {
  const rig = await recordingRig(t, undefined, { lateMax: 3 * 700 });
  for (const connection of [1, 2]) rig.open(connection);
  for (const id of ['a0', 'a1', 'a2']) rig.station(call(id), 1);
  await rig.handOver();
  rig.now += 61_000;
  rig.recording.tick();
  rig.station(call('b0'), 2);
  await rig.handOver();
  rig.now += 61_000;
  rig.recording.tick();
  rig.csms(answer('b0'), 2);
  await rig.handOver();
  assert.equal(rig.entries().find(({ messageId }) => messageId === 'b0')?.outcome, 'late');
});

test('answers before their call are bounded over all sources of an import: the oldest become entries early', async (t) => {
  const rig = await recordingRig(t, undefined, { heldMax: 5_000 });
  const { held } = rig.recording.rooms;
  const at = (ms: number) => new Date(START + ms).toISOString();
  const answers = Array.from({ length: 8 }, (_, n) => ({
    charger_id: 'P',
    direction: 'csms_to_station',
    occurrence_time: at(n),
    frame: answer(`h${n}`),
  }));
  await rig.take(answers, false, 'import');
  assert.ok(held.bytes <= 5_000 && held.calls > 0, `${held.bytes}`);
  assert.equal(held.ended, 8 - held.calls);
  assert.equal(rig.entries('orphan').length, held.ended);
  assert.equal(rig.commits.at(-1)?.held.ended, held.ended);
  const calls = answers.map(({ charger_id }, n) => ({
    charger_id,
    direction: 'station_to_csms',
    occurrence_time: at(100 + n),
    frame: call(`h${n}`),
  }));
  const kept = held.calls;
  await rig.take(calls, true, 'import');
  assert.equal(rig.entries().filter(({ outcome }) => outcome === 'answered').length, kept);
  assert.deepEqual([held.calls, held.bytes], [0, 0]);
});

test('the bound is far above what a full server has waiting: a call of each station, and one back', () => {
  assert.ok(WAITING_BYTES_MAX > 18_000 * 2 * 3_000);
});

test('of sources beyond the bound the one quiet longest ends, and nothing of it stays in memory', async (t) => {
  const rig = await recordingRig(t);
  const { late } = rig.recording.rooms;
  const frame = call('a');
  const line = (n: number) => ({
    charger_id: `P${n}`,
    direction: 'station_to_csms',
    occurrence_time: new Date(START).toISOString(),
    frame,
  });
  await rig.take([line(0)]);
  for (let from = 1; from <= CONVERSATIONS_MAX; from += 5_000) {
    await rig.take(Array.from({ length: 5_000 }, (_, n) => line(from + n)));
  }
  assert.equal(rig.recording.virtual.size, CONVERSATIONS_MAX);
  const [first] = rig.entries();
  assert.deepEqual([first?.charger, first?.outcome], ['P0', 'unanswered']);
  assert.deepEqual([late.calls, late.bytes], [0, 0]);
});
