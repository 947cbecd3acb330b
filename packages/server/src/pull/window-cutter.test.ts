import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TimeSpan } from './span.ts';
import { WindowCutter } from './window-cutter.ts';

const HOUR = 3_600_000;
const SIZES = { first: HOUR, longest: 24 * HOUR, full: 10_000, sparse: 500 };

/** Reads a log of so many entries a ms; the windows that were read. */
function cut(span: TimeSpan, density: (at: number) => number): { window: TimeSpan; count: number }[] {
  const cutter = new WindowCutter(span, SIZES);
  const read: { window: TimeSpan; count: number }[] = [];
  for (let step = 0; cutter.window !== null; step += 1) {
    assert.ok(step < 10_000, 'it comes to an end');
    const { window } = cutter;
    const count = Math.round(density(window.from) * (window.to - window.from));
    if (count > SIZES.full && cutter.divisible) {
      cutter.shrink(count);
      continue;
    }
    read.push({ window, count });
    cutter.advance(count);
  }
  return read;
}

test('windows cover the span, each once, and none that can be cut holds too much', () => {
  fc.assert(
    fc.property(fc.nat(40 * 24), fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }), (hours, densities) => {
      const span = { from: 1_000, to: 1_000 + hours * HOUR + 17 };
      const perMs = (at: number) => (densities[Math.floor(at / (7 * HOUR)) % densities.length] ?? 0) / 20_000;
      let at = span.from;
      for (const { window, count } of cut(span, perMs)) {
        assert.equal(window.from, at);
        assert.ok(count <= SIZES.full || window.to - window.from === 1);
        at = window.to;
      }
      assert.equal(at, span.to);
    }),
    { numRuns: 50 },
  );
});

test('a sparse log is read in ever longer windows, up to the longest', () => {
  const windows = cut({ from: 0, to: 100 * HOUR }, () => 0);
  assert.deepEqual(
    windows.map(({ window }) => (window.to - window.from) / HOUR),
    [1, 2, 4, 8, 16, 24, 24, 21],
  );
});

test('a dense log is cut by its count, not by halves alone', () => {
  const cutter = new WindowCutter({ from: 0, to: HOUR }, SIZES);
  cutter.shrink(HOUR * 1_000);
  assert.deepEqual(cutter.window, { from: 0, to: 5 });
  cutter.shrink(1_000_000);
  assert.deepEqual(cutter.window, { from: 0, to: 1 });
  assert.equal(cutter.divisible, false);
});

test('a window that fails is made smaller down to a minute', () => {
  const cutter = new WindowCutter({ from: 0, to: HOUR }, SIZES);
  assert.equal(cutter.narrow(), true);
  assert.deepEqual(cutter.window, { from: 0, to: HOUR / 16 });
  assert.equal(cutter.narrow(), true);
  assert.deepEqual(cutter.window, { from: 0, to: 60_000 });
  assert.equal(cutter.narrow(), false);
  cutter.advance(null);
  assert.deepEqual(cutter.window, { from: 60_000, to: 120_000 });
});
