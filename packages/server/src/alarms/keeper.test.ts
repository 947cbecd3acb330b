import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarm } from '../store/control/conformance/alarms.ts';
import type { KeyRecord } from '../store/control.ts';
import type { RoleAt } from '../store/people.ts';
import { keeperLoss, tokensOf } from './keeper.ts';

const NOW = 1_000;
const TARGET = { kind: 'webhook', id: 't1', url: 'https://x.example/', sealed: null } as const;
const KEY: KeyRecord = {
  id: 'key_1',
  name: 'k',
  apiKey: 'k',
  scopes: ['admin'],
  sites: null,
  expires: null,
  created: 1,
  lastUsed: null,
  revoked: false,
  bearerHash: '',
  sealedSecret: new Uint8Array(),
};

function loss(
  change: Parameters<typeof alarm>[1],
  known: {
    readonly roles?: readonly RoleAt[];
    readonly disabled?: boolean;
    readonly key?: Partial<KeyRecord>;
  } = {},
  adminToken: string | null = null,
) {
  const { roles, disabled = false, key } = known;
  const users = new Map(roles === undefined ? [] : [['user_ada', { id: 'user_ada', roles, disabled }]]);
  const keys = new Map(key === undefined ? [] : [['key_1', { ...KEY, ...key }]]);
  return keeperLoss(alarm('a1', change), { users, keys, tokens: tokensOf(adminToken) }, NOW);
}

test('a person keeps an alarm as an admin of all its sites, and no longer', () => {
  const all = [{ site: null, role: 'admin' }] as const;
  const depot = [{ site: 'depot', role: 'admin' }] as const;
  for (const [sites, roles, wanted] of [
    [null, all, null],
    [['depot'], all, null],
    [['depot'], depot, null],
    [null, depot, 'site-lost'],
    [null, [{ site: null, role: 'operator' }], 'right-lost'],
    [['depot', 'yard'], depot, 'site-lost'],
    [['depot'], [{ site: 'depot', role: 'operator' }], 'right-lost'],
    [['depot'], [{ site: 'depot', role: 'viewer' }], 'right-lost'],
    [['depot'], [{ site: 'yard', role: 'admin' }], 'site-lost'],
    [['depot'], [], 'site-lost'],
    [null, [], 'site-lost'],
  ] as const)
    assert.equal(loss({ sites }, { roles }), wanted, JSON.stringify([sites, roles]));
  assert.equal(loss({}, { roles: all, disabled: true }), 'disabled');
  assert.equal(loss({}), 'removed');
});

test('a key keeps an alarm until it is revoked, has expired, or may less', () => {
  const of = (key: Partial<KeyRecord>, sites: readonly string[] | null = null) =>
    loss({ changedBy: 'key_1', sites }, { key });
  assert.equal(of({}), null);
  assert.equal(of({ expires: NOW + 1 }), null);
  assert.equal(of({ expires: NOW }), 'expired');
  assert.equal(of({ revoked: true, expires: 1 }), 'revoked');
  assert.equal(of({ scopes: ['read', 'ingest'] }), 'right-lost');
  assert.equal(of({ sites: ['depot'] }), 'site-lost');
  assert.equal(of({ sites: ['depot'] }, ['depot']), null);
  assert.equal(of({ sites: ['depot'], scopes: ['read'] }, ['depot']), 'right-lost');
  assert.equal(loss({ changedBy: 'key_1' }), 'removed');
});

test('the command line of this machine always keeps what it made, the admin token as long as there is one', () => {
  assert.equal(loss({ changedBy: 'run-token' }), null);
  assert.equal(loss({ changedBy: 'admin-token' }, {}, 'a token'), null);
  assert.equal(loss({ changedBy: 'admin-token' }), 'removed');
});

test('what comes with the server needs nobody until somebody gives it targets; of any other it is known who made it', () => {
  assert.equal(loss({ ready: true, changedBy: null }), null);
  assert.equal(loss({ ready: true, changedBy: 'user_gone' }), null);
  assert.equal(loss({ ready: true, changedBy: 'user_gone', targets: [TARGET] }), 'removed');
  assert.equal(loss({ ready: true, changedBy: null, targets: [TARGET] }), null);
  assert.equal(loss({ changedBy: null }), 'unknown');
});
