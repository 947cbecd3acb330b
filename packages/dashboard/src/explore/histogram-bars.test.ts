import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, piecesOf, ticksOf, zoomed, zoomedOut } from './histogram-bars.ts';

const AT = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
const BARS = barsOf({
  from: iso(AT + 10_000),
  to: iso(AT + 3 * MINUTE + 5_000),
  step_ms: MINUTE,
  bins: [
    { time: iso(AT), count: 10, outcomes: { answered: 7, error: 1, timeout: 1 } },
    { time: iso(AT + 2 * MINUTE), count: 2, outcomes: { pending: 2 } },
  ],
  exact: true,
});

test('every step has a bar, and every entry a tone', () => {
  assert.deepEqual(
    BARS.map(({ count }) => count),
    [10, 0, 2, 0],
  );
  assert.deepEqual(BARS[0]?.tones, { ok: 7, wait: 0, slow: 1, bad: 1, other: 1 });
});

test('pieces stand on each other and rare ones are still seen', () => {
  const [bar] = BARS;
  assert.ok(bar);
  const pieces = piecesOf({ ...bar, count: 10_000, tones: { ...bar.tones, ok: 9_997 } }, 10_000, 60);
  assert.deepEqual(
    pieces.map(({ tone }) => tone),
    ['ok', 'other', 'slow', 'bad'],
  );
  for (const { height, y } of pieces) assert.ok(height >= 0 && y >= 0 && y + height <= 60);
  assert.deepEqual(piecesOf(bar, 0, 60), []);
});

test('bars that were drawn are a range inside the one that is shown', () => {
  const range = { from: AT + 10_000, to: AT + 3 * MINUTE + 5_000 };
  assert.deepEqual(zoomed(BARS, 2, 1, range), { from: AT + MINUTE, to: AT + 3 * MINUTE });
  assert.deepEqual(zoomed(BARS, 0, 3, range), range);
  const out = zoomedOut(range, AT + 3 * MINUTE + 10_000);
  assert.equal(out.to, AT + 3 * MINUTE + 10_000);
  assert.equal(out.to - out.from, 2 * (range.to - range.from));
});

test('ticks are round times of the zone', () => {
  const day = { from: Date.UTC(2026, 0, 5, 3), to: Date.UTC(2026, 0, 6, 3) };
  const ticks = ticksOf(day, 'Asia/Kolkata', 5);
  assert.deepEqual(
    ticks.map(({ text }) => text),
    ['12:00', '18:00', '01-06', '06:00'],
  );
});
