import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORDINAL_BITS } from '@ocpp-logs/core';
import type { EntryWriter, Slot } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { overridden, type RecordingRig, recordingRig, START } from './recording-rig.ts';
import { BARE_ENTRY } from './tracked.ts';

const FULL = 'more than 2097152 entries in one millisecond of one site';

/** So that so many more may come at this time. */
function leaveRoom(rig: RecordingRig, at: number, entries: number): void {
  const id = (BigInt(at) << ORDINAL_BITS) + 2n ** ORDINAL_BITS - BigInt(entries) - 1n;
  const slot: Slot = { id };
  rig.writer.apply('s', [{ slot, entry: { ...BARE_ENTRY, kind: 'setting', at, charger: '' } }]);
  rig.writer.commit();
}

const lineOf = (frame: string, ms = 0, direction = 'station_to_csms') => ({
  charger_id: 'P',
  direction,
  occurrence_time: new Date(START + ms).toISOString(),
  frame,
});
const call = (id: string, ms = 0) => lineOf(`[2,"${id}","Heartbeat",{}]`, ms);
const answer = (id: string, ms = 0) =>
  lineOf(`[3,"${id}",{"currentTime":"2026-01-05T12:00:00Z"}]`, ms, 'csms_to_station');

const gapsOf = (rig: RecordingRig) =>
  rig.entries('gap').map(({ at, charger, event }) => {
    assert.ok(event?.event === 'gap');
    return { at: at - START, charger, from: event.from, to: event.to, reason: event.reason };
  });
const iso = (ms: number) => new Date(START + ms).toISOString();

/** A writer that refuses calls of this id for a reason of its own. */
const refusing = (id: string) => (writer: EntryWriter) =>
  overridden(writer, 'apply', (apply, site, changes, settled) => {
    if (changes.some(({ entry }) => entry.messageId === id)) throw new RangeError(`no such time: ${id}`);
    return apply(site, changes, settled);
  });

test('a push names the lines that a full millisecond has no room for, and a gap tells how many', async (t) => {
  const rig = await recordingRig(t);
  leaveRoom(rig, START, 1);
  const told = await rig.take([call('a'), call('b'), answer('b', 5), call('c'), call('d', 1)]);
  assert.deepEqual(told, {
    accepted: 2,
    duplicates: 0,
    rejected: [
      { line: 2, reason: `not stored: ${FULL}` },
      { line: 3, reason: `not stored: ${FULL}` },
      { line: 4, reason: `not stored: ${FULL}` },
    ],
    entries: { exchange: 2, gap: 1 },
  });
  assert.deepEqual(
    rig.entries().map(({ messageId }) => messageId),
    ['a', 'd'],
  );
  assert.deepEqual(gapsOf(rig), [
    { at: 1, charger: 'P', from: iso(0), to: iso(1), reason: `2 entries were not stored: ${FULL}` },
  ]);
  assert.equal(rig.commits.at(-1)?.notStored, 2);
  assert.equal(rig.commits.at(-1)?.faults, 0, 'a bound is no error of ours');
  assert.match(rig.reports.join('\n'), /an entry was not stored: more than 2097152 .*"charger":"P"/);

  const again = await rig.take([call('a'), call('b'), answer('b', 5)]);
  assert.deepEqual([again.accepted, again.duplicates, again.rejected.length], [0, 1, 2]);
  const alone = await rig.take([answer('b', 5)]);
  assert.deepEqual([alone.accepted, alone.rejected], [1, []]);
  assert.deepEqual(
    rig.entries('orphan').map(({ messageId }) => messageId),
    ['b'],
    'of a call that is not there the answer is kept by itself',
  );
});

test('many entries of a full millisecond cost a few commits, not one each', async (t) => {
  let commits = 0;
  const rig = await recordingRig(t, (writer) =>
    overridden(writer, 'commit', (commit) => {
      commits += 1;
      return commit();
    }),
  );
  leaveRoom(rig, START, 1500);
  commits = 0;
  const calls = Array.from({ length: 2000 }, (_, nth) => call(`c${nth}`));
  const { accepted, rejected } = await rig.take(calls, true, 'import');
  assert.deepEqual(
    [accepted, rejected.length, rejected[0]?.line, rejected.at(-1)?.line],
    [1500, 500, 1501, 2000],
  );
  assert.deepEqual(
    rig.entries().map(({ messageId }) => messageId),
    Array.from({ length: 1500 }, (_, nth) => `c${nth}`),
  );
  assert.equal(gapsOf(rig)[0]?.reason, `500 entries were not stored: ${FULL}`);
  assert.ok(commits < 20, `${commits} commits`);
});

test('a source to its end, as an import is, has the same lines named', async (t) => {
  const rig = await recordingRig(t);
  leaveRoom(rig, START, 1);
  const { accepted, rejected } = await rig.take([call('a'), call('b')], true, 'import');
  assert.deepEqual([accepted, rejected.map(({ line }) => line)], [1, [2]]);
});

