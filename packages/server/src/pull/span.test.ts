import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atMost, lengthOf, merged, spanText, type TimeSpan, without } from './span.ts';

const span: fc.Arbitrary<TimeSpan> = fc
  .tuple(fc.nat(30), fc.nat(30))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const spans = fc.array(span, { maxLength: 8 });

const moments = (all: readonly TimeSpan[]) =>
  Array.from({ length: 31 }, (_, at) => all.some(({ from, to }) => at >= from && at < to));

test('merged spans hold the same moments, in order, apart from each other', () => {
  fc.assert(
    fc.property(spans, (all) => {
      const found = merged(all);
      assert.deepEqual(moments(found), moments(all));
      for (const [at, { from }] of found.entries()) assert.ok(at === 0 || from > (found[at - 1]?.to ?? 0));
    }),
  );
});

test('without takes exactly the cut away', () => {
  fc.assert(
    fc.property(spans, span, (all, cut) => {
      const expected = moments(all).map((held, at) => held && !(at >= cut.from && at < cut.to));
      assert.deepEqual(moments(without(all, cut)), expected);
    }),
  );
});

test('where there are too many the nearest become one, and none is lost', () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 5 }), (all, most) => {
      const before = merged(all);
      const found = atMost(before, most);
      assert.ok(found.length <= Math.max(most, 0));
      for (const { from, to } of before) assert.ok(found.some((held) => held.from <= from && held.to >= to));
    }),
  );
  const far = [
    { from: 0, to: 1 },
    { from: 10, to: 11 },
    { from: 12, to: 13 },
  ];
  assert.deepEqual(atMost(far, 2), [
    { from: 0, to: 1 },
    { from: 10, to: 13 },
  ]);
});

test('a span is written as ISO 8601 writes it', () => {
  const day = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) };
  assert.equal(spanText(day), '2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z');
  assert.equal(lengthOf(day), 86_400_000);
});
