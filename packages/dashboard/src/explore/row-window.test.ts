import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { revealed, SEGMENT, scrolled, segmentFor, segmentRows, topRow, type Viewport } from './row-window.ts';

const MILLIONS: Viewport = { rows: 10_000_000, rowHeight: 28, height: 616 };
const FEW: Viewport = { ...MILLIONS, rows: 1_000 };

test('what fits into one segment is scrolled as it is', () => {
  assert.deepEqual(scrolled({ first: 0, top: 0 }, 20_000, FEW), { first: 0, top: 20_000 });
  assert.deepEqual(segmentFor(500, FEW), { first: 0, top: 14_000 });
  assert.equal(segmentRows(FEW), 1_000);
  assert.equal(segmentRows(MILLIONS), SEGMENT);
});

test('the scrollbar drawn to its end shows the last row, to its middle the middle one', () => {
  const end = SEGMENT * 28 - 616;
  const last = scrolled({ first: 0, top: 0 }, end, MILLIONS);
  assert.equal(topRow(last, MILLIONS), 10_000_000 - 22);
  const middle = scrolled({ first: 0, top: 0 }, end / 2, MILLIONS);
  assert.ok(Math.abs(topRow(middle, MILLIONS) - 5_000_000) < 30);
  assert.deepEqual(scrolled(last, 0, MILLIONS), { first: 0, top: 0 });
});

test('a step of the wheel moves rows by as many pixels, also where the segment moves with it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_900_000 }),
      fc.integer({ min: 0, max: SEGMENT * 28 - 616 }),
      fc.integer({ min: -1_200, max: 1_200 }),
      (first, top, by) => {
        const to = Math.min(Math.max(top + by, 0), SEGMENT * 28 - 616);
        const after = scrolled({ first, top }, to, MILLIONS);
        const moved = (topRow(after, MILLIONS) - topRow({ first, top }, MILLIONS)) * 28;
        assert.ok(Math.abs(moved - (to - top)) < 0.01);
        assert.ok(after.first >= 0 && after.first <= 9_900_000);
        assert.ok(after.top >= -0.01 && after.top <= SEGMENT * 28 - 616 + 0.01);
      },
    ),
  );
});

test('wheeling on goes through every row, to both ends', () => {
  let at = segmentFor(300, MILLIONS);
  for (let step = 0; step < 100; step += 1) at = scrolled(at, Math.max(0, at.top - 100), MILLIONS);
  assert.equal(topRow(at, MILLIONS), 0);
  at = segmentFor(9_999_900, MILLIONS);
  const end = SEGMENT * 28 - 616;
  for (let step = 0; step < 100; step += 1) at = scrolled(at, Math.min(end, at.top + 100), MILLIONS);
  assert.equal(topRow(at, MILLIONS), 10_000_000 - 22);
});

test('going to a row puts it at the top, or as far up as the last rows allow', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_999_999 }), (row) => {
      const top = topRow(segmentFor(row, MILLIONS), MILLIONS);
      assert.ok(Math.abs(top - Math.min(row, 9_999_978)) < 0.01);
    }),
  );
});

test('a row is revealed with one to spare, and nothing moves if it is on the screen', () => {
  const at = { first: 0, top: 2_800 };
  assert.equal(revealed(at, 110, MILLIONS), at);
  assert.equal(topRow(revealed(at, 100, MILLIONS), MILLIONS), 99);
  assert.equal(topRow(revealed(at, 121, MILLIONS), MILLIONS), 101);
  assert.equal(topRow(revealed(at, 0, MILLIONS), MILLIONS), 0);
  const far = topRow(revealed(at, 7_000_000, MILLIONS), MILLIONS);
  assert.ok(far <= 6_999_999 && far > 6_999_970);
});
