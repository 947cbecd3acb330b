import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { EngineErased } from '../erasure.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { ErasedRows, type ErasedTask } from './erased-rows.ts';
import { LeavingRows } from './leaving-rows.ts';

const RUN = { erasure: 'e', site: 'depot', number: 50, last: 50, at: 0 };
const END = 3_600_000;

/** An engine with rows by partition: a merge takes them and leaves a part that is on the disk for a minute. */
class EngineDouble {
  readonly rows = new Map([
    ['202602', 3],
    ['202603', 2],
  ]);
  readonly done: string[] = [];
  parts: { readonly name: string; readonly until: number }[] = [];
  /** Months of which counts were dropped. */
  readonly dropped: string[] = [];
  fault: Error | null = null;
  now = 0;

  /** What looks were told of an earlier one. */
  readonly held: (ReadonlySet<string> | null)[] = [];

  async of(_task: unknown, _erased: unknown, held: ReadonlySet<string> | null) {
    this.held.push(held);
    return {
      left: new Map([...this.rows].filter(([, rows]) => rows > 0)),
      ofSite: Math.min(1, ...this.rows.values()),
      parts: new Set([`look ${this.held.length}`]),
      partitions: new Set(this.rows.keys()),
    };
  }

  async merge(partition: string) {
    this.done.push(`${this.now} ${partition}`);
    if (this.fault !== null) throw this.fault;
    this.rows.set(partition, 0);
    this.parts.push({ name: `${partition}_1_1_0`, until: this.now + 60_000 });
  }

  async dropCounts(partition: string) {
    this.dropped.push(partition);
  }

  async inactive() {
    return this.parts.filter(({ until }) => this.now < until).map(({ name }) => name);
  }

  async detached() {
    return ['202603_9_9_0'];
  }
}

interface Rig {
  readonly engine: EngineDouble;
  readonly erased: ErasedRows;
  readonly told: readonly EngineErased[];
  readonly forgotten: () => number;
  /** How often what had expired was deleted. */
  readonly removed: () => number;
  readonly reports: readonly string[];
  readonly leaving: LeavingRows;
  shipped: number;
  /** So many times it is not known what the site keeps. */
  unknown: number;
  migrates: boolean;
  /** Until then, ms, or until all is done. */
  run(until: number): Promise<void>;
}

function rig(engine = new EngineDouble(), db = new DatabaseSync(':memory:')): Rig {
  const erased = new ErasedRows(db);
  const told: EngineErased[] = [];
  const reports: string[] = [];
  let forgotten = 0;
  let removed = 0;
  let [stop, until] = [new AbortController(), 0];
  const leaving = new LeavingRows({
    erased: {
      open: () => erased.open(),
      ids: (...asked) => erased.ids(...asked),
      tell: (task, news) => {
        told.push(news);
        erased.tell(task, news);
      },
    },
    engine,
    shipped: () => self.shipped,
    forget: () => {
      forgotten += 1;
    },
    removeExpired: async () => {
      removed += 1;
      return removed > self.unknown;
    },
    migrates: () => self.migrates,
    report: (line) => reports.push(line),
    now: () => engine.now,
    pause: async (ms) => {
      engine.now += ms;
      leaving.begin();
      if (engine.now >= until || erased.open().length === 0) stop.abort();
    },
  });
  const self: Rig = {
    engine,
    erased,
    told,
    reports,
    leaving,
    forgotten: () => forgotten,
    removed: () => removed,
    shipped: 0,
    unknown: 0,
    migrates: false,
    run: async (to) => {
      [stop, until] = [new AbortController(), to];
      await leaving.run(stop.signal);
    },
  };
  return self;
}

const stateOf = ({ erased }: Rig) => (erased.of('e') as ErasedTask).told;

test('nothing is merged before ClickHouse has taken what was changed, and what was read until then is read again', async () => {
  const at = rig();
  at.erased.add(RUN, { below: 40, ids: [1n] });
  at.shipped = 49;
  await at.run(60_000);
  assert.deepEqual([at.engine.done, stateOf(at).state, at.forgotten()], [[], 'shipping', 0]);
  at.shipped = 50;
  await at.run(END);
  assert.deepEqual([at.engine.done.length, stateOf(at).state, at.forgotten()], [2, 'done', 1]);
});

test('months are merged, and it is done when the parts that were merged are off the disk', async () => {
  const at = rig();
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(END);
  const told = at.told.map(({ state, rows, parts }) => `${state} ${rows} ${parts.length}`);
  assert.deepEqual([...new Set(told)], ['merging null 0', 'merging 5 0', 'removing 0 2', 'done 0 0']);
  assert.deepEqual(stateOf(at), {
    state: 'done',
    months: ['2026-02', '2026-03'],
    rows: 0,
    ofSite: 0,
    parts: [],
    detached: ['202603_9_9_0'],
    problem: null,
  });
  assert.deepEqual(at.engine.dropped, ['202602', '202603'], 'what was counted holds names, too');
  assert.ok(at.engine.now >= 60_000 && at.engine.now < 70_000, `${at.engine.now}`);
  assert.deepEqual(at.leaving.counts(), {
    shipped_erasure_merges_total: 2,
    shipped_erasure_failures_total: 0,
  });
});

