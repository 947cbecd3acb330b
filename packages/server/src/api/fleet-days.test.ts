import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_TALLY, type StationDay } from '@ocpp-logs/core';
import { QueryTimeError } from '../store/query-time.ts';
import type { HistogramBin } from '../store/store.ts';
import { ReaderDouble } from './fixtures.ts';
import { FLEET_DAY, FleetDays, type FleetDaysOptions } from './fleet-days.ts';

const TODAY = Date.UTC(2026, 0, 10);
const SITE = { id: 'depot', name: 'Depot', kept: 0 };
const ever = new AbortController().signal;

function rig(options: Partial<FleetDaysOptions> = {}) {
  const clock = { now: TODAY + FLEET_DAY / 2, monotonic: 0 };
  const reader = new ReaderDouble();
  const fleet = new FleetDays<StationDay>(reader, {
    now: () => clock.now,
    monotonic: () => clock.monotonic,
    ...options,
  });
  const station = (day: number, charger = 'CP1'): StationDay => ({
    charger,
    day,
    parts: [{ from: day, firmware: null, entry: null, tally: EMPTY_TALLY }],
  });
  const last = (days: number) => ({ from: TODAY - (days - 1) * FLEET_DAY, to: TODAY + FLEET_DAY });
  reader.fleetDays = Array.from({ length: 40 }, (_, ago) => station(TODAY - ago * FLEET_DAY));
  const runs = () => reader.fleetAsked.splice(0).map(({ from, to }) => [ago(from), ago(to - FLEET_DAY)]);
  const ago = (day: number) => (TODAY - day) / FLEET_DAY;
  const entries = (daysAgo: number, count: number): HistogramBin => ({
    time: TODAY - daysAgo * FLEET_DAY,
    count,
    outcomes: { answered: count },
  });
  return { clock, reader, fleet, last, runs, entries, station };
}

test('days are made newest first, ten at a time, and not again while nothing comes to them', async () => {
  const { clock, fleet, last, runs } = rig();
  const first = await fleet.gather([SITE], last(25), ever);
  assert.deepEqual(runs(), [
    [9, 0],
    [19, 10],
    [24, 20],
  ]);
  assert.deepEqual([first.days.length, first.asked, first.missing], [25, 25, 0]);
  assert.equal(first.asOf, clock.now);
  assert.deepEqual(
    first.days.map(({ day }) => day),
    first.days.map(({ day }) => day).toSorted((a, b) => a - b),
  );
  clock.now += FLEET_DAY / 3;
  assert.equal((await fleet.gather([SITE], last(25), ever)).missing, 0);
  assert.deepEqual(runs(), []);
});

test('what comes to a day makes it and its neighbours anew, after five minutes', async () => {
  const { clock, reader, fleet, last, runs, entries } = rig();
  reader.bins = { bins: [entries(8, 10), entries(5, 10)], exact: true };
  await fleet.gather([SITE], last(10), ever);
  runs();
  reader.bins = { bins: [entries(8, 10), entries(5, 11)], exact: true };
  clock.now += 4 * 60_000;
  await fleet.gather([SITE], last(10), ever);
  assert.deepEqual(runs(), []);
  clock.now += 2 * 60_000;
  await fleet.gather([SITE], last(10), ever);
  assert.deepEqual(runs(), [[7, 3]]);
  reader.bins = { bins: [entries(8, 10), { ...entries(5, 11), outcomes: { error: 11 } }], exact: true };
  clock.now += 6 * 60_000;
  await fleet.gather([SITE], last(10), ever);
  assert.deepEqual(runs(), [[7, 3]]);
});

test('days with much around them are made fewer at a time, one at the least', async () => {
  const { reader, fleet, last, runs, entries } = rig();
  reader.bins = { bins: [entries(4, 5_000_000), entries(12, 1_000_000)], exact: true };
  await fleet.gather([SITE], last(12), ever);
  assert.deepEqual(runs(), [
    [1, 0],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [11, 7],
  ]);
});