test('the gap finds a place where the milliseconds behind are full as well', async (t) => {
  const rig = await recordingRig(t);
  for (const ms of [0, 1, 2]) leaveRoom(rig, START + ms, 0);
  await rig.take([call('a')]);
  assert.deepEqual(
    gapsOf(rig).map(({ at, from, to }) => [at, from, to]),
    [[4, iso(0), iso(1)]],
  );
});

test('where no place is left the loss is told with the next one', async (t) => {
  const rig = await recordingRig(t);
  leaveRoom(rig, START, 0);
  for (let step = 0; step < 17; step += 1) leaveRoom(rig, START + 2 ** step, 0);
  const { rejected } = await rig.take([call('a')]);
  assert.equal(rejected.length, 1);
  assert.deepEqual(gapsOf(rig), []);
  await rig.take([call('b', 500_000)]);
  leaveRoom(rig, START + 500_000, 0);
  await rig.take([call('c', 500_000)]);
  assert.deepEqual(
    gapsOf(rig).map(({ from, to, reason }) => [from, to, reason]),
    [[iso(0), iso(500_001), `2 entries were not stored: ${FULL}`]],
  );
});

test('an entry that the store refuses costs none of its neighbours, live ones neither', async (t) => {
  const rig = await recordingRig(t, refusing('poison'));
  rig.open();
  for (const id of ['1', 'poison', '2']) {
    rig.station(`[2,"${id}","Heartbeat",{}]`);
    rig.now += 10;
  }
  await rig.handOver();
  assert.deepEqual(
    rig.entries().map(({ messageId }) => messageId),
    ['1', '2'],
  );
  assert.deepEqual(gapsOf(rig), [
    {
      at: 10,
      charger: 'CP1',
      from: iso(10),
      to: iso(11),
      reason: '1 entry was not stored: an error in ocpp-logs',
    },
  ]);
  assert.equal(rig.entries('gap')[0]?.connection, rig.entries()[0]?.connection);
  assert.ok(rig.reports.includes('an error in ocpp-logs: no such time: poison'));
  assert.deepEqual([rig.commits.at(-1)?.notStored, rig.commits.at(-1)?.faults], [1, 1]);
});

test('what an error says of what was to be stored is for the log of the server alone', async (t) => {
  const rig = await recordingRig(t, refusing('secret'));
  const { rejected } = await rig.take([call('secret'), call('a')]);
  assert.deepEqual(rejected, [{ line: 1, reason: 'not stored: an error in ocpp-logs' }]);
  assert.doesNotMatch(JSON.stringify(gapsOf(rig)), /secret/);
});

test('of a call that was sent again beside a refused one it is still told which took its place', async (t) => {
  const rig = await recordingRig(t, refusing('poison'));
  rig.open();
  rig.station('[2,"a","Heartbeat",{}]');
  rig.station('[2,"poison","Heartbeat",{}]');
  rig.station('[2,"a","Heartbeat",{}]');
  await rig.handOver();
  const [older, newer] = rig.entries();
  assert.deepEqual([older?.outcome, newer?.outcome], ['resent', 'pending']);
  const ids = rig.commits.flatMap(({ sites }) => sites.flatMap((site) => [...site.ids]));
  assert.ok(older?.event?.event === 'succeeded');
  const { by } = older.event;
  assert.ok(ids.some((id) => String(id) === by && rig.writer.read('s', id)?.outcome === 'pending'));
});

test('a refused answer leaves its call as it was, and is named', async (t) => {
  let refused = false;
  const rig = await recordingRig(t, (writer) =>
    overridden(writer, 'apply', (apply, site, changes, settled) => {
      if (refused && changes.some(({ entry }) => entry.answer !== null)) throw new RangeError('not now');
      return apply(site, changes, settled);
    }),
  );
  await rig.take([call('a')]);
  refused = true;
  const { accepted, rejected } = await rig.take([answer('a', 5), call('b', 6)]);
  assert.deepEqual([accepted, rejected.map(({ line }) => line)], [1, [1]]);
  assert.deepEqual(
    rig.entries().map(({ messageId, outcome }) => [messageId, outcome]),
    [
      ['a', 'pending'],
      ['b', 'pending'],
    ],
  );
  assert.equal(gapsOf(rig).length, 1);
});

test('a store that goes away while a loss is told keeps what is told, and tells it once it is back', async (t) => {
  let away = false;
  const rig = await recordingRig(t, (writer) =>
    overridden(refusing('poison')(writer), 'apply', (apply, site, changes, settled) => {
      if (away && changes.some(({ entry }) => entry.kind === 'gap'))
        throw new StoreUnavailableError('the disk is full');
      return apply(site, changes, settled);
    }),
  );
  rig.open();
  rig.station('[2,"1","Heartbeat",{}]');
  rig.station('[2,"poison","Heartbeat",{}]');
  away = true;
  const committed = rig.handOver();
  rig.recording.tick();
  assert.equal(rig.recording.failing, true);
  away = false;
  rig.recording.tick();
  await committed;
  assert.equal(rig.recording.failing, false);
  assert.deepEqual(
    rig.entries().map(({ messageId }) => messageId),
    ['1'],
  );
  assert.equal(gapsOf(rig).length, 1);
  assert.equal(rig.commits.at(-1)?.notStored, 1, 'what was tried again is counted once');
});
