import assert from 'node:assert/strict';
import { test } from 'node:test';
import { START } from './explore-state.ts';
import { stateOf, viewOf, viewText } from './saved-view.ts';

const STATE = {
  ...START,
  q: 'status:Faulted',
  sites: ['depot'],
  from: '-7d',
  quiet: true,
  live: true,
  entry: { site: 'depot', id: '1' },
};

test('a view comes back as it was saved, without what belongs to the moment', () => {
  const saved = JSON.parse(JSON.stringify(viewOf(STATE, ['action'])));
  assert.deepEqual(
    { ...START, ...stateOf(saved) },
    { ...STATE, columns: ['action'], live: false, entry: null },
  );
});

test('a view that somebody wrote by the API is read as far as it can be', () => {
  const state = stateOf({ q: 7, sites: 'depot', columns: ['action', 3], order: 'up', facets: {} });
  assert.deepEqual({ ...START, ...state }, { ...START, columns: ['action'] });
  assert.equal(stateOf({}).columns, null);
});

test('a line tells what it searches, where and when', () => {
  assert.equal(viewText({ q: 'a', sites: ['x', 'y'], from: '-1h' }), 'a · x · y · -1h to now');
  assert.equal(viewText({}), 'everything · -24h to now');
});
