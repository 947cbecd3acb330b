import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteRetention } from '../retention.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { RetentionLoop, type RetentionLoopOptions } from './retention-loop.ts';

type Kept = ReadonlyMap<string, SiteRetention>;
const KEPT: Kept = new Map([['depot', 30]]);

/** Runs until its clock, which each pause moves on, is past `end`; when something was done. */
async function ran(
  end: number,
  options: Partial<RetentionLoopOptions> = {},
  kept: (now: number) => Kept = () => KEPT,
) {
  const done: number[] = [];
  const reports: string[] = [];
  const stop = new AbortController();
  let now = 0;
  const loop = new RetentionLoop({
    mayRun: () => true,
    tasks: [async (at) => done.push(at)],
    retention: () => kept(now),
    report: (line) => reports.push(line),
    now: () => now,
    pause: async (ms) => {
      now += ms;
      if (now > end) stop.abort();
    },
    ...options,
  });
  await loop.run(stop.signal);
  return { done, reports, counts: loop.counts() };
}

test('what is stored follows what sites keep once an hour, and within a minute of a change', async () => {
  const changes = new Map([
    [70_000, new Map([['depot', 90]])],
    [80_000, new Map([['depot', 60]])],
  ]);
  let kept = KEPT;
  const { done, counts } = await ran(3_740_000, {}, (now) => {
    kept = changes.get(now) ?? kept;
    return kept;
  });
  assert.deepEqual(done, [0, 70_000, 130_000, 3_730_000]);
  assert.deepEqual(counts, { shipped_retention_rounds_total: 4, shipped_retention_failures_total: 0 });
});

test('nothing is removed before the tables are there, and nothing where no site is known', async () => {
  let looks = 0;
  const mayRun = () => {
    looks += 1;
    return looks > 4;
  };
  const { done } = await ran(10_000, { mayRun });
  assert.deepEqual(done, [4_000]);
  assert.deepEqual((await ran(5_000, {}, () => new Map())).done, []);
});

test('what fails is tried again after 1, 2, 4 to 60 minutes, told, and keeps nothing else from being done', async () => {
  const tried: number[] = [];
  let fails = true;
  const away = async (at: number) => {
    tried.push(at / 60_000);
    if (fails) throw new StoreUnavailableError('ClickHouse: Timeout exceeded');
  };
  const done: number[] = [];
  const { reports, counts } = await ran(600 * 60_000, {
    tasks: [
      away,
      async (at) => {
        done.push(at / 60_000);
        fails = at < 240 * 60_000;
      },
    ],
  });
  const minutes = [0, 1, 3, 7, 15, 31, 63, 123, 183, 243];
  // After what succeeds comes the next hour.
  assert.deepEqual(tried.slice(0, 12), [...minutes, 303, 363]);
  assert.deepEqual(done, tried);
  assert.equal(counts.shipped_retention_failures_total, 10);
  assert.equal(
    reports[0],
    'ClickHouse does not follow what sites keep, which is tried again; shipping goes on: ClickHouse: Timeout exceeded',
  );
  assert.equal(reports.at(-1), 'what sites keep no longer is removed from ClickHouse again');
});
