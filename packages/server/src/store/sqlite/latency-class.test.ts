import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery, type RangeTest } from '@ocpp-logs/core';
import fc from 'fast-check';
import { latencyClass, latencyIn } from './latency-class.ts';

const bound = fc.option(
  fc.record({
    amount: fc
      .constantFrom(-5, 0, 999, 1_000, 4_999.5, 5_000, 10_000, 12_000, 30_000, 40_000)
      .map((value) => ({ value, text: `${value}` })),
    inclusive: fc.boolean(),
  }),
);
const range = fc.record({ test: fc.constant('range' as const), from: bound, to: bound });
const latency = fc.oneof(
  fc.integer({ min: -2_000_000, max: 60_000_000 }),
  fc
    .constantFrom(0, 1_000, 5_000, 10_000, 30_000)
    .chain((ms) => fc.integer({ min: -1, max: 1 }).map((us) => ms * 1_000 + us)),
);

function holds({ from, to }: RangeTest, us: number): boolean {
  const ms = us / 1_000;
  const above = from === null || ms > from.amount.value || (from.inclusive && ms === from.amount.value);
  return above && (to === null || ms < to.amount.value || (to.inclusive && ms === to.amount.value));
}

test('a class is in a range as far as its latencies are', () => {
  fc.assert(
    fc.property(range, latency, (asked, us) => {
      const { some, all } = latencyIn(latencyClass(us) ?? -1, asked);
      if (holds(asked, us)) assert.ok(some);
      else assert.ok(!all);
    }),
  );
});

test('searches by the bounds themselves need no text', () => {
  for (const q of ['latency:>1s', 'latency:>5s', 'latency:<=10s', 'latency:{1s TO 30s]']) {
    const parsed = parseQuery(q);
    const root = parsed.kind === 'query' ? parsed.root : null;
    const asked = root?.kind === 'field' && root.test.test === 'range' ? root.test : null;
    assert.ok(asked, q);
    for (const us of [0, 3_000_000, 7_000_000, 20_000_000, 50_000_000]) {
      const { some, all } = latencyIn(latencyClass(us) ?? -1, asked);
      assert.equal(some, all, `${q} ${us}`);
    }
  }
});

test('without an answer there is no class', () => assert.equal(latencyClass(null), null));
