import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  type AlarmRecord,
  type AlarmTarget,
  type Delivery,
  type FiringRecord,
  TARGETS_MAX,
  UNKEPT,
} from '../store/alarms.ts';
import { alarm, firing } from '../store/control/conformance/alarms.ts';
import { site } from '../store/control/fixtures.ts';
import { AGAIN_MS, DELIVERIES_MAX, Deliveries } from './deliveries.ts';
import type { Sending } from './sending.ts';
import { sealTargetSecret } from './target-secrets.ts';

const KEY = new Uint8Array(32).fill(7);
const TARGET: AlarmTarget = {
  kind: 'webhook',
  id: 't1',
  url: 'https://hooks.example/',
  sealed: sealTargetSecret(KEY, 't1', 'geheim'),
};
const WAITING: Delivery = { target: 't1', state: 'waiting', attempts: 0, at: null, error: null };

function fired(n: number, change: Partial<FiringRecord> = {}): FiringRecord {
  const { quietMs: _, ...kept } = firing(`k${n}`);
  return { ...kept, n, deliveries: [WAITING], ...change };
}

function rig({
  target = TARGET,
  answer = async (): Promise<string | null> => null,
  isOurs = (): boolean => true,
  isKept = (): boolean => true,
} = {}) {
  let kept = alarm('a1', { name: 'Faults', targets: [target] });
  const clock = { now: 1_000_000 };
  const sent: Sending[] = [];
  const noted: (readonly [number, readonly Delivery[]])[] = [];
  const later: { readonly ms: number; readonly call: () => void }[] = [];
  let noticed = Promise.withResolvers<void>();
  const deliveries = new Deliveries({
    alarms: {
      delivered: async (n, states) => {
        noted.push([n, states]);
        noticed.resolve();
        noticed = Promise.withResolvers();
        return isOurs();
      },
    },
    snapshot: () => ({
      alarms: [kept],
      sites: new Map([['depot', site()]]),
    }),
    isKept,
    send: (sending) => {
      sent.push(sending);
      return answer();
    },
    secretKey: KEY,
    now: () => clock.now,
    after: (ms, call) => {
      const entry = { ms, call };
      later.push(entry);
      return () => later.splice(later.indexOf(entry), 1);
    },
    report: assert.fail,
  });
  let read = 0;
  /** Resolves with the next state that is written down, once all that followed it at once has happened. */
  const next = async () => {
    while (noted.length <= read) await noticed.promise;
    read += 1;
    await setImmediate();
    return noted[read - 1]?.[1][0];
  };
  const change = (now: Partial<AlarmRecord>) => {
    kept = { ...kept, ...now };
  };
  return { deliveries, clock, sent, noted, later, next, change };
}

test('a firing goes to its target with the secret in clear, and it is noted that it was taken', async () => {
  const { deliveries, sent, next, clock } = rig();
  deliveries.add(fired(3));
  assert.deepEqual(await next(), { target: 't1', state: 'sent', attempts: 1, at: clock.now, error: null });
  assert.deepEqual(sent, [
    {
      target: TARGET,
      secret: 'geheim',
      notice: {
        id: 'firing_k3',
        alarm: { id: 'a1', name: 'Faults', rule: 'status:Faulted' },
        site: { id: 'depot', name: 'Depot North' },
        station: 'CP-1',
        at: 60_000,
        fired: 60_500,
        entries: ['7', '9223372036854775807'],
      },
    },
  ]);
});

test('what is not taken is tried again, each time later, and given up in the end', async () => {
  const { deliveries, later, next, sent } = rig({ answer: async () => 'it answered 500' });
  deliveries.add(fired(3));
  for (const [at, wait] of AGAIN_MS.entries()) {
    const told = await next();
    assert.deepEqual([told?.state, told?.attempts, told?.error], ['waiting', at + 1, 'it answered 500']);
    assert.equal(later.at(-1)?.ms, wait);
    later.pop()?.call();
  }
  const last = await next();
  assert.deepEqual([last?.state, last?.attempts], ['failed', AGAIN_MS.length + 1]);
  assert.deepEqual([later.length, sent.length, deliveries.waiting], [0, AGAIN_MS.length + 1, 0]);
  assert.deepEqual(deliveries.counters(), {
    alarms_deliveries_waiting: 0,
    alarms_deliveries_sent_total: 0,
    alarms_deliveries_failed_total: 1,
    alarms_deliveries_repeated_total: AGAIN_MS.length,
    alarms_deliveries_elsewhere_total: 0,
    alarms_deliveries_held: 0,
    alarms_deliveries_dropped_total: 0,
  });
});

