import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type FiringRecord, type NewFiring, TELLS_EVERY_MS } from '../store/alarms.ts';
import { alarm } from '../store/control/conformance/alarms.ts';
import type { OtherNodes } from '../store/other-nodes.ts';
import { ALL, NOW, seen, serviceRig, TRIAL } from './alarm-service.fixture.ts';
import { TooManyTrials } from './alarm-service.ts';
import type { Trial } from './trial.ts';

test('neither a thread that waits for ever nor a target that does not answer keeps the server from ending', async (t) => {
  const { service, alarms, thread } = await serviceRig(t);
  await service.start();
  const target = { kind: 'webhook', id: 't1', url: 'https://x.example/', sealed: null } as const;
  await alarms.put(alarm('a1', { targets: [target] }));
  thread.hangs = true;
  thread.see([seen('k1')]);
  await setImmediate();
  assert.equal(thread.sent.length, 1);
  await service.close();
  assert.equal(thread.closed, true);
  const [first] = await alarms.firings(ALL);
  assert.deepEqual(
    first?.deliveries.map(({ state }) => state),
    ['waiting'],
    'it is sent after the next start',
  );
});

test('two alarms come with the server, switched on; what is changed of them stays', async (t) => {
  const { service, alarms, thread } = await serviceRig(t);
  await service.start();
  assert.deepEqual(
    alarms.records().map(({ name, rule, enabled, ready, targets }) => [name, rule, enabled, ready, targets]),
    [
      ['Connector Faulted', 'action:StatusNotification status:Faulted', true, true, []],
      ['Station silent for 15 minutes', 'SILENT 15min', true, true, []],
    ],
  );
  assert.deepEqual(
    thread.sets.at(-1)?.map(({ id, sites, since, through }) => [id, sites, since, through]),
    [
      ['alarm_faulted', [{ id: 'depot', name: 'Depot North' }], NOW, null],
      ['alarm_silent', [{ id: 'depot', name: 'Depot North' }], NOW, null],
    ],
  );
  const [first] = alarms.records();
  assert.ok(first);
  await alarms.put({ ...first, enabled: false });
  assert.deepEqual(
    thread.sets.at(-1)?.map(({ id }) => id),
    ['alarm_silent'],
  );
  const { service: again, alarms: kept } = await serviceRig(t, {});
  await kept.addReady([{ ...first, enabled: false }]);
  await again.start();
  assert.equal(kept.records().find(({ id }) => id === first.id)?.enabled, false);
});

test('what comes true is kept, told to those who listen and to its targets; once, however often it is seen', async (t) => {
  const { service, alarms, thread } = await serviceRig(t);
  await service.start();
  const target = { kind: 'webhook', id: 't1', url: 'https://x.example/', sealed: null } as const;
  await alarms.put(alarm('a1', { targets: [target], quietMinutes: 1 }));
  const told: FiringRecord[] = [];
  const leave = service.listen((firing) => told.push(firing));
  thread.see([seen('k1'), seen('k2', { at: NOW + 1 }), seen('k3', { charger: 'CP-2' })]);
  await setImmediate();
  thread.see([seen('k1')]);
  await setImmediate();
  assert.deepEqual(
    told.map(({ n, key, entries, fired, node }) => [n, key, entries, fired, node]),
    [
      [1, 'k1', ['7'], NOW, 'here'],
      [2, 'k3', ['7'], NOW, 'here'],
    ],
  );
  const [, first] = await alarms.firings(ALL);
  assert.deepEqual(
    thread.sent,
    told.map(({ id }) => id),
  );
  for (const id of thread.sent) assert.match(id ?? '', /^firing_[0-9a-f]{24}$/);
  assert.deepEqual(first?.deliveries, [{ target: 't1', state: 'sent', attempts: 1, at: NOW, error: null }]);
  const { alarms_firings_total: fired, alarms_firings_quiet_total: quiet } = service.counters();
  assert.deepEqual([fired, quiet], [2, 1]);
  leave();
  thread.see([seen('k4', { charger: 'CP-3' })]);
  await setImmediate();
  assert.equal(told.length, 2);
});

