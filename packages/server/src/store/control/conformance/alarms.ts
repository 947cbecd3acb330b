import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALARMS_MAX, type AlarmRecord, FIRINGS_A_MINUTE, type NewFiring, UNKEPT } from '../../alarms.ts';
import type { AuditEvent, AuditRecord } from '../../audit.ts';
import type { ControlStore } from '../../control-store.ts';
import { site } from '../fixtures.ts';
import type { OpenPlace } from './opened.ts';

export function alarm(id: string, change: Partial<AlarmRecord> = {}): AlarmRecord {
  return {
    id,
    name: id,
    rule: 'status:Faulted',
    sites: null,
    enabled: true,
    quietMinutes: 0,
    targets: [],
    ready: false,
    created: 1,
    changed: 1,
    changedBy: 'user_ada',
    lost: null,
    lostThrough: 0,
    ...change,
  };
}

export function firing(key: string, change: Partial<NewFiring> = {}): NewFiring {
  return {
    id: `firing_${key}`,
    alarm: 'a1',
    site: 'depot',
    charger: 'CP-1',
    key,
    at: 60_000,
    fired: 60_500,
    entries: ['7', '9223372036854775807'],
    node: 'here',
    deliveries: [],
    quietMs: 0,
    ...change,
  };
}

const HOOK = { kind: 'webhook', id: 't1', url: 'https://new.example/', sealed: null } as const;

const LOSS: AuditEvent = {
  at: 77,
  actor: 'server',
  name: 'server',
  action: 'alarm-unkept',
  site: null,
  target: 'a1',
  address: null,
  request: null,
  details: { name: 'a1' },
  count: 1,
};

const ALL = { alarm: null, sites: null, before: null, take: 500 };

