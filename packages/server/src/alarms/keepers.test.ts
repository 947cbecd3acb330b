/** Alarms that nobody answers for any more: seen, held back, written down once, and begun anew by who takes them over. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { AlarmRecord } from '../store/alarms.ts';
import { alarm } from '../store/control/conformance/alarms.ts';
import type { KeyRecord } from '../store/control.ts';
import { ADA, ALL, NOW, seen, serviceRig } from './alarm-service.fixture.ts';

const TARGET = { kind: 'webhook', id: 't1', url: 'https://x.example/', sealed: null } as const;
const KEY: KeyRecord = {
  id: 'key_1',
  name: 'of a script',
  apiKey: 'k',
  scopes: ['admin'],
  sites: ['depot'],
  expires: null,
  created: 1,
  lastUsed: null,
  revoked: false,
  bearerHash: '',
  sealedSecret: new Uint8Array(),
};

/** With one alarm that tells a target which takes nothing. */
async function rig(t: TestContext, change: Partial<AlarmRecord> = {}, shared = false) {
  const all = await serviceRig(t, {}, shared);
  const { alarms, service, thread } = all;
  await alarms.put(alarm('a1', { name: 'Faults', targets: [TARGET], ...change }));
  thread.answer = 'it answered 503';
  await service.start();
  await setImmediate();
  const kept = () => alarms.records().find(({ id }) => id === change.id || id === 'a1') ?? assert.fail();
  const evaluated = () => thread.sets.at(-1)?.some(({ id }) => id === 'a1');
  const states = async () =>
    (await alarms.firings(ALL)).map(({ key, deliveries }) => [key, ...deliveries.map(({ state }) => state)]);
  return { ...all, kept, evaluated, states };
}

test('an alarm of somebody who is removed tells nothing more, drops what waits, and is in the audit log once', async (t) => {
  const { thread, people, changed, kept, evaluated, states, audited, service, clock, timers } = await rig(t);
  thread.see([seen('k1')]);
  await setImmediate();
  assert.deepEqual([thread.sent.length, evaluated(), await states()], [1, true, [['k1', 'waiting']]]);
  people.clear();
  clock.now += 3;
  await changed();
  assert.deepEqual(kept().lost, { why: 'removed', at: NOW + 3 });
  assert.deepEqual([evaluated(), await states()], [false, [['k1', 'dropped']]]);
  assert.equal(
    timers.some(({ ms }) => ms === 5_000),
    false,
    'no further attempt is waited for',
  );
  const { at, actor, action, target, details } = audited[0] ?? assert.fail();
  assert.deepEqual(
    [at, actor, action, target, details],
    [NOW + 3, 'server', 'alarm-unkept', 'a1', { name: 'Faults', why: 'removed', keeper: ADA.id, dropped: 1 }],
  );
  // What the thread had seen already is not kept.
  thread.see([seen('k2', { at: NOW + 1 })]);
  await changed();
  assert.deepEqual([thread.sent.length, (await states()).length, audited.length], [1, 1, 1]);
  const counted = service.counters();
  assert.deepEqual(
    ['unkept', 'keepers_lost_total', 'deliveries_dropped_total', 'firings_unkept_total'].map(
      (name) => counted[`alarms_${name}`],
    ),
    [1, 1, 1, 1],
  );
});

test('a key that expires is seen without anybody changing anything', async (t) => {
  const { keys, changed, kept, evaluated, clock, pass, audited, alarms } = await rig(t);
  keys.push({ ...KEY, expires: NOW + 500 });
  await alarms.put({ ...kept(), changedBy: 'key_1', sites: ['depot'] });
  await changed();
  assert.deepEqual([kept().lost, evaluated()], [null, true]);
  clock.now = NOW + 500;
  await pass(1_000);
  assert.deepEqual([kept().lost?.why, evaluated()], ['expired', false]);
  const [{ site, details } = assert.fail()] = audited;
  assert.deepEqual([site, details.keeper, details.dropped], ['depot', 'of a script', 0]);
});

test('who takes it over has it begin anew: nothing of what came meanwhile is told, what comes then is', async (t) => {
  const { thread, people, changed, kept, evaluated, states, alarms, service, clock } = await rig(t);
  thread.see([seen('k1')]);
  await setImmediate();
  people.clear();
  await changed();
  people.set('user_bob', { ...ADA, id: 'user_bob', name: 'bob' });
  clock.now += 60_000;
  await alarms.put({ ...kept(), changed: clock.now, changedBy: 'user_bob', lost: null });
  assert.deepEqual([evaluated(), service.lostKeeper(kept())], [true, null]);
  assert.equal(thread.sets.at(-1)?.find(({ id }) => id === 'a1')?.since, clock.now);
  thread.answer = null;
  thread.see([seen('k3', { at: clock.now })]);
  await setImmediate();
  assert.deepEqual(await states(), [
    ['k3', 'sent'],
    ['k1', 'dropped'],
  ]);
});

test('who has access again has to take the alarm over: it does not begin to tell by itself', async (t) => {
  const { people, changed, kept, evaluated, audited } = await rig(t);
  people.set(ADA.id, { ...ADA, disabled: true });
  await changed();
  people.set(ADA.id, ADA);
  await changed();
  assert.deepEqual([kept().lost?.why, evaluated(), audited.length], ['disabled', false, 1]);
});

test('while control data may be old nothing is sent and nothing written down; what is known then counts', async (t) => {
  const { thread, people, changed, kept, database, pass, alarms, states, service, reports } = await rig(
    t,
    {},
    true,
  );
  const held = () => service.counters().alarms_deliveries_held;
  database.current = false;
  thread.see([seen('k1')]);
  await setImmediate();
  people.clear();
  await changed();
  assert.deepEqual([thread.sent, kept().lost, await states()], [[], null, [['k1', 'waiting']]]);
  assert.equal(held(), 1);
  database.current = true;
  const { lose } = alarms;
  alarms.lose = () => Promise.reject(new Error('nobody answers'));
  await pass(1_000);
  assert.deepEqual([thread.sent, kept().lost, held()], [[], null, 1]);
  await assert.rejects(service.settleKeeper(kept()), /nobody answers/);
  assert.deepEqual(reports, [
    'that nobody answers for an alarm any more could not be written down: nobody answers',
  ]);
  alarms.lose = lose;
  await changed();
  assert.equal(held(), 0);
  assert.deepEqual([thread.sent, kept().lost?.why, await states()], [[], 'removed', [['k1', 'dropped']]]);
});

test('where another node was first nothing is told to the audit log a second time', async (t) => {
  const { people, changed, alarms, audited, evaluated, service } = await rig(t, {}, true);
  alarms.lose = async () => null;
  people.clear();
  await changed();
  assert.deepEqual([audited, evaluated()], [[], false]);
  assert.equal(service.counters().alarms_keepers_lost_total, 0);
});

test('of what comes with the server the targets have a keeper, and not what the dashboard is told', async (t) => {
  const { thread, people, changed, states, alarms, service } = await rig(t, { ready: true });
  people.clear();
  await changed();
  assert.equal(alarms.records().find(({ id }) => id === 'a1')?.lost?.why, 'removed');
  const told: string[] = [];
  service.listen(({ key }) => told.push(key));
  thread.see([seen('k1')]);
  await setImmediate();
  assert.deepEqual([thread.sent, told, await states()], [[], ['k1'], [['k1']]]);
});
