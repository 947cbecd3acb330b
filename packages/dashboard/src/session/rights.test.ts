import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayAt, mayEverywhere, maySomewhere } from './rights.ts';

const ROLES = [
  { site: null, role: 'viewer' },
  { site: 'depot', role: 'admin' },
];

test('a role includes those below it, on its site alone unless it is for all', () => {
  assert.equal(mayAt(ROLES, 'operator', 'depot'), true);
  assert.equal(mayAt(ROLES, 'operator', 'away'), false);
  assert.equal(mayAt(ROLES, 'viewer', 'away'), true);
  assert.equal(mayEverywhere(ROLES, 'viewer'), true);
  assert.equal(mayEverywhere(ROLES, 'admin'), false);
  assert.equal(maySomewhere(ROLES, 'admin'), true);
});

test('nothing, and a role that is not known, opens nothing', () => {
  assert.equal(maySomewhere([], 'viewer'), false);
  assert.equal(mayEverywhere([{ site: null, role: 'owner' }], 'viewer'), false);
});