test('while control data is away what came true waits, and what is too much is left out and counted', async (t) => {
  const { service, alarms, thread, reports, pass } = await serviceRig(t);
  await service.start();
  await alarms.put(alarm('a1'));
  const { fire } = alarms;
  alarms.fire = () => Promise.reject(new Error('nobody answers'));
  thread.see(Array.from({ length: 1_010 }, (_, at) => seen(`k${at}`, { at: NOW + at * 60_000 })));
  await setImmediate();
  assert.deepEqual(reports, ['what alarms saw could not be kept: nobody answers']);
  assert.deepEqual(
    [service.counters().alarms_firings_waiting, service.counters().alarms_firings_left_out_total],
    [1_000, 10],
  );
  await pass(1_000);
  assert.deepEqual(
    (await alarms.progress()).filter(({ alarm: id }) => id === 'a1'),
    [],
  );
  alarms.fire = fire;
  await pass(2_000);
  while (service.counters().alarms_firings_waiting !== 0) await setImmediate();
  assert.equal((await alarms.firings({ ...ALL, take: 500 })).length, 500);
});

test('how far it has come is noted now and then, never while something is missing, and at the end', async (t) => {
  const { service, alarms, thread, clock, pass } = await serviceRig(t);
  await service.start();
  const through = async () => (await alarms.progress()).map((each) => each.through);
  await pass(1_000);
  assert.deepEqual(await through(), [NOW - 2_000, NOW - 2_000]);
  thread.through = NOW - 1_000;
  await pass(1_000);
  assert.deepEqual(await through(), [NOW - 2_000, NOW - 2_000]);
  clock.now += 30_000;
  thread.through = null;
  await pass(1_000);
  assert.deepEqual(await through(), [NOW - 2_000, NOW - 2_000]);
  thread.through = NOW + 28_000;
  await service.close();
  assert.deepEqual(await through(), [NOW + 28_000, NOW + 28_000]);
  assert.equal(thread.closed, true);
});

test('after a start alarms go on from there, and deliveries, too', async (t) => {
  const { service, alarms, thread } = await serviceRig(t);
  await alarms.put(
    alarm('a1', { targets: [{ kind: 'webhook', id: 't1', url: 'https://x.example/', sealed: null }] }),
  );
  await alarms.evaluated(['a1'], 777, 'here');
  const waiting = { target: 't1', state: 'waiting', attempts: 0, at: null, error: null } as const;
  const { entries: _, ...base } = seen('k1');
  const firing: NewFiring = {
    ...base,
    id: 'firing_k1',
    entries: [],
    fired: 1,
    node: 'here',
    deliveries: [waiting],
    quietMs: 0,
  };
  await alarms.fire([firing, { ...firing, id: 'firing_k2', key: 'k2', node: 'there' }]);
  await service.start();
  await setImmediate();
  assert.equal(thread.sets.at(-1)?.find(({ id }) => id === 'a1')?.through, 777);
  assert.deepEqual(thread.sent, ['firing_k1']);
});

test('changes of this node and of others go to the thread as long as an alarm is on', async (t) => {
  let elsewhere: Parameters<OtherNodes['listen']>[0] = () => undefined;
  const followed: (readonly string[])[] = [];
  let missed = () => undefined as unknown;
  const others: OtherNodes = {
    listen: (told, lost) => {
      elsewhere = told;
      missed = lost;
    },
    follow: async (sites) => {
      followed.push(sites);
      return { fresh: [], leave: () => followed.push([]) };
    },
  };
  const { service, alarms, thread, commit } = await serviceRig(t, { others });
  await service.start();
  await setImmediate();
  commit('depot', [{ seq: 1, id: 5n, change: 'entry' }]);
  elsewhere('depot', [{ id: 6n, change: 'update' }]);
  assert.deepEqual(thread.told, [
    ['depot', [5n], false],
    ['depot', [6n], true],
  ]);
  assert.deepEqual(thread.readAnew, [['depot']], 'what came before they were followed');
  missed();
  await alarms.put(alarm('a1'));
  await setImmediate();
  assert.deepEqual(
    thread.readAnew,
    [['depot'], ['depot'], ['depot']],
    'what was missed, and for a new alarm',
  );
  for (const each of alarms.records()) await alarms.put({ ...each, enabled: false });
  await setImmediate();
  assert.deepEqual(followed, [['depot'], [], []]);
  commit('depot', [{ seq: 2, id: 7n, change: 'entry' }]);
  assert.equal(thread.told.length, 2);
});

