import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry } from './fixtures.ts';
import type { TailChange } from './follow.ts';
import {
  caughtUp,
  HELD_MAX,
  hasGap,
  isWhole,
  type LiveRows,
  NO_LIVE_ROWS,
  resumed,
  taken,
  waitingCount,
  withoutHeld,
} from './live-rows.ts';

const came = (from: number, count: number): TailChange[] =>
  Array.from({ length: count }, (_, at) => ({ kind: 'entry', entry: entry(String(from + at)) }));
const ids = (rows: LiveRows) => rows.shown.map(({ exchange }) => exchange?.id);

test('new entries stand above older ones, and an update changes the one that is there', () => {
  let rows = taken(NO_LIVE_ROWS, came(1, 2), false);
  rows = taken(rows, came(3, 1), false);
  assert.deepEqual(ids(rows), ['3', '2', '1']);
  const late = entry('2', { exchange: { outcome: 'late' } });
  rows = taken(rows, [{ kind: 'update', entry: late }], false);
  assert.deepEqual(ids(rows), ['3', '2', '1']);
  assert.equal(rows.shown[1]?.exchange?.outcome, 'late');
});

test('while paused nothing moves; what waited is shown in order when it goes on', () => {
  const shown = taken(NO_LIVE_ROWS, came(1, 2), false);
  const paused = taken(taken(shown, came(3, 2), true), came(5, 1), true);
  assert.equal(paused.shown, shown.shown);
  assert.equal(waitingCount(paused), 3);
  assert.deepEqual(ids(resumed(paused)), ['5', '4', '3', '2', '1']);
  assert.equal(waitingCount(resumed(paused)), 0);
});

test('what is held is bounded, and what is not held is counted as a gap', () => {
  let rows = NO_LIVE_ROWS;
  for (let batch = 0; batch < 50; batch += 1) rows = taken(rows, came(batch * 100, 100), false);
  assert.ok(rows.shown.length <= HELD_MAX);
  assert.equal(rows.shown.length + rows.missed, 5_000);
  assert.equal(rows.shown[0]?.exchange?.id, '4999');
  assert.ok(hasGap(rows));
  assert.equal(hasGap(taken(NO_LIVE_ROWS, came(1, 1), false)), false);
});

test('a long pause is bounded too, and loses no count', () => {
  let rows = taken(NO_LIVE_ROWS, came(0, 10), false);
  for (let batch = 0; batch < 40; batch += 1) rows = taken(rows, came(100 + batch * 100, 100), true);
  assert.equal(waitingCount(rows), 4_000);
  assert.ok(rows.waiting.length <= HELD_MAX);
  const after = resumed(rows);
  assert.equal(after.shown.length + after.missed, 4_010);
  assert.equal(after.shown[0]?.exchange?.id, '4099');
});

test('a gap lies between what came behind it and all that was there before', () => {
  const before = taken(NO_LIVE_ROWS, came(1, 2), false);
  const rows = taken(before, [...came(3, 1), { kind: 'gap' }, ...came(7, 2)], false);
  assert.deepEqual(ids(rows), ['8', '7']);
  assert.deepEqual([rows.missed, rows.broken], [3, true]);
});

test('a gap while the table is paused moves nothing, and lies behind what waits when it goes on', () => {
  const before = taken(taken(NO_LIVE_ROWS, came(1, 2), false), came(3, 1), true);
  const paused = taken(before, [{ kind: 'gap' }, ...came(7, 2)], true);
  assert.equal(paused.shown, before.shown);
  assert.deepEqual([waitingCount(paused), hasGap(paused)], [3, false]);
  const rows = resumed(paused);
  assert.deepEqual(ids(rows), ['8', '7']);
  assert.deepEqual([rows.missed, rows.broken], [3, true]);
});

test('a gap with nothing behind it yet, while paused, is there when the table goes on', () => {
  const before = taken(NO_LIVE_ROWS, came(1, 2), false);
  const rows = resumed(taken(before, [{ kind: 'gap' }], true));
  assert.deepEqual([ids(rows), rows.missed, rows.broken], [[], 2, true]);
});

test('a gap that the server tells of is shown', () => {
  assert.ok(hasGap(taken(NO_LIVE_ROWS, [{ kind: 'gap' }], false)));
});

test('what the result holds itself is not shown twice', () => {
  const rows = taken(NO_LIVE_ROWS, came(1, 3), false);
  assert.deepEqual(ids(withoutHeld(rows, ({ exchange }) => exchange?.id === '2')), ['3', '1']);
  assert.equal(
    withoutHeld(rows, () => false),
    rows,
  );
  const paused = withoutHeld(taken(NO_LIVE_ROWS, came(1, 3), true), ({ exchange }) => exchange?.id === '2');
  assert.deepEqual(ids(resumed(paused)), ['3', '1'], 'nor when the table goes on');
});

