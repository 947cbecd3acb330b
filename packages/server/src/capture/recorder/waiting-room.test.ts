import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WAITING_BYTES_MAX } from './recording.ts';
import { recordingRig } from './recording-rig.ts';

const MAX = 100_000;
const call = (id: string, length = 10) => `[2,"${id}","DataTransfer",{"vendorId":"${'v'.repeat(length)}"}]`;
const answer = (id: string) => `[3,"${id}",{"status":"Accepted"}]`;

test('calls of all connections that wait take no more than the bound, and are answered none the less', async (t) => {
  const rig = await recordingRig(t, undefined, { waitingMax: MAX });
  const room = rig.recording.waiting;
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
    [rig.entries()[0]?.outcome, rig.recording.waiting.calls, rig.recording.waiting.bytes],
    ['timeout', 0, 0],
  );
  rig.csms(answer('large'));
  await rig.handOver();
  assert.equal(rig.entries()[0]?.outcome, 'answered');
});

test('calls that end leave the room, however they end, also those that a level leaves out', async (t) => {
  const rig = await recordingRig(t);
  const { waiting: room, keptOut } = rig.recording;
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

test('the bound is far above what a full server has waiting: a call of each station, and one back', () => {
  assert.ok(WAITING_BYTES_MAX > 18_000 * 2 * 3_000);
});
