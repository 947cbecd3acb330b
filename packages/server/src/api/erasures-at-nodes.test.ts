/** Several nodes over one control data: one request erases at each of them, whenever it comes. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ErasureOrder } from '../capture/recorder/recorder-worker.ts';
import type { ErasuresOptions } from '../erasure/erasures.ts';
import type { ControlSnapshot } from '../store/control.ts';
import { ENGINE_BEGINS, type EngineErased, type ErasureRecord, NO_PROGRESS } from '../store/erasure.ts';
import { ControlDouble } from './control-double.ts';
import { erasures, NOW } from './fixtures.ts';

const WISH = { site: 'depot', tag: '04A2B3C4D5', dry: false, by: 'ada' };

class SharedDouble extends ControlDouble {
  /** Thrown by the next reading. */
  fault: Error | null = null;

  override snapshot(): ControlSnapshot {
    return {
      ...super.snapshot(),
      askedErasures: new Map(this.erasureRecords.map(({ id, asked }) => [id, asked])),
    };
  }

  override async erasures() {
    const { fault } = this;
    this.fault = null;
    if (fault !== null) throw fault;
    return super.erasures();
  }

  override async putErasure(erasure: ErasureRecord) {
    await new Promise(setImmediate);
    const isSame = ({ id, replacement, forms }: ErasureRecord) =>
      (id !== erasure.id || replacement !== erasure.replacement) &&
      JSON.stringify(forms) === JSON.stringify(erasure.forms);
    if (this.erasureRecords.some(isSame)) return false;
    await super.putErasure(erasure);
    this.changed();
    return true;
  }
}

interface NodeUnderTest {
  readonly made: ReturnType<typeof erasures>;
  readonly orders: ErasureOrder[];
  readonly removed: string[];
  /** Orders that come from now on wait until it is let go. */
  hold(): () => void;
}

function node(
  t: TestContext,
  control: SharedDouble,
  number: number,
  now = () => NOW,
  gone: ErasuresOptions['gone'] = null,
): NodeUnderTest {
  const orders: ErasureOrder[] = [];
  const removed: string[] = [];
  let held: Promise<void> = Promise.resolve();
  const made = erasures(control, {
    shared: { folder: `f${number}`, keepsOfGone: true },
    now,
    gone,
    recorder: {
      erase: async (order) => {
        orders.push(order);
        await held;
        const noted = gone === null ? {} : { noted: orders.length };
        return { id: order.id, ...NO_PROGRESS, ...noted, looked: 5, of: 5, entries: number, ended: true };
      },
    },
    exports: {
      count: async () => 1,
      remove: async (site) => {
        removed.push(site);
        return 0;
      },
    },
  });
  t.after(() => made.close());
  if (!control.nodeRows.some((row) => row.number === number)) {
    const row = { number, folder: `f${number}`, given: 0, lastSeen: NOW, released: null };
    control.nodeRows = [...control.nodeRows, row];
  }
  return {
    made,
    orders,
    removed,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
  };
}

async function settled(of: NodeUnderTest, id: string, state: string) {
  for (;;) {
    const view = await of.made.get(id);
    if (view?.state === state) return view;
    await new Promise(setImmediate);
  }
}

test('what one node is asked all erase, with one replacement, and any node tells how far all are', async (t) => {
  const control = new SharedDouble();
  let texts = 0;
  control.eraseTexts = async () => {
    texts += 1;
    return { table: '', changed: 0, next: null };
  };
  const [a, b] = [node(t, control, 1), node(t, control, 2)];
  await Promise.all([a.made.start(), b.made.start()]);
  const release = b.hold();
  const { id, replacement, state } = await a.made.create(WISH);
  assert.equal(state, 'running');
  await a.made.ended(id);
  while (b.orders.length === 0) await new Promise(setImmediate);
  const half = await a.made.get(id);
  assert.deepEqual(
    [half?.state, half?.nodes?.map((part) => part.state)],
    ['running', ['done', 'running']],
    'not done before the other one is',
  );
  release();
  const done = await settled(a, id, 'done');
  assert.deepEqual([done.progress.entries, done.nodes?.map((part) => part.state)], [3, ['done', 'done']]);
  assert.equal((await settled(b, id, 'done')).progress.entries, 3);
  assert.deepEqual([a.orders.length, b.orders.length, texts], [1, 1, 1]);
  assert.deepEqual(b.orders[0]?.tag, a.orders[0]?.tag);
  assert.deepEqual([...new Set(b.removed)], ['depot'], 'its kept exports go, too');

  // Asked again, at the other one.
  const again = await b.made.create({ ...WISH, tag: WISH.tag.toLowerCase() });
  assert.deepEqual([again.id, again.replacement], [id, replacement]);
});

