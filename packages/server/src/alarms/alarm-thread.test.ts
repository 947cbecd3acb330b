import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { firstIdAt } from '@ocpp-logs/core';
import { openStore, put, temporaryFolder } from '../store/sqlite/fixtures.ts';
import { AlarmThread } from './alarm-thread.ts';
import { active, DEPOT, said } from './alarms.fixture.ts';
import type { SeenFiring } from './evaluation.ts';

function thread(t: TestContext) {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  const seen = Promise.withResolvers<readonly SeenFiring[]>();
  const reports: string[] = [];
  const alarms = new AlarmThread({
    folder,
    clickhouse: null,
    allow: [],
    timeoutMs: 60_000,
    onFirings: seen.resolve,
    report: (line) => reports.push(line),
    onDamage: () => undefined,
  });
  t.after(() => alarms.close());
  const now = Date.now();
  const commit = () =>
    put(writer, DEPOT.id, [{ ...said(0, 'Faulted'), at: now }]).flatMap(({ id }) => id ?? []);
  return { alarms, seen: seen.promise, commit, now, reports };
}

test('changes are evaluated in the thread', async (t) => {
  const { alarms, seen, commit, now } = thread(t);
  await alarms.set([active('status:Faulted', { since: now - 1_000 })]);
  assert.ok(await alarms.tick());
  const ids = commit();
  alarms.changed(DEPOT.id, ids, false);
  const [firing] = await seen;
  assert.deepEqual([firing?.alarm, firing?.entries], ['a1', ids]);
});

test('of too many changes at once the time is read anew, and they are counted', async (t) => {
  const { alarms, seen, commit, now } = thread(t);
  await alarms.set([active('status:Faulted', { since: now - 1_000 })]);
  assert.ok(await alarms.tick());
  const [id = 0n] = commit();
  const many = Array.from({ length: 100_000 }, (_, at) => firstIdAt(now) + BigInt(at + 1));
  alarms.changed(DEPOT.id, [id, ...many], false);
  assert.equal(alarms.counters().alarms_changes_left_out_total, 100_001);
  assert.ok(await alarms.tick());
  const [firing] = await seen;
  assert.deepEqual(firing?.entries, [id]);
  assert.ok((alarms.counters().alarms_read_anew_total ?? 0) >= 2);
});

test('of too many changes of other nodes at once what these shipped is read anew', async (t) => {
  const { alarms, seen, commit, now } = thread(t);
  await alarms.set([active('status:Faulted', { since: now - 1_000 })]);
  assert.ok(await alarms.tick());
  const [id = 0n] = commit();
  const many = Array.from({ length: 100_000 }, (_, at) => firstIdAt(now) + BigInt(at + 1));
  alarms.changed(DEPOT.id, [id, ...many], true);
  assert.equal(alarms.counters().alarms_changes_left_out_total, 100_001);
  assert.ok(await alarms.tick());
  const [firing] = await seen;
  assert.deepEqual(firing?.entries, [id]);
});
