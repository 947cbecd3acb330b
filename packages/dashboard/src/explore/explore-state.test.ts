import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ExploreState, readState, START, writeState, ZONES } from './explore-state.ts';

const PLAIN = { noNullPrototype: true };

const state: fc.Arbitrary<ExploreState> = fc.record(
  {
    q: fc.string({ unit: 'binary' }),
    sites: fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }),
    from: fc.constantFrom('-3h', '2026-01-05T00:00:00.000Z', 'nonsense &=%'),
    to: fc.constantFrom('now', '2026-01-06T00:00:00.000Z'),
    live: fc.boolean(),
    quiet: fc.boolean(),
    events: fc.boolean(),
    zone: fc.constantFrom(...ZONES),
    order: fc.constantFrom('asc' as const, 'desc' as const),
    columns: fc.option(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 })),
    entry: fc.option(
      fc.record({ site: fc.string({ minLength: 1 }), id: fc.string({ minLength: 1 }) }, PLAIN),
    ),
  },
  PLAIN,
);

test('every state has an address that reads as that state', () => {
  fc.assert(
    fc.property(state, (given) => {
      assert.deepEqual(readState(`?${writeState(given)}`), given);
      assert.deepEqual(readState(writeState(given)), given);
    }),
  );
});

test('what the page starts with has an empty address, and any text is some state', () => {
  assert.equal(writeState(START), '');
  assert.deepEqual(readState(''), START);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.ok(readState(text))));
  assert.deepEqual(readState('site=a,%25E0%25A4%25A,b&zone=mars&order=up&entry=depot').sites, ['a', 'b']);
  assert.equal(readState('entry=depot').entry, null);
});
