import assert from 'node:assert/strict';
import { test } from 'node:test';
import { said } from './fixtures.ts';
import { anchorOf, placeOf } from './scroll-anchor.ts';
import { sequenceOf } from './sequence-events.ts';
import { layoutOf } from './sequence-layout.ts';

const layout = (first: number, last: number) =>
  layoutOf(
    sequenceOf(
      Array.from({ length: last - first }, (_, at) => said(String(first + at), { at: (first + at) * 1000 })),
    ).events,
    800,
    'UTC',
  );

test('the row that is read stays where it is when rows come below and fall off above', () => {
  const [before, after] = [layout(0, 40), layout(10, 60)];
  const top = 900;
  const anchor = anchorOf(before, top, 400);
  assert.ok(anchor !== null && anchor !== 'end');
  const rowOf = ({ rows }: typeof before) =>
    rows.find((row) => row.kind === 'message' && row.message.key === anchor.key);
  const moved = placeOf(anchor, after, top);
  assert.equal((rowOf(before)?.y ?? 0) - top, (rowOf(after)?.y ?? 0) - moved);
  assert.notEqual(moved, top);
});

test('at the end it goes on, at the start and without the row it stays', () => {
  const before = layout(0, 40);
  assert.equal(anchorOf(before, before.height - 400, 400), 'end');
  assert.equal(placeOf('end', layout(10, 60), 5), layout(10, 60).height);
  assert.equal(anchorOf(before, 0, 400), null);
  assert.equal(placeOf({ key: '3', offset: 0 }, layout(20, 60), 123), 123);
  // All of it is in sight: nothing was scrolled.
  assert.equal(anchorOf(layout(0, 2), 0, 4000), null);
});