test('when time is over what is missing is told, and made when somebody asks again', async () => {
  const { clock, reader, fleet, last, runs } = rig({ patience: 1_000 });
  const slow = reader.fleet.bind(reader);
  reader.fleet = (query) => {
    clock.monotonic += 700;
    return slow(query);
  };
  const first = await fleet.gather([SITE], last(30), ever);
  assert.deepEqual([first.days.length, first.asked, first.missing], [20, 30, 10]);
  assert.equal(first.days[0]?.day, TODAY - 19 * FLEET_DAY);
  assert.equal(fleet.counters().fleet_answers_unfinished_total, 1);
  runs();
  assert.equal((await fleet.gather([SITE], last(30), ever)).missing, 0);
  assert.deepEqual(runs(), [[29, 20]]);
  assert.equal(fleet.counters().fleet_days_made_total, 30);
});

test('who asks for the same at the same time waits for it, and it is made once', async () => {
  const { fleet, last, runs } = rig();
  const both = await Promise.all([1, 2].map(() => fleet.gather([SITE], last(8), ever)));
  assert.deepEqual(
    both.map(({ days }) => days.length),
    [8, 8],
  );
  assert.deepEqual(runs(), [[7, 0]]);
});

test('one that fails, or that nobody waits for, does not keep others from theirs', async () => {
  const { reader, fleet, last, runs } = rig();
  reader.failure = new Error('away');
  await assert.rejects(fleet.gather([SITE], last(3), ever), /away/);
  reader.failure = null;
  const gone = new AbortController();
  const asked = fleet.gather([SITE], last(3), gone.signal);
  gone.abort(new Error('gone'));
  await assert.rejects(asked, /gone/);
  assert.deepEqual(runs(), []);
  assert.equal((await fleet.gather([SITE], last(3), ever)).days.length, 3);
});

test('days for which the store takes too long are made fewer at a time; one that takes too long is cut', async () => {
  const { reader, fleet, last, runs } = rig();
  const made = reader.fleet.bind(reader);
  const slow = TODAY - 2 * FLEET_DAY;
  reader.fleet = async (query) => {
    const answer = await made(query);
    const days = (query.to - query.from) / FLEET_DAY;
    if (days > 2 || (query.from <= slow && query.to > slow)) throw new QueryTimeError(60_000);
    return answer;
  };
  const found = await fleet.gather([SITE], last(5), ever);
  assert.deepEqual(runs(), [
    [4, 0],
    [2, 0],
    [1, 0],
    [4, 2],
    [3, 2],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
  assert.deepEqual([found.missing, found.cut], [0, 1]);
  assert.equal(found.days.length, 4);
});

test('no more days of stations are kept than there is room for, the newest', async () => {
  const { fleet, last, runs } = rig({ kept: 12 });
  await fleet.gather([SITE], last(10), ever);
  // Each weighs two: itself and its one station.
  assert.equal(fleet.counters().fleet_station_days_kept, 12);
  runs();
  await fleet.gather([SITE], { from: TODAY - 9 * FLEET_DAY, to: TODAY - 3 * FLEET_DAY }, ever);
  assert.deepEqual(runs(), [[9, 6]]);
});

test('days that a site keeps nothing of are not asked for, and another site is none of this one', async () => {
  const { fleet, last, runs } = rig();
  const short = { ...SITE, kept: TODAY - 2 * FLEET_DAY + 5 };
  const found = await fleet.gather([short], last(10), ever);
  assert.deepEqual([found.asked, runs()], [3, [[2, 0]]]);
  const other = await fleet.gather([{ ...SITE, id: 'yard' }], last(3), ever);
  assert.deepEqual(
    other.days.map(({ site }) => site),
    ['yard', 'yard', 'yard'],
  );
  assert.equal(runs().length, 1);
});
