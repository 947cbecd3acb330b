import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimOf, nameIn, rolesIn } from './oidc-claims.ts';
import { readState, writeState } from './oidc-state.ts';

const CLAIMS = {
  sub: 's-1',
  preferred_username: ' ada ',
  groups: ['ops', 'all'],
  group: 'ops',
  'https://grid.example/roles': ['ops'],
  realm_access: { roles: ['ops', 'boss'] },
};
const RULES = [
  { value: 'all', role: 'viewer', site: null },
  { value: 'ops', role: 'operator', site: 'depot' },
  { value: 'boss', role: 'admin', site: 'depot' },
] as const;

test('a claim is found by its name, also one with dots, or by a path', () => {
  assert.deepEqual(claimOf(CLAIMS, 'realm_access.roles'), ['ops', 'boss']);
  assert.deepEqual(claimOf(CLAIMS, 'https://grid.example/roles'), ['ops']);
  for (const none of ['nothing', 'realm_access.no', 'constructor', 'sub.length']) {
    assert.equal(claimOf(CLAIMS, none), undefined, none);
  }
});

test('the highest role of each site counts; a text is a list of one; other values give none', () => {
  const depot = (role: string) => [{ site: 'depot', role }];
  assert.deepEqual(rolesIn(CLAIMS, 'groups', RULES), [{ site: null, role: 'viewer' }, ...depot('operator')]);
  assert.deepEqual(rolesIn(CLAIMS, 'group', RULES), depot('operator'));
  assert.deepEqual(rolesIn(CLAIMS, 'realm_access.roles', RULES), depot('admin'));
  for (const claim of ['sub', 'nothing', 'realm_access']) assert.deepEqual(rolesIn(CLAIMS, claim, RULES), []);
});

test('a claim that is no name gives way to the subject', () => {
  assert.equal(nameIn(CLAIMS, 'preferred_username', 's-1'), 'ada');
  for (const claim of ['nothing', 'groups']) assert.equal(nameIn(CLAIMS, claim, 's-1'), 's-1');
  assert.equal(nameIn({ name: 'a\u202eb' }, 'name', 'x'.repeat(255)).length, 100);
});

test('what a browser keeps of an attempt opens here alone, unaltered, and for ten minutes', () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const state = { state: 's', nonce: 'n', verifier: 'v', redirectUri: 'r', to: '/explore', expires: 10 };
  const text = writeState(key, state);
  assert.deepEqual(readState(key, text, 9), state);
  assert.equal(readState(key, text, 10), null);
  assert.equal(readState(other, text, 9), null);
  const altered = Buffer.from(text, 'base64url');
  altered.writeUInt8(altered.readUInt8(40) ^ 1, 40);
  assert.equal(readState(key, altered.toString('base64url'), 9), null);
  assert.equal(readState(key, '', 9), null);
  assert.doesNotMatch(Buffer.from(text, 'base64url').toString('latin1'), /explore|verifier/);
});
