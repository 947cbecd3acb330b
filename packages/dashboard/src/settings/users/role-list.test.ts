import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedAt, freePlaces, sameRoles, withRole } from './role-list.ts';

const SITES = ['depot', 'away'];
const ALL = { site: null, role: 'admin' };

test('a further role takes the first place that has none, and none when all have one', () => {
  assert.deepEqual(withRole([], SITES), [{ site: null, role: 'viewer' }]);
  assert.deepEqual(withRole([ALL], SITES), [ALL, { site: 'depot', role: 'viewer' }]);
  const full = [ALL, { site: 'away', role: 'viewer' }, { site: 'depot', role: 'viewer' }];
  assert.deepEqual(freePlaces(full, SITES), []);
  assert.equal(withRole(full, SITES), full);
});

test('one role changes, the others stay', () => {
  const roles = [ALL, { site: 'depot', role: 'viewer' }];
  assert.deepEqual(changedAt(roles, 1, { role: 'operator' }), [ALL, { site: 'depot', role: 'operator' }]);
});

test('the order of roles does not count', () => {
  const other = { site: 'depot', role: 'viewer' };
  assert.equal(sameRoles([ALL, other], [other, ALL]), true);
  assert.equal(sameRoles([ALL], [{ site: null, role: 'viewer' }]), false);
});