test('after a start it goes on where it was, with what is left of the wait', async () => {
  const { deliveries, later, clock, next, sent } = rig();
  const before = { ...WAITING, attempts: 2, at: clock.now - 10_000, error: 'x' };
  deliveries.add(fired(3, { deliveries: [{ ...WAITING, target: 't0', state: 'sent' }, before] }));
  assert.deepEqual([later[0]?.ms, sent.length], [(AGAIN_MS[1] ?? 0) - 10_000, 0]);
  later.pop()?.call();
  await next();
  assert.equal(sent.length, 1);
});

test('what cannot be told any more fails at once, with the reason', async () => {
  const gone = rig();
  gone.deliveries.add(fired(3, { deliveries: [{ ...WAITING, target: 't9' }] }));
  assert.deepEqual((await gone.next())?.error, 'the alarm, its target or its site is gone');
  const locked = rig({ target: { ...TARGET, sealed: sealTargetSecret(KEY, 'other', 'x') } });
  locked.deliveries.add(fired(3));
  assert.deepEqual((await locked.next())?.error, 'its secret cannot be read: set it again');
  assert.equal(gone.sent.length + locked.sent.length, 0);
});

test(`of more than ${DELIVERIES_MAX} that wait further ones fail`, async () => {
  const { deliveries, noted } = rig({ answer: () => new Promise(() => undefined) });
  for (let n = 1; n <= DELIVERIES_MAX; n += 1) deliveries.add(fired(n));
  assert.deepEqual([deliveries.waiting, noted.length], [DELIVERIES_MAX, 0]);
  deliveries.add(fired(DELIVERIES_MAX + 1));
  assert.deepEqual(
    noted.map(([n, [first]]) => [n, first?.state, first?.error]),
    [[DELIVERIES_MAX + 1, 'failed', `${DELIVERIES_MAX} deliveries wait already`]],
  );
});

test('what another node has taken over is left to it, with all its targets', async () => {
  const { deliveries, later, next, sent } = rig({ answer: async () => 'no', isOurs: () => false });
  deliveries.add(fired(3, { deliveries: [WAITING, { ...WAITING, attempts: 1, at: 1_000_000 }] }));
  await next();
  assert.deepEqual([sent.length, later.length, deliveries.waiting], [1, 1, 1], 'one waits for its time');
  later.pop()?.call();
  await setImmediate();
  assert.deepEqual([sent.length, deliveries.waiting], [1, 0]);
  assert.equal(deliveries.counters().alarms_deliveries_elsewhere_total, 1);
});

test('what is under way goes on as it is when it is given again, and there is room for so many firings', async () => {
  const { deliveries, sent } = rig({ answer: () => new Promise(() => undefined) });
  assert.equal(deliveries.room, DELIVERIES_MAX / TARGETS_MAX);
  deliveries.add(fired(3));
  deliveries.add(fired(3));
  assert.deepEqual([sent.length, deliveries.waiting], [1, 1]);
  assert.equal(deliveries.room, DELIVERIES_MAX / TARGETS_MAX - 1);
});

test('what waits of an alarm that nobody answers for is dropped at once, and what comes back of it later, too', async () => {
  const { deliveries, change, later, next, sent, noted } = rig({ answer: async () => 'no' });
  deliveries.add(fired(3));
  await next();
  assert.equal(later.length, 1, 'it waits for its second attempt');
  change({ lost: { why: 'removed', at: 5 }, lostThrough: 3 });
  deliveries.sift();
  assert.deepEqual(await next(), {
    target: 't1',
    state: 'dropped',
    attempts: 1,
    at: 1_000_000,
    error: UNKEPT,
  });
  assert.deepEqual([later.length, deliveries.waiting, sent.length], [0, 0, 1]);
  // Somebody has taken it over: what is of before is not told, as from a node that was away all the while.
  change({ lost: null });
  deliveries.add(fired(2));
  assert.deepEqual(await next(), { target: 't1', state: 'dropped', attempts: 0, at: null, error: UNKEPT });
  deliveries.add(fired(4));
  assert.equal((await next())?.state, 'waiting');
  assert.deepEqual([sent.length, noted.length], [2, 4]);
  assert.equal(deliveries.counters().alarms_deliveries_dropped_total, 2);
});

test('as long as it is not known whether somebody answers for an alarm nothing is sent, and no attempt is counted', async () => {
  let isKept = false;
  const { deliveries, later, next, sent, noted } = rig({ isKept: () => isKept });
  deliveries.add(fired(3));
  await setImmediate();
  assert.deepEqual([later[0]?.ms, sent.length, noted.length], [1_000, 0, 0]);
  later.pop()?.call();
  await setImmediate();
  assert.deepEqual([later.length, sent.length], [1, 0]);
  isKept = true;
  later.pop()?.call();
  const told = await next();
  assert.deepEqual([told?.state, told?.attempts], ['sent', 1]);
});