test('where control data is shared those who listen hear of all firings in the order in which they are kept', async (t) => {
  const { service, alarms, thread, pass } = await serviceRig(t, {}, true);
  await alarms.put(alarm('a1'));
  const { entries: _, ...base } = seen('k0');
  const rest = { entries: [], fired: 1, node: 'there', deliveries: [], quietMs: 0 };
  const other: NewFiring = { ...base, ...rest, id: 'firing_k0' };
  await alarms.fire([other]);
  await service.start();
  const told: number[] = [];
  service.listen(({ n }) => told.push(n));
  await alarms.fire([{ ...other, id: 'firing_k1', key: 'k1' }]);
  thread.see([seen('k2')]);
  await setImmediate();
  assert.deepEqual(told, []);
  await pass(2_000);
  assert.deepEqual(told, [2, 3]);
  await pass(2_000);
  assert.deepEqual(told, [2, 3]);
});

test('what waited for a node that is gone is told by another, which tells that it lives itself', async (t) => {
  const { service, alarms, thread, pass, reports } = await serviceRig(t, {}, true);
  const target = { kind: 'webhook', id: 't1', url: 'https://x.example/', sealed: null } as const;
  await alarms.put(alarm('a1', { targets: [target] }));
  const waiting = { target: 't1', state: 'waiting', attempts: 0, at: null, error: null } as const;
  const { entries: _, ...base } = seen('k1');
  const rest = { id: 'firing_k1', entries: [], fired: 1, node: 'here', deliveries: [waiting], n: 9 };
  const record: FiringRecord = { ...base, ...rest };
  const asked: (readonly unknown[])[] = [];
  let gone: readonly FiringRecord[] = [];
  alarms.takeOver = async (...of) => {
    asked.push(of);
    return gone;
  };
  await service.start();
  assert.deepEqual([...asked], [['here', 200, undefined]], 'nothing is shipped here');
  gone = [record];
  await pass(TELLS_EVERY_MS);
  assert.deepEqual(thread.sent, ['firing_k1']);
  assert.equal(service.counters().alarms_firings_taken_over_total, 1);
  alarms.takeOver = () => Promise.reject(new Error('nobody answers'));
  await pass(TELLS_EVERY_MS);
  assert.deepEqual(reports, ['firings of nodes that are gone: nobody answers']);
  alarms.takeOver = async (...of) => {
    asked.push(of);
    return [];
  };
  await pass(TELLS_EVERY_MS);
  assert.equal(asked.length, 3, 'it is tried again');
});

test('silence is judged up to what all nodes have told, after this one told how far it is', async (t) => {
  const others: OtherNodes = {
    listen: () => undefined,
    follow: async () => ({ fresh: [], leave: () => undefined }),
  };
  let own: number | null = null;
  const { service, alarms, thread, pass, clock } = await serviceRig(t, { others, told: () => own }, true);
  const done: string[] = [];
  let all: number | null = null;
  alarms.takeOver = async (_node, _most, told) => {
    done.push(`tells ${told}`);
    return [];
  };
  alarms.toldThrough = async () => {
    done.push('asks');
    return all;
  };
  await service.start();
  assert.deepEqual(done, ['tells null', 'asks']);
  await pass(1_000);
  [own, all] = [NOW - 4_000, NOW - 60_000];
  await pass(TELLS_EVERY_MS);
  assert.deepEqual(done.slice(2), [`tells ${NOW - 4_000}`, 'asks']);
  await pass(1_000);
  assert.deepEqual(thread.heard, [null, NOW - 60_000]);
  clock.now += 5_000;
  assert.equal(service.counters().alarms_silence_lag_seconds, 65);
});

test('a node goes on from where it was itself, however far others are; of silence all know the same', async (t) => {
  const { service, alarms, thread } = await serviceRig(t, {}, true);
  await alarms.put(alarm('a1'));
  await alarms.evaluated(['a1'], 900, 'there');
  alarms.reached = async (node) => (node === 'here' ? 500 : null);
  await service.start();
  const told = thread.sets.at(-1)?.find(({ id }) => id === 'a1');
  assert.deepEqual([told?.through, told?.anywhere], [500, 900]);
});

test('so many trials at once, and no more', async (t) => {
  const { service, thread } = await serviceRig(t);
  const held = Promise.withResolvers<Trial>();
  thread.trial = () => held.promise;
  const wish = {
    rule: { kind: 'silent', after: 60_000, stations: null },
    sites: [],
    from: 0,
    to: 1,
  } as const;
  const trials = Array.from({ length: 4 }, () => service.tryAlarm(wish));
  await assert.rejects(service.tryAlarm(wish), TooManyTrials);
  held.resolve(TRIAL);
  await Promise.all(trials);
  assert.equal(await service.tryAlarm(wish), TRIAL);
});