test('nodes that are asked for the same in the same moment do one erasure', async (t) => {
  const control = new SharedDouble();
  const [a, b] = [node(t, control, 1), node(t, control, 2)];
  await Promise.all([a.made.start(), b.made.start()]);
  const told: string[] = [];
  const before = async (id: string) => void told.push(id);
  const asked = await Promise.all([a, b, a, b].map(({ made }) => made.create({ ...WISH, before })));
  assert.equal(control.erasureRecords.length, 1);
  assert.equal(new Set(asked.map(({ id, replacement }) => `${id} ${replacement}`)).size, 1);
  const [{ id, replacement } = assert.fail()] = asked;
  assert.deepEqual(told, [id, id, id, id], 'each is written down once, with the id that it has');
  await Promise.all([settled(a, id, 'done'), settled(b, id, 'done')]);
  const replacements = [...a.orders, ...b.orders].map(({ tag }) => tag.replacement);
  assert.deepEqual([...new Set(replacements)], [replacement]);
  assert.equal((await a.made.list()).length, 1);
});

test('a node that is away does its part when it is back, and leaves that of others alone', async (t) => {
  const control = new SharedDouble();
  const a = node(t, control, 1);
  control.nodeRows = [
    ...control.nodeRows,
    { number: 2, folder: 'f2', given: 0, lastSeen: 0, released: null },
  ];
  await a.made.start();
  const { id } = await a.made.create(WISH);
  await a.made.ended(id);
  const without = await settled(a, id, 'incomplete');
  assert.deepEqual(
    without.nodes?.map(({ state }) => state),
    ['done', 'waiting'],
  );

  const b = node(t, control, 2);
  await b.made.start();
  await b.made.ended(id);
  assert.deepEqual([a.orders.length, b.orders.length], [1, 1]);
  await settled(a, id, 'done');

  // It has done it: another start does not.
  const restarted = node(t, control, 2);
  await restarted.made.start();
  await restarted.made.ended(id);
  assert.equal(restarted.orders.length, 0);
});

test('what a node was cut off in it goes on with, and no other one does', async (t) => {
  const control = new SharedDouble();
  const b = node(t, control, 2);
  await b.made.start();
  b.hold();
  const a = node(t, control, 1);
  await a.made.start();
  const { id } = await a.made.create(WISH);
  await a.made.ended(id);
  while (b.orders.length === 0) await new Promise(setImmediate);
  b.made.close();

  const c = node(t, control, 1);
  await c.made.start();
  await c.made.ended(id);
  assert.equal(c.orders.length, 0);
  assert.equal(control.erasureNodes.find(({ folder }) => folder === 'f2')?.state, 'running');
  const again = node(t, control, 2);
  await again.made.start();
  await again.made.ended(id);
  assert.equal(again.orders.length, 1);
  await settled(c, id, 'done');
});

test('asked again all do it again; what could not be read of the others is looked for again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const control = new SharedDouble();
  let now = NOW;
  const [a, b] = [node(t, control, 1, () => now), node(t, control, 2, () => now)];
  await Promise.all([a.made.start(), b.made.start()]);
  const { id } = await a.made.create(WISH);
  await Promise.all([settled(a, id, 'done'), settled(b, id, 'done')]);
  now += 1;
  await a.made.create(WISH);
  while (b.orders.length < 2) await new Promise(setImmediate);
  await settled(a, id, 'done');
  assert.equal(a.orders.length, 2);

  now += 1;
  const { made, orders } = node(t, control, 3, () => now);
  await made.start();
  await made.ended(id);
  assert.equal(orders.length, 1, 'one that comes later does it as well');
  control.fault = new Error('PostgreSQL is away');
  const other = { ...control.erasureRecords[0], id: 'other', forms: [], asked: now } as ErasureRecord;
  await control.putErasure(other);
  await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  while (orders.length < 2 || a.orders.length < 3 || b.orders.length < 3) {
    t.mock.timers.tick(60_000);
    await new Promise(setImmediate);
  }
});

test('what ClickHouse does of a run that was asked for again is not told to others in place of the newer one', async (t) => {
  const control = new SharedDouble();
  let now = NOW;
  const looks: ((news: EngineErased) => void)[] = [];
  const gone: ErasuresOptions['gone'] = (_id, _noted, onNews) => {
    looks.push(onNews);
    return new Promise(() => undefined);
  };
  const a = node(t, control, 1, () => now, gone);
  const b = node(t, control, 2, () => now);
  await Promise.all([a.made.start(), b.made.start()]);
  const { id, asked } = await a.made.create(WISH);
  while (looks.length < 1) await new Promise(setImmediate);
  await settled(b, id, 'shipping');
  await b.made.ended(id);
  now += 1;
  const again = await b.made.create(WISH);
  while (looks.length < 2) await new Promise(setImmediate);
  assert.ok(again.asked > asked);
  const part = () => control.erasureNodes.find(({ folder }) => folder === 'f1');
  for (const look of looks.toReversed()) look({ ...ENGINE_BEGINS, state: 'merging' });
  await new Promise(setImmediate);
  assert.deepEqual([part()?.asked, part()?.report?.engine?.state], [again.asked, 'merging']);
});
