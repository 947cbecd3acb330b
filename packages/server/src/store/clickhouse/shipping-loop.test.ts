import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../unavailable.ts';
import type { Shipment } from './shipper.ts';
import { type LoopOptions, ShippingLoop } from './shipping-loop.ts';

interface Rig {
  readonly loop: ShippingLoop;
  readonly calls: string[];
  readonly pauses: number[];
  readonly reports: string[];
  run(signal?: AbortSignal): Promise<void>;
}

/** Runs until it has paused `rounds` times; each pause moves the clock on. */
function rig(
  rounds: number,
  ship: (call: number) => Shipment | Error,
  options: Partial<LoopOptions> = {},
): Rig {
  const calls: string[] = [];
  const pauses: number[] = [];
  const reports: string[] = [];
  const stop = new AbortController();
  let now = 1_000_000;
  let shipped = 0;
  const loop = new ShippingLoop({
    shipper: {
      ship: async () => {
        const result = ship(shipped++);
        if (result instanceof Error) throw result;
        calls.push(`ship ${result.entries}`);
        return result;
      },
      shipStations: async () => {
        calls.push('stations');
        return 0;
      },
      stationsAt: null,
    },
    backfill: { step: async () => NOTHING, sites: 0 },
    prepare: async () => void calls.push('prepare'),
    claim: async () => undefined,
    waiting: () => ({ changes: 3, oldest: (now - 4500) * 1000 }),
    report: (line) => reports.push(line),
    now: () => now,
    pause: async (ms) => {
      pauses.push(ms);
      now += ms;
      if (pauses.length === rounds) stop.abort();
    },
    ...options,
  });
  return { loop, calls, pauses, reports, run: (signal) => loop.run(signal ?? stop.signal) };
}

const NOTHING: Shipment = { entries: 0, bytes: 0, more: false };
const BATCH: Shipment = { entries: 5, bytes: 700, more: true };

test('what waits is shipped at once, then it is looked again every half second', async () => {
  const { loop, calls, pauses, run } = rig(5, (call) => (call < 2 ? BATCH : NOTHING));
  await run();
  assert.deepEqual(calls, [
    'prepare',
    'ship 5',
    'stations',
    'ship 5',
    'ship 0',
    'ship 0',
    'ship 0',
    'ship 0',
    'ship 0',
    'stations',
  ]);
  assert.deepEqual(pauses, [500, 500, 500, 500, 500]);
  assert.deepEqual(loop.counts(), {
    shipped_entries_total: 10,
    shipped_bytes_total: 1400,
    shipped_batches_total: 2,
    shipping_failures_total: 0,
    shipping_away: 0,
    shipping_waiting_changes: 3,
    shipping_lag_seconds: 4.5,
    shipping_sites_behind: 0,
    shipping_stations_lag_seconds: 0,
  });
});