test('parts that are merged later hold nothing of it, and are not waited for', async () => {
  const at = rig();
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(10_000);
  at.engine.parts.push({ name: 'later', until: END });
  await at.run(END);
  assert.equal(stateOf(at).state, 'done');
});

test('what fails is told, and tried again after 5, 10, 20 ... s until it succeeds', async () => {
  const at = rig();
  at.engine.fault = new StoreUnavailableError('ClickHouse: connect ECONNREFUSED /secret/place');
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(40_000);
  const { problem, state, rows } = stateOf(at);
  assert.deepEqual([state, rows, problem], ['merging', 5, 'ClickHouse is away, or takes too long']);
  const times = at.engine.done
    .filter((line) => line.endsWith('202602'))
    .map((line) => Number.parseInt(line, 10));
  assert.deepEqual(
    times.slice(1).map((time, n) => time - (times[n] ?? 0)),
    [5000, 10_000, 20_000],
  );
  at.engine.fault = null;
  await at.run(END);
  const { state: last, problem: none } = stateOf(at);
  assert.deepEqual([last, none], ['done', null]);
  assert.equal(at.reports.length, 2, `${at.reports}`);
  assert.equal(at.leaving.counts().shipped_erasure_failures_total, 4);
});

test('while migrate works on the folder nothing is looked for, as it may bring back what it read; that is told once', async () => {
  const at = rig();
  at.migrates = true;
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [1n] });
  await at.run(20_000);
  assert.deepEqual([at.engine.held, at.engine.done], [[], []]);
  const { state, problem } = stateOf(at);
  assert.equal(state, 'merging');
  assert.match(problem ?? '', /^ocpp-logs migrate works on the data folder/);
  assert.deepEqual([at.told.length, at.reports.length], [2, 1]);
  at.migrates = false;
  await at.run(END);
  assert.deepEqual([stateOf(at).state, stateOf(at).problem], ['done', null]);
  assert.equal(at.leaving.counts().shipped_erasure_failures_total, 0);
});

test('rows that are there after a merge are a failure', async () => {
  const at = rig();
  at.engine.merge = async () => undefined;
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(3000);
  assert.equal(stateOf(at).problem, '5 rows are still there after they were merged');
});

test('a month that another node merged meanwhile is not merged again', async () => {
  const at = rig();
  const merge = at.engine.merge.bind(at.engine);
  at.engine.merge = async (partition) => {
    await merge(partition);
    at.engine.rows.set('202603', 0);
  };
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(END);
  assert.deepEqual([at.engine.done.length, stateOf(at).state], [1, 'done']);
});

test('what is deleted after the first look is left alone by all later ones', async () => {
  const at = rig();
  at.engine.fault = new StoreUnavailableError('away');
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(20_000);
  const [first, ...later] = at.engine.held.map((parts) => parts && [...parts]);
  assert.equal(first, null);
  assert.ok(later.length > 4, 'of several tries');
  for (const parts of later) assert.deepEqual(parts, ['look 1']);
  assert.equal(at.removed(), 1, 'nor does a later try delete more');
});

test('while it is not known what the site keeps, whatever is deleted matters', async () => {
  const at = rig();
  at.unknown = 1;
  at.engine.merge = async () => undefined;
  at.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [] });
  await at.run(8000);
  const held = at.engine.held.map((parts) => parts && [...parts].join());
  // A look before each try, before each of two merges, and after them.
  assert.deepEqual(held, [null, null, null, null, null, 'look 5', 'look 5', 'look 5']);
});

test('a start goes on with what was not done, and with the ids of all runs', async () => {
  const db = new DatabaseSync(':memory:');
  const engine = new EngineDouble();
  const before = rig(engine, db);
  before.erased.add({ ...RUN, last: 0 }, { below: 40, ids: [1n, 2n, 3n] });
  engine.fault = new StoreUnavailableError('away');
  await before.run(3000);
  before.erased.add({ ...RUN, number: 90, last: 90 }, { below: 80, ids: [2n] });
  const after = rig(engine, db);
  engine.fault = null;
  assert.deepEqual(
    [...after.erased.ids(RUN, 2)],
    [
      { below: 40, ids: [1n] },
      { below: 80, ids: [2n] },
      { below: 40, ids: [3n] },
    ],
  );
  // Of a run that another one followed nothing is believed.
  after.erased.tell(RUN, { ...stateOf(after), state: 'done' });
  assert.equal(stateOf(after).state, 'shipping');
  after.shipped = 90;
  await after.run(engine.now + END);
  assert.equal(stateOf(after).state, 'done');
  assert.deepEqual([...after.erased.ids(RUN, 2)], []);
});