export function alarmConformance(name: string, open: OpenPlace): void {
  test(`${name}: alarms are kept as they are, those that come with the server first`, async (t) => {
    const place = await open(t);
    const { alarms } = await place();
    const target = {
      kind: 'mqtt',
      id: 't1',
      url: 'mqtt://b',
      sealed: 'c2U=',
      topic: 'a/b',
      username: null,
    } as const;
    const kept = alarm('a1', { name: 'b', sites: ['depot', 'yard'], targets: [target], quietMinutes: 5 });
    await alarms.put(kept);
    await alarms.put(alarm('a2', { name: 'a', enabled: false, changedBy: null }));
    await alarms.addReady([alarm('r1', { name: 'z', ready: true }), alarm('a1', { name: 'other' })]);
    await alarms.put(alarm('a2', { name: 'c', created: 99, changed: 7 }));
    const again = await place();
    assert.deepEqual(await again.alarms.all(), [
      alarm('r1', { name: 'z', ready: true }),
      kept,
      alarm('a2', { name: 'c', changed: 7 }),
    ]);
    assert.deepEqual((await again.snapshot()).alarms, await again.alarms.all());
    assert.equal(await alarms.remove('a2'), true);
    assert.equal(await alarms.remove('a2'), false);
  });

  test(`${name}: there are at most ${ALARMS_MAX} alarms, and the last of them may be changed`, async (t) => {
    const { alarms } = await (await open(t))();
    for (let at = 0; at < ALARMS_MAX; at += 1) await alarms.put(alarm(`a${at}`));
    await assert.rejects(async () => alarms.put(alarm('more')), { code: 'TOO_MANY_ALARMS' });
    await alarms.put(alarm('a0', { name: 'changed' }));
  });

  test(`${name}: of a firing that several see one keeps it`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    await ours.alarms.put(alarm('a1'));
    const seen = await Promise.all([
      Promise.try(() => ours.alarms.fire([firing('k1'), firing('k2', { site: 'yard' })])),
      Promise.try(() => theirs.alarms.fire([firing('k1'), firing('k2', { site: 'yard' })])),
    ]);
    assert.deepEqual(seen.flat().map(String).sort(), ['1', '2', 'known', 'known']);
    const { quietMs: _, ...kept } = firing('k1');
    assert.deepEqual(await theirs.alarms.firings({ ...ALL, sites: ['depot'] }), [{ ...kept, n: 1 }]);
    assert.deepEqual(await ours.alarms.fire([firing('k3', { alarm: 'gone' })]), ['known']);
    assert.deepEqual(
      (await ours.alarms.progress()).map(({ alarm, fired, suppressed }) => [alarm, fired, suppressed]),
      [['a1', 2, 0]],
    );
  });

  test(`${name}: an alarm is quiet for a while after it told of a station, and of one minute so many are told`, async (t) => {
    const { alarms } = await (await open(t))();
    await alarms.put(alarm('a1'));
    await alarms.put(alarm('a2'));
    const quietMs = 60_000;
    const told = await alarms.fire([
      firing('k1', { quietMs }),
      firing('k2', { quietMs, at: 119_999 }),
      firing('k3', { quietMs, at: 119_999, charger: 'CP-2' }),
      firing('k4', { quietMs, at: 120_000 }),
      firing('k5', { quietMs, at: 30_000 }),
    ]);
    assert.deepEqual(told, [1, 'quiet', 2, 3, 4]);
    const many = Array.from({ length: FIRINGS_A_MINUTE + 2 }, (_, at) =>
      firing(`m${at}`, { alarm: 'a2', at: 600_000 + at }),
    );
    const outcomes = await alarms.fire([...many, firing('next', { alarm: 'a2', at: 660_000 })]);
    assert.deepEqual(outcomes.slice(FIRINGS_A_MINUTE - 1, -1), [
      FIRINGS_A_MINUTE + 4,
      'suppressed',
      'suppressed',
    ]);
    assert.equal(outcomes.at(-1), FIRINGS_A_MINUTE + 5);
    assert.deepEqual(
      (await alarms.progress()).find((each) => each.alarm === 'a2'),
      {
        alarm: 'a2',
        through: 600_000,
        fired: FIRINGS_A_MINUTE + 1,
        suppressed: 2,
      },
    );
  });

  test(`${name}: how far alarms are evaluated never goes back`, async (t) => {
    const place = await open(t);
    const { alarms } = await place();
    await alarms.evaluated(['a2', 'a1'], 50, 'here');
    await alarms.evaluated(['a1'], 90, 'there');
    await alarms.evaluated(['a1', 'a2'], 40, 'here');
    assert.deepEqual(
      (await (await place()).alarms.progress()).map((each) => [each.alarm, each.through]),
      [
        ['a1', 90],
        ['a2', 50],
      ],
    );
  });

  test(`${name}: firings are given newest first, and what waits for its targets to the node that has it`, async (t) => {
    const place = await open(t);
    const { alarms } = await place();
    await alarms.put(alarm('a1'));
    await alarms.put(alarm('a2'));
    const waiting = { target: 't1', state: 'waiting', attempts: 0, at: null, error: null } as const;
    await alarms.fire([
      firing('k1', { deliveries: [waiting] }),
      firing('k2', { alarm: 'a2', deliveries: [waiting], node: 'there' }),
      firing('k3', { site: 'yard' }),
      firing('k4', { deliveries: [waiting] }),
    ]);
    const of = async (change: object) => (await alarms.firings({ ...ALL, ...change })).map(({ n }) => n);
    assert.deepEqual(await of({}), [4, 3, 2, 1]);
    assert.deepEqual(await of({ alarm: 'a1', take: 2 }), [4, 3]);
    assert.deepEqual(await of({ alarm: 'a1', before: 3 }), [1]);
    assert.deepEqual(await of({ sites: ['yard'] }), [3]);
    assert.deepEqual(await of({ sites: [] }), []);
    const sent = { ...waiting, state: 'sent', attempts: 2, at: 5, error: 'no' } as const;
    assert.equal(await alarms.delivered(1, [sent], 'here'), true);
    assert.equal(await alarms.delivered(4, [sent], 'there'), false, 'it is not its own');
    assert.equal(await alarms.delivered(99, [sent], 'here'), true, 'it is gone, and nobody has it');
    const left = await (await place()).alarms.undelivered('here');
    assert.deepEqual(
      left.map(({ n }) => n),
      [4],
    );
    assert.deepEqual((await alarms.firings({ ...ALL, before: 2 }))[0]?.deliveries, [sent]);
  });

  test(`${name}: that nobody answers for an alarm is written once, and drops what waits at whichever node`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    const { alarms } = ours;
    const waiting = { target: 't1', state: 'waiting', attempts: 1, at: 5, error: 'no' } as const;
    const sent = { ...waiting, target: 't2', state: 'sent', error: null } as const;
    await alarms.put(alarm('a1'));
    await alarms.put(alarm('a2'));
    await alarms.put(alarm('r1', { ready: true }));
    await alarms.fire([
      firing('k1', { deliveries: [waiting, sent] }),
      firing('k2', { deliveries: [waiting, { ...waiting, target: 't2' }], node: 'there' }),
      firing('k3', { alarm: 'a2', deliveries: [waiting] }),
    ]);
    const lost = {
      alarm: 'a1',
      changed: 1,
      changedBy: 'user_ada',
      why: 'revoked',
      at: 77,
      event: LOSS,
    } as const;
    assert.equal(await alarms.lose({ ...lost, changed: 2 }), null, 'it has changed meanwhile');
    assert.equal(await alarms.lose({ ...lost, changedBy: null }), null, 'another one answers for it');
    const outcomes = [
      await Promise.try(() => ours.alarms.lose(lost)),
      await Promise.try(() => theirs.alarms.lose({ ...lost, at: 78 })),
    ];
    assert.deepEqual(outcomes, [3, null]);
    assert.deepEqual(await auditedIn(theirs), [{ ...LOSS, n: 1, details: { name: 'a1', dropped: 3 } }]);
    const known = async () => (await theirs.snapshot()).alarms?.find(({ id }) => id === 'a1');
    assert.deepEqual(await known(), alarm('a1', { lost: { why: 'revoked', at: 77 }, lostThrough: 2 }));
    const dropped = { ...waiting, state: 'dropped', error: UNKEPT } as const;
    assert.deepEqual(
      (await alarms.firings(ALL)).map(({ deliveries }) => deliveries),
      [[waiting], [dropped, { ...dropped, target: 't2' }], [dropped, sent]],
    );
    assert.deepEqual(
      [await alarms.undelivered('here'), await alarms.undelivered('there')].map((left) =>
        left.map(({ n }) => n),
      ),
      [[3], []],
    );
    assert.deepEqual(await alarms.fire([firing('k4')]), ['unkept']);
    const ofServer = { ...lost, alarm: 'r1' };
    assert.equal(await alarms.lose(ofServer), 0);
    assert.deepEqual(await alarms.fire([firing('k4', { alarm: 'r1' })]), [4], 'it tells who reads its sites');
    await alarms.put(alarm('a1', { changed: 90, changedBy: 'user_bob' }));
    assert.deepEqual(await known(), alarm('a1', { changed: 90, changedBy: 'user_bob', lostThrough: 2 }));
    assert.deepEqual(await alarms.fire([firing('k5')]), [5]);
  });

  test(`${name}: an alarm that has changed since it was read, or is gone, is left as it is`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    const before = alarm('a1', { sites: ['depot'], targets: [{ ...HOOK, url: 'https://old.example/' }] });
    const change = (to: AlarmRecord, lost = false, read = before) =>
      Promise.try(() => ours.alarms.change(to, { before: read, lost }));
    const taken = { ...before, changedBy: 'user_bob' };
    await ours.alarms.put(before);
    await ours.alarms.put(alarm('a2'));
    assert.equal(await change(taken, true), false, 'that nobody answers for it is not written');
    // Within the same millisecond, and by the same person.
    const edited = { ...before, targets: [HOOK] };
    await theirs.alarms.put(edited);
    assert.equal(await change(taken), false);
    assert.deepEqual(await theirs.alarms.all(), [edited, alarm('a2')]);
    assert.equal(await change({ ...edited, changedBy: 'user_bob' }, false, edited), true);
    assert.deepEqual(await theirs.alarms.all(), [{ ...edited, changedBy: 'user_bob' }, alarm('a2')]);
    const read = { ...edited, changedBy: 'user_bob' };
    const loss = {
      alarm: 'a1',
      changed: 1,
      changedBy: 'user_bob',
      why: 'revoked',
      at: 77,
      event: LOSS,
    } as const;
    await theirs.alarms.lose(loss);
    assert.equal(await change(edited, false, read), false, 'nobody answers for it meanwhile');
    assert.equal(await change({ ...edited, changed: 90 }, true, read), true);
    assert.deepEqual(await theirs.alarms.all(), [{ ...edited, changed: 90 }, alarm('a2')]);
    await theirs.alarms.remove('a1');
    assert.equal(await change(taken, false, { ...edited, changed: 90 }), false, 'it is gone');
    assert.deepEqual(await theirs.alarms.all(), [alarm('a2')]);
  });

  test(`${name}: an alarm is removed as it was read, or stays with its firings`, async (t) => {
    const place = await open(t);
    const [ours, theirs] = [await place(), await place()];
    const before = alarm('a1', { targets: [HOOK] });
    const remove = (read: AlarmRecord, lost = false) =>
      Promise.try(() => ours.alarms.remove('a1', { before: read, lost }));
    await ours.alarms.put(before);
    await ours.alarms.fire([firing('k1')]);
    const edited = { ...before, targets: [] };
    await theirs.alarms.put(edited);
    assert.equal(await remove(before), false);
    assert.equal(await remove(edited, true), false, 'that nobody answers for it is not written');
    assert.deepEqual([await theirs.alarms.all(), (await theirs.alarms.firings(ALL)).length], [[edited], 1]);
    assert.equal(await remove(edited), true);
    assert.deepEqual([await theirs.alarms.all(), await theirs.alarms.firings(ALL)], [[], []]);
    assert.equal(await remove(edited), false, 'it is gone');
  });

  test(`${name}: that nobody answers for an alarm is not written without the audit log`, async (t) => {
    const store = await (await open(t))();
    await store.alarms.put(alarm('a1'));
    const unwritable = { ...LOSS, name: null as unknown as string };
    const lost = { alarm: 'a1', changed: 1, changedBy: 'user_ada', why: 'revoked', at: 77 } as const;
    await assert.rejects(async () => store.alarms.lose({ ...lost, event: unwritable }));
    assert.deepEqual([await store.alarms.all(), await auditedIn(store)], [[alarm('a1')], []]);
  });

  test(`${name}: a firing is found by its id, which says nothing of how many there are`, async (t) => {
    const { alarms } = await (await open(t))();
    await alarms.put(alarm('a1'));
    await alarms.fire([firing('k1', { id: 'firing_aa' }), firing('k2', { id: 'firing_bb' })]);
    const numbers = ['firing_aa', 'firing_bb', 'firing_cc', 'firing_1', '1', ''].map((id) =>
      Promise.try(() => alarms.numberOf(id)),
    );
    assert.deepEqual(await Promise.all(numbers), [1, 2, null, null, null, null]);
  });

  test(`${name}: with an alarm its firings go, and with a site what was for it alone`, async (t) => {
    const { alarms, ...store } = await placed(open, t);
    await store.putSite(site());
    for (const [id, sites] of [
      ['a1', ['depot']],
      ['a2', ['depot', 'yard']],
      ['a3', null],
    ] as const) {
      await alarms.put(alarm(id, { sites }));
      await alarms.fire([firing(`k${id}`, { alarm: id }), firing(`y${id}`, { alarm: id, site: 'yard' })]);
    }
    await store.removeSite('depot');
    assert.deepEqual(
      (await alarms.all()).map(({ id, sites }) => [id, sites]),
      [
        ['a2', ['yard']],
        ['a3', null],
      ],
    );
    assert.deepEqual(
      (await alarms.firings(ALL)).map((each) => [each.alarm, each.site]),
      [
        ['a3', 'yard'],
        ['a2', 'yard'],
      ],
    );
    await alarms.remove('a3');
    assert.equal((await alarms.firings(ALL)).length, 1);
  });
}

async function auditedIn(store: ControlStore): Promise<readonly AuditRecord[]> {
  const everything = { from: 0, to: 1_000, actor: null, actions: null, site: null, before: null, take: 10 };
  return store.audit.list(everything);
}

/** Its methods by themselves. */
async function placed(open: OpenPlace, t: Parameters<OpenPlace>[0]) {
  const store = await (await open(t))();
  return {
    alarms: store.alarms,
    putSite: store.putSite.bind(store),
    removeSite: store.removeSite.bind(store),
  };
}