test('away: tried after 1, 2, 4 to 30 s, told at first and now and then, and when it is over', async () => {
  const away = new StoreUnavailableError('ClickHouse: connect ECONNREFUSED');
  const { loop, pauses, reports, run } = rig(23, (call) => (call < 22 ? away : NOTHING));
  await run();
  assert.deepEqual(pauses.slice(0, 7), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  const line = 'nothing is shipped; recording goes on: ClickHouse: connect ECONNREFUSED';
  assert.deepEqual(reports, [line, line, 'ClickHouse takes entries again, after 22 failures']);
  assert.equal(loop.counts().shipping_failures_total, 22);
  assert.equal(loop.counts().shipping_away, 0);
});

test('a fault that is none of the way is told as such, and tried again', async () => {
  const { loop, reports, run } = rig(1, () => new RangeError('no such kind'));
  await run();
  assert.match(reports[0] ?? '', /does not pass by itself: no such kind/);
  assert.equal(loop.counts().shipping_away, 1);
});

test('the schema is made before anything is shipped, however often that fails', async () => {
  let tries = 0;
  const prepare = async () => {
    tries += 1;
    if (tries < 3) throw new StoreUnavailableError('away');
  };
  const { calls, run } = rig(3, () => NOTHING, { prepare });
  await run();
  assert.equal(tries, 3);
  assert.equal(calls[0], 'ship 0');
});

test('what was there before is shipped behind what is new, without pauses between its batches', async () => {
  let left = 2;
  const calls: string[] = [];
  const backfill = {
    sites: 1,
    step: async () => {
      calls.push(`before ${left}`);
      return left-- > 0 ? BATCH : NOTHING;
    },
  };
  const { loop, pauses, run } = rig(1, (call) => (call === 0 || call === 2 ? BATCH : NOTHING), { backfill });
  await run();
  assert.deepEqual(calls, ['before 2', 'before 1', 'before 0']);
  assert.deepEqual(pauses, [500]);
  assert.equal(loop.counts().shipped_entries_total, 20);
});

test('under steady talk, of which there is always more, what was there before is shipped too', async () => {
  const stop = new AbortController();
  const calls: string[] = [];
  const backfill = {
    sites: 1,
    step: async () => {
      calls.push('before');
      if (calls.length === 3) stop.abort();
      return calls.length < 3 ? BATCH : NOTHING;
    },
  };
  const { loop, pauses, run } = rig(1, () => BATCH, { backfill });
  await run(stop.signal);
  assert.deepEqual(calls, ['before', 'before', 'before']);
  assert.deepEqual(pauses, []);
  assert.equal(loop.counts().shipped_batches_total, 3 * 8 + 2);
});

test('after a failure the tables are looked for again: the database may have been made anew', async () => {
  const away = new StoreUnavailableError('UNKNOWN_TABLE');
  const { calls, run } = rig(3, (call) => (call === 1 ? away : NOTHING));
  await run();
  assert.deepEqual(
    calls.filter((call) => call !== 'stations'),
    ['prepare', 'ship 0', 'prepare', 'ship 0'],
  );
});

test('nothing is shipped while another folder ships to the database', async () => {
  let claims = 0;
  const claim = async () => {
    claims += 1;
    if (claims < 3) throw new StoreUnavailableError('another folder');
  };
  const { loop, calls, reports, run } = rig(3, () => NOTHING, { claim });
  await run();
  assert.deepEqual(
    calls.filter((call) => call !== 'prepare'),
    ['ship 0', 'stations'],
  );
  assert.equal(loop.isClaimed, true);
  assert.match(reports[0] ?? '', /another folder/);
});

test('whoever else writes there waits until the tables are there and are ours, and not for what fails behind that', async () => {
  const away = new StoreUnavailableError('away');
  const refuse = async () => {
    throw away;
  };
  for (const [options, claimed] of [
    [{ prepare: refuse }, false],
    [{ claim: refuse }, false],
    [{}, true],
  ] as const) {
    const { loop, run } = rig(2, () => away, options);
    await run();
    assert.equal(loop.isClaimed, claimed);
  }
});

test('at the end of a run nothing is shipped where another folder has taken the place', async () => {
  let taken = false;
  const claim = async () => {
    if (taken) throw new StoreUnavailableError('another folder');
  };
  const { loop, calls, run } = rig(1, () => NOTHING, { claim });
  await run();
  const before = calls.length;
  taken = true;
  await assert.rejects(loop.flush(), /another folder/);
  assert.equal(calls.length, before);
  taken = false;
  await loop.flush();
  assert.deepEqual(calls.slice(before), ['ship 0', 'stations']);
});

test('up to when others can read what stations said stands still while it is not shipped, and until sites are known', async () => {
  const shipper = {
    ship: async () => NOTHING,
    stationsAt: null as number | null,
    shipStations: async (version: number) => {
      if (version >= 1_003_000_000) return null;
      shipper.stationsAt = version;
      return 0;
    },
  };
  let knows = false;
  const { loop, run } = rig(9, () => NOTHING, { shipper, knowsSites: () => knows });
  assert.deepEqual([loop.stationsThrough, loop.counts().shipping_stations_lag_seconds], [null, 0]);
  await run(AbortSignal.abort());
  knows = true;
  await run();
  // Read at 1,002.0 s; what is said takes 2 s to be in the list.
  assert.deepEqual([loop.stationsThrough, loop.counts().shipping_stations_lag_seconds], [1_000_000, 4.5]);
});
