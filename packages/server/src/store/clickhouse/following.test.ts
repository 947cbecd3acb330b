/** What other nodes ship is told once, in order, and what cannot be known is told as missed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../unavailable.ts';
import type { Arrival } from './arrivals.ts';
import { Following } from './following.ts';

const SECOND = 1_000_000;

/** A server's clock, what it has taken, and a timer that is run by hand. */
function rig() {
  const taken: Arrival[] = [];
  const told: string[] = [];
  const reports: string[] = [];
  const asked: (readonly string[] | null)[] = [];
  const timers = new Map<number, { readonly due: number; readonly call: () => void }>();
  const state = { us: 1_000 * SECOND, away: false, more: false, missed: 0, closed: false };
  let last = 0;
  const following = new Following({
    arrivals: async ({ sites, since, until = state.us, back }) => {
      asked.push(sites);
      if (state.away) throw new StoreUnavailableError('ClickHouse: connect ECONNREFUSED');
      const from = since ?? state.us - back;
      const found = taken.filter(({ at }) => at > from && at <= until);
      return { found, now: state.us, more: state.more };
    },
    counts: async ({ since, until, length }) => {
      if (state.away) throw new StoreUnavailableError('ClickHouse: connect ECONNREFUSED');
      const within = taken.filter(({ at }) => at > since && at <= until);
      const spanOf = ({ at, site }: Arrival) => `${Math.floor(at / length)} ${site}`;
      return [...Map.groupBy(within, spanOf)].map(([name, { length: count }]) => {
        const [span, site = ''] = name.split(' ');
        return { site, span: Number(span), count };
      });
    },
    clock: () => state.us / 1000,
    report: (line) => reports.push(line),
    after: (ms, call) => {
      last += 1;
      const timer = last;
      timers.set(timer, { due: state.us + ms * 1000, call });
      return () => timers.delete(timer);
    },
    close: async () => {
      state.closed = true;
    },
  });
  following.listen(
    (site, changes) => told.push(...changes.map(({ id, change }) => `${change} ${id} ${site}`)),
    () => {
      state.missed += 1;
    },
  );
  /** Time passes, and what was due is done. */
  async function pass(seconds: number): Promise<void> {
    state.us += seconds * SECOND;
    for (const [timer, { due, call }] of [...timers]) {
      if (due > state.us) continue;
      timers.delete(timer);
      call();
    }
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
  const arrive = (site: string, id: bigint, ago = 0) => taken.push({ site, id, at: state.us - ago * SECOND });
  return { following, taken, told, reports, asked, timers, state, pass, arrive };
}

test('what comes is told once however often it is read, and as an update when it comes again', async () => {
  const { following, told, pass, arrive, state } = rig();
  arrive('depot', 1n, 30);
  const { fresh } = await following.follow(['depot']);
  assert.deepEqual([fresh, told], [['depot'], []], 'what was there before is no news');
  arrive('depot', 2n);
  await pass(1);
  assert.deepEqual(told, ['entry 2 depot']);
  await pass(1);
  arrive('depot', 2n);
  arrive('depot', 1n);
  // Visible only now, though the server took it before the last answer.
  arrive('depot', 3n, 2);
  arrive('elsewhere', 4n);
  await pass(1);
  await pass(1);
  assert.deepEqual(told.slice(1).sort(), ['entry 3 depot', 'update 1 depot', 'update 2 depot']);
  assert.equal(state.missed, 0);
});

test('whoever follows a site that others follow is told nothing of what came before', async () => {
  const { following, told, pass, arrive, state } = rig();
  await following.follow(['depot']);
  await pass(1);
  arrive('depot', 2n);
  await following.follow(['depot']);
  assert.deepEqual(told, ['entry 2 depot'], 'it is told before the second begins');
  state.away = true;
  await pass(1);
  await following.follow(['depot']);
  assert.deepEqual(told, ['entry 2 depot']);
});

test('a site is followed on for ten minutes after it was left, and is new afterwards', async () => {
  const { following, told, asked, timers, pass, arrive } = rig();
  const { leave } = await following.follow(['depot']);
  leave();
  await pass(590);
  arrive('depot', 2n);
  await pass(1);
  assert.deepEqual(told, ['entry 2 depot']);
  const second = await following.follow(['depot']);
  assert.deepEqual(second.fresh, []);
  second.leave();
  await pass(601);
  const before = asked.length;
  assert.equal(timers.size, 0, 'nothing is asked any more');
  await pass(10);
  assert.equal(asked.length, before);
  assert.deepEqual((await following.follow(['depot'])).fresh, ['depot']);
});

test('while nobody answers nothing is missed that can still be read', async () => {
  const { following, told, reports, state, pass, arrive } = rig();
  await following.follow(['depot']);
  state.away = true;
  for (let tried = 0; tried < 3; tried += 1) await pass(1);
  arrive('depot', 2n);
  state.away = false;
  await pass(1);
  assert.deepEqual(told, ['entry 2 depot']);
  assert.deepEqual(reports, ['changes of other nodes: ClickHouse: connect ECONNREFUSED'], 'told once');
  assert.equal(state.missed, 0);
  state.away = true;
  for (let tried = 0; tried < 30; tried += 1) await pass(50);
  arrive('depot', 3n, 1_400);
  state.away = false;
  await pass(1);
  assert.equal(state.missed, 1, 'the server has forgotten what came first');
  assert.equal(following.counters().tail_changes_missed_total, 1);
});

test('whoever begins while nobody answers goes on, and is told that changes were missed', async () => {
  const { following, told, state, pass, arrive } = rig();
  state.away = true;
  await following.follow(['depot']);
  arrive('depot', 2n);
  state.away = false;
  await pass(1);
  assert.deepEqual([told, state.missed], [[], 1]);
  arrive('depot', 3n);
  await pass(1);
  assert.deepEqual(told, ['entry 3 depot']);
});

test('more changes than one answer takes are told as missed; many sites are asked for as all', async () => {
  const { following, asked, state, pass, arrive, told } = rig();
  const sites = Array.from({ length: 101 }, (_, at) => `site-${at}`);
  await following.follow(sites);
  assert.deepEqual(asked, [null]);
  arrive('site-5', 1n);
  arrive('unknown', 2n);
  state.more = true;
  await pass(1);
  assert.deepEqual([told, state.missed], [['entry 1 site-5'], 1]);
  await following.close();
  assert.equal(state.closed, true);
});

test('of more entries than are remembered the ones told longest ago are news again, those told last are not', async () => {
  const { following, told, pass, arrive } = rig();
  await following.follow(['depot']);
  arrive('depot', 1n);
  let id = 1n;
  for (let lot = 0; lot < 4; lot += 1) {
    for (let n = 0; n < 50_000; n += 1) {
      id += 1n;
      arrive('depot', id);
    }
    await pass(1);
    // What came within the last seconds is read once more each time.
    await pass(30);
    await pass(30);
  }
  assert.equal(told.length, 200_001);
  arrive('depot', 1n);
  arrive('depot', id);
  await pass(1);
  assert.deepEqual(told.slice(200_001).sort(), ['entry 1 depot', `update ${id} depot`]);
});

test('what the server shows long after it took it is told, once, and nothing of before', async () => {
  const { following, told, asked, pass, arrive, state } = rig();
  arrive('depot', 1n, 400);
  await following.follow(['depot']);
  for (let second = 0; second < 120; second += 1) {
    arrive('depot', 100n + BigInt(second));
    arrive('elsewhere', 1_000n + BigInt(second));
    await pass(1);
  }
  assert.equal(told.length, 120);
  // Two nodes' entries, which a replica that lagged behind shows now, among what it has shown.
  arrive('depot', 2n, 80);
  arrive('depot', 3n, 45);
  // Twice: the one before was told as an update already.
  arrive('depot', 150n, 69);
  const before = asked.length;
  for (let second = 0; second < 60; second += 1) await pass(1);
  assert.deepEqual(told.slice(120).sort(), ['entry 2 depot', 'entry 3 depot', 'update 150 depot']);
  assert.equal(asked.length - before, 61, 'it is read once more than the second asks for');
  assert.equal(state.missed, 0);
});
