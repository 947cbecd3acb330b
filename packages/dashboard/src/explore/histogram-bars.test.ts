import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksOf } from '../time/ticks.ts';
import { barsOf, piecesOf, zoomed, zoomedOut } from './histogram-bars.ts';

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

test('three errors among thousands are three pixels high, and no bar grows beyond its room', () => {
  const [bar] = BARS;
  assert.ok(bar);
  const rare = { ...bar, count: 2_718, tones: { ok: 2_715, wait: 0, other: 0, slow: 0, bad: 3 } };
  const pieces = piecesOf(rare, 2_718, 60);
  assert.deepEqual(pieces.at(-1), { tone: 'bad', y: 0, height: 3 });
  assert.equal(pieces[0]?.height, 57);
});

test('ticks of long ranges are months and years, and tell them', () => {
  const year = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2025, 0, 1) };
  const texts = (range: typeof year, most: number) => ticksOf(range, 'UTC', most).map(({ text }) => text);
  assert.deepEqual(texts(year, 5), ['2024-01', '2024-04', '2024-07', '2024-10']);
  assert.deepEqual(texts({ ...year, to: Date.UTC(2027, 5) }, 4), ['2024', '2025', '2026', '2027']);
  const days = { from: Date.UTC(2025, 11, 30), to: Date.UTC(2026, 0, 3) };
  assert.deepEqual(texts(days, 5), ['2025-12-30', '12-31', '2026-01-01', '01-02']);
  assert.ok(ticksOf({ from: 0, to: Date.UTC(2026, 0, 1) }, 'Europe/Berlin', 12).length <= 13);
});

test('ticks are round times of the zone', () => {
  const day = { from: Date.UTC(2026, 0, 5, 3), to: Date.UTC(2026, 0, 6, 3) };
  const ticks = ticksOf(day, 'Asia/Kolkata', 5);
  assert.deepEqual(
    ticks.map(({ text }) => text),
    ['12:00', '18:00', '01-06', '06:00'],
  );
});
