import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterParams, isNarrowed, NO_FILTER, readFilter, toggled, writeFilter } from './session-filter.ts';

test('an address holds the filter, and nothing that is none', () => {
  for (const filter of [NO_FILTER, { severities: ['failure', 'note'], verdict: 'stop-other' }] as const) {
    const query = new URLSearchParams();
    writeFilter(query, filter);
    assert.deepEqual(readFilter(query), filter);
    assert.equal(isNarrowed(filter), filter !== NO_FILTER);
  }
  assert.deepEqual(readFilter(new URLSearchParams('severity=bad,warning&verdict=No rule')), {
    severities: ['warning'],
    verdict: '',
  });
  assert.deepEqual(filterParams({ severities: ['failure', 'warning'], verdict: '' }), {
    severity: 'failure,warning',
    verdict: '',
  });
});

test('a severity is added and taken back; all of them are none', () => {
  assert.deepEqual(toggled([], 'warning'), ['warning']);
  assert.deepEqual(toggled(['warning'], 'failure'), ['failure', 'warning']);
  assert.deepEqual(toggled(['failure', 'warning'], 'warning'), ['failure']);
  assert.deepEqual(toggled(['failure', 'warning'], 'note'), []);
});
