import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../unavailable.ts';
import { RollingLoop, type RollingLoopOptions } from './rolling-loop.ts';

/** Runs until its clock, which each pause moves on, is past `end`; when rounds were begun, s. */
async function ran(end: number, round: (at: number) => Promise<boolean>, mayRun = (_at: number) => true) {
  const begun: number[] = [];
  const reports: string[] = [];
  const stop = new AbortController();
  let now = 0;
  const options: RollingLoopOptions = {
    mayRun: () => mayRun(now),
    round: () => {
      begun.push(now / 1000);
      return round(now);
    },
    report: (line) => reports.push(line),
    now: () => now,
    pause: async (ms) => {
      now += ms;
      if (now > end) stop.abort();
    },
  };
  const loop = new RollingLoop({
    ...options,
    round: async () => {
      const more = await options.round();
      // As long as that of a few days takes.
      now += 3000;
      return more;
    },
  });
  await loop.run(stop.signal);
  return { begun, reports, counts: loop.counts() };
}

test('rounds follow each other after as long as they take, and five minutes after the last', async () => {
  const { begun } = await ran(
    700_000,
    async (at) => at < 10_000,
    (at) => at >= 2000,
  );
  assert.deepEqual(begun, [2, 8, 14, 317, 620]);
});

test('a round that fails is tried again after 1, 2, 4 to 60 minutes, and that is told', async () => {
  const hour = 3_600_000;
  const { begun, reports, counts } = await ran(6 * hour, async (at) => {
    if (at < 4 * hour) throw new StoreUnavailableError('ClickHouse: Memory limit exceeded');
    return false;
  });
  assert.deepEqual(
    begun.slice(0, 9).map((at) => at / 60),
    [0, 1, 3, 7, 15, 31, 63, 123, 183],
  );
  assert.equal(counts.rolling_failures_total, 9);
  assert.match(
    reports[0] ?? '',
    /entries are counted instead, until it is tried again: ClickHouse: Memory limit exceeded/,
  );
  assert.equal(reports.at(-1), 'days are counted ahead in ClickHouse again');
});
