import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogPage } from '../api/answers.ts';
import { entry } from './fixtures.ts';
import { PAGE_ROWS, PageStore } from './page-store.ts';

interface Ask {
  /** -1: by a cursor. */
  readonly skip: number;
  readonly cursor: string | null;
  readonly take: number;
  readonly signal: AbortSignal;
  readonly answer: (page: LogPage) => void;
  readonly fail: (error: Error) => void;
}

function rig() {
  const asks: Ask[] = [];
  const counts: Ask[] = [];
  const store = new PageStore(
    (start, take, signal) =>
      new Promise((answer, fail) => {
        const at =
          'cursor' in start ? { skip: -1, cursor: start.cursor } : { skip: start.skip, cursor: null };
        asks.push({ ...at, take, signal, answer, fail });
      }),
    (signal) =>
      new Promise((answer, fail) => {
        counts.push({ skip: 0, cursor: null, take: 1, signal, answer, fail });
      }),
  );
  return { store, asks, counts };
}

const page = (skip: number, count = 10_000_000): LogPage => ({
  ocpp_logs: Array.from({ length: PAGE_ROWS }, (_, at) => entry(String(skip + at))),
  count,
});
/** Lets what awaits an answer run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a page is fetched for the rows that are on the screen, once', async () => {
  const { store, asks } = rig();
  store.want(0, 40);
  store.want(0, 60);
  assert.deepEqual(
    asks.map(({ skip }) => skip),
    [0],
  );
  asks[0]?.answer(page(0));
  await settled();
  assert.equal(store.state?.count, 10_000_000);
  assert.equal(store.row(7)?.exchange?.id, '7');
  assert.equal(store.row(PAGE_ROWS), undefined);
  store.want(10, 50);
  assert.equal(asks.length, 1);
});

test('what is scrolled past is given up', async () => {
  const { store, asks } = rig();
  store.want(0, 40);
  store.want(5_000_000, 5_000_040);
  assert.equal(asks[0]?.signal.aborted, true);
  assert.equal(asks[1]?.skip, 5_000_000);
  asks[0]?.answer(page(0));
  await settled();
  assert.equal(store.row(0), undefined);
});

test('memory is bounded however far one scrolls', async () => {
  const { store, asks } = rig();
  for (let at = 0; at < 200; at += 1) {
    store.want(at * PAGE_ROWS, at * PAGE_ROWS + 1);
    asks.at(-1)?.answer(page(at * PAGE_ROWS));
    await settled();
  }
  const held = Array.from({ length: 200 * PAGE_ROWS }, (_, row) => store.row(row)).filter(Boolean);
  assert.equal(held.length, 120 * PAGE_ROWS);
  assert.ok(store.row(199 * PAGE_ROWS));
  assert.equal(store.row(0), undefined);
});

test('a failure is told, and asking again heals it', async () => {
  const { store, asks } = rig();
  store.want(0, 1);
  asks[0]?.fail(new Error('away'));
  await settled();
  assert.match(String(store.error), /away/);
  assert.equal(asks.length, 1);
  store.retry();
  assert.equal(asks.length, 2);
  asks[1]?.answer(page(0));
  await settled();
  assert.equal(store.error, null);
});

test('an entry that got its answer is changed where it stands', async () => {
  const { store, asks } = rig();
  store.want(0, 1);
  asks[0]?.answer(page(0));
  await settled();
  const before = store.version;
  assert.equal(store.update(entry('3', { exchange: { outcome: 'late' } })), true);
  assert.equal(store.row(3)?.exchange?.outcome, 'late');
  assert.ok(store.version > before);
  assert.equal(store.update(entry('unknown')), false);
  assert.deepEqual([store.has(entry('3')), store.has(entry('unknown'))], [true, false]);
});

const atLeast = (count: number): LogPage => ({ ...page(0, count), count_exact: false });

test('rows do not wait for a count that takes long; it follows, once', async () => {
  const { store, asks, counts } = rig();
  store.want(0, 40);
  assert.equal(counts.length, 0);
  asks[0]?.answer(atLeast(201));
  await settled();
  assert.deepEqual(store.state, { count: 201, exact: false, counting: true });
  assert.equal(counts.length, 1);
  counts[0]?.answer({ ...page(0, 5_000), count_exact: true });
  await settled();
  assert.deepEqual(store.state, { count: 5_000, exact: true, counting: false });
  store.want(200, 240);
  asks[1]?.answer(atLeast(401));
  await settled();
  assert.deepEqual(store.state, { count: 5_000, exact: true, counting: false });
  assert.equal(counts.length, 1);
});

test('a count that is exact with the page is not asked for', async () => {
  const { store, asks, counts } = rig();
  store.want(0, 40);
  asks[0]?.answer(page(0));
  await settled();
  assert.deepEqual(store.state, { count: 10_000_000, exact: true, counting: false });
  assert.equal(counts.length, 0);
});

test('a count that failed is asked for again with further rows, one that nobody wants is given up', async () => {
  const { store, asks, counts } = rig();
  store.want(0, 40);
  asks[0]?.answer(atLeast(201));
  await settled();
  counts[0]?.fail(new Error('away'));
  await settled();
  assert.deepEqual(store.state, { count: 201, exact: false, counting: false });
  store.want(10, 50);
  assert.equal(counts.length, 2);
  store.rest();
  assert.equal(counts[1]?.signal.aborted, true);
  store.want(0, 40);
  assert.equal(counts.length, 3);
});

const part = (first: number, rows: number, next: string | null): LogPage => ({
  ...page(first, rows),
  ocpp_logs: page(first).ocpp_logs.slice(0, rows),
  count_exact: false,
  next_cursor: next,
});

test('a page that time cut short is gone on with, and shows what it has', async () => {
  const { store, asks, counts } = rig();
  store.want(0, 40);
  asks[0]?.answer(part(0, 0, 'a'));
  await settled();
  assert.deepEqual(store.state, { count: 0, exact: false, counting: true });
  assert.deepEqual([asks[1]?.cursor, asks[1]?.take], ['a', PAGE_ROWS]);
  asks[1]?.answer(part(0, 3, 'b'));
  await settled();
  assert.deepEqual(store.state, { count: 3, exact: false, counting: true });
  assert.equal(store.row(2)?.exchange?.id, '2');
  assert.deepEqual([asks[2]?.cursor, asks[2]?.take], ['b', PAGE_ROWS - 3]);
  asks[2]?.answer(part(3, 2, null));
  await settled();
  assert.deepEqual(store.state, { count: 5, exact: true, counting: false });
  assert.equal(store.row(4)?.exchange?.id, '4');
  assert.deepEqual([asks.length, counts.length], [3, 0]);
});

test('a search over texts goes on where the page before ended, and begins anew where it was given up', async () => {
  const { store, asks } = rig();
  store.want(0, 40);
  asks[0]?.answer(part(0, PAGE_ROWS, 'a'));
  await settled();
  store.want(PAGE_ROWS, PAGE_ROWS + 40);
  assert.equal(asks[1]?.cursor, 'a');
  asks[1]?.answer(part(PAGE_ROWS, 1, 'b'));
  await settled();
  assert.equal(store.state?.count, PAGE_ROWS + 1);
  store.want(0, 40);
  assert.equal(asks[2]?.signal.aborted, true);
  assert.equal(store.row(PAGE_ROWS), undefined);
  store.want(PAGE_ROWS, PAGE_ROWS + 40);
  assert.equal(asks[3]?.cursor, 'a');
});
