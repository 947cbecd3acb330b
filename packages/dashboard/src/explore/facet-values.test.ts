import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facet } from '../api/answers.ts';
import { hasMore, TOP, valuesOf } from './facet-values.ts';

const facet = (values: number, more = false): Facet => ({
  field: 'action',
  values: Array.from({ length: values }, (_, at) => ({ value: `A${at}`, count: values - at })),
  distinct: more ? values + 1 : values,
  more,
});

test('the first values are shown, and a chosen one with its count wherever it stands', () => {
  const shown = valuesOf(facet(20), ['A15'], null);
  assert.equal(shown.length, TOP + 1);
  assert.deepEqual(shown.at(-1), { value: 'A15', count: 5 });
  assert.equal(hasMore(facet(20)), true);
  assert.equal(hasMore(facet(TOP)), false);
});

test('a chosen value that no entry has counts 0; one that was not among the counted has no number', () => {
  assert.deepEqual(valuesOf(facet(2), ['B'], null).at(-1), { value: 'B', count: 0 });
  assert.deepEqual(valuesOf(facet(2, true), ['B'], null).at(-1), { value: 'B', count: null });
  assert.deepEqual(valuesOf(undefined, ['B'], null), [{ value: 'B', count: null }]);
});

test('all values that were counted are shown when more are asked for, chosen ones only where they are looked for', () => {
  assert.equal(valuesOf(facet(20), [], '').length, 20);
  assert.deepEqual(
    valuesOf(facet(1), ['Boot', 'Reset'], 'res').map(({ value }) => value),
    ['A0', 'Reset'],
  );
});