test('what was recorded before the tail was open stands behind what the tail told, once', () => {
  const told = taken(NO_LIVE_ROWS, came(5, 2), false);
  const missing = [entry('5'), entry('4'), entry('3')];
  const rows = caughtUp(told, { entries: missing, whole: true }, false);
  assert.deepEqual([ids(rows), hasGap(rows)], [['6', '5', '4', '3'], false]);
  assert.equal(caughtUp(rows, { entries: missing, whole: true }, false), rows);
  const late = entry('4', { exchange: { outcome: 'late' } });
  const again = taken(rows, [{ kind: 'entry', entry: late }, ...came(7, 1)], false);
  assert.deepEqual(ids(again), ['7', '6', '5', '4', '3'], 'what the tail tells of it again is no other row');
  assert.equal(again.shown[3]?.exchange?.outcome, 'late');
});

test('what came before the answer and is told by the tail only after it stands above what the tail had told', () => {
  const answered = [entry('9'), entry('8'), entry('7'), entry('6'), entry('5'), entry('4')];
  const told = taken(NO_LIVE_ROWS, [...came(5, 1), ...came(7, 1)], false);
  const rows = caughtUp(told, { entries: answered, whole: true }, false);
  assert.deepEqual(ids(rows), ['9', '8', '7', '6', '5', '4']);
  assert.deepEqual(ids(taken(rows, came(8, 3), false)), ['10', '9', '8', '7', '6', '5', '4']);
  const paused = taken(taken(NO_LIVE_ROWS, came(5, 1), false), came(7, 1), true);
  const on = resumed(caughtUp(paused, { entries: answered.slice(0, 3), whole: true }, true));
  assert.deepEqual(ids(on), ['9', '8', '7', '5']);
});

test('what was recorded before the tail was open goes into a gap that is there, and not between it and what is shown', () => {
  const before = { entries: [entry('4'), entry('3')], whole: true };
  const broken = caughtUp(taken(NO_LIVE_ROWS, [{ kind: 'gap' }, ...came(7, 2)], false), before, false);
  assert.deepEqual([ids(broken), broken.missed, broken.broken], [['8', '7'], 0, true]);
  const flood = taken(NO_LIVE_ROWS, came(100, HELD_MAX + 1), false);
  const rows = caughtUp(flood, before, false);
  assert.deepEqual([rows.shown, rows.missed, rows.broken], [flood.shown, flood.missed, true]);
});

test('what was recorded before the tail was open does not come to stand above what is shown of a paused table', () => {
  const shown = taken(NO_LIVE_ROWS, came(5, 2), false);
  const before = { entries: [entry('4'), entry('3')], whole: true };
  const paused = caughtUp(taken(shown, came(7, 1), true), before, true);
  assert.equal(paused.shown, shown.shown, 'nothing moves');
  assert.equal(waitingCount(paused), 1);
  const on = resumed(paused);
  assert.deepEqual([ids(on), on.missed, hasGap(on)], [['7'], 2, true]);
});

test('what was asked for reaches the result where it holds some of it, or there is no more than was told', () => {
  const page = (entries: number, count: number, next: string | null = null) => ({
    ocpp_logs: Array.from({ length: entries }, (_, at) => entry(String(at))),
    count,
    next_cursor: next,
  });
  const of = (answer: ReturnType<typeof page>, held = 0) => isWhole(answer, { held, take: 3 });
  assert.deepEqual([of(page(0, 0)), of(page(2, 2)), of(page(3, 3)), of(page(3, 4), 1)], Array(4).fill(true));
  assert.equal(of(page(2, 5)), true, 'what came in until it was counted is told by the tail');
  assert.deepEqual([of(page(3, 4)), of(page(2, 2, 'behind'))], [false, false]);
});

test('more than one page came before the tail was open: what is not there is a gap, also of a paused table', () => {
  const entries = [entry('9'), entry('8')];
  assert.ok(hasGap(caughtUp(NO_LIVE_ROWS, { entries, whole: false }, false)));
  const paused = caughtUp(taken(NO_LIVE_ROWS, came(10, 1), true), { entries, whole: false }, true);
  assert.deepEqual([ids(paused), waitingCount(paused), hasGap(paused)], [[], 3, false]);
  const on = resumed(paused);
  assert.deepEqual([ids(on), hasGap(on)], [['10', '9', '8'], true]);
});
