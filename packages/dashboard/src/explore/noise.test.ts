import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveQuery, noiseQuery } from './noise.ts';

test('noise is left out of a search that names no action, and of no other', () => {
  assert.equal(effectiveQuery('CP1', true), 'CP1 -(action:Heartbeat OR action:MeterValues)');
  assert.equal(effectiveQuery('CP1', false), 'CP1');
  assert.equal(effectiveQuery('action:Heartbeat', true), 'action:Heartbeat');
  assert.equal(noiseQuery('CP1'), 'CP1 (action:Heartbeat OR action:MeterValues)');
  assert.equal(noiseQuery('action:Heartbeat'), null);
});
