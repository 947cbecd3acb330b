import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ACTION_WORDS, actionText, auditPath, detailsText } from './audit-words.ts';

test('every action of the server has words', () => {
  const source = readFileSync(new URL('../../../../server/src/store/audit.ts', import.meta.url), 'utf8');
  const [, list = ''] = /AUDIT_ACTIONS = \[([^\]]*)\]/.exec(source) ?? [];
  const actions = [...list.matchAll(/'([\w-]+)'/g)].map(([, action]) => action);
  assert.ok(actions.length > 10);
  assert.deepEqual(Object.keys(ACTION_WORDS), actions);
});

test('a record of several tells how many', () => {
  assert.equal(actionText({ action: 'raw-read', count: 99 }), 'read raw messages, 99 times');
  assert.equal(actionText({ action: 'key-made', count: 1 }), 'made a key');
  assert.equal(actionText({ action: 'of-a-newer-server', count: 1 }), 'of-a-newer-server');
});

test('details are told without those that say nothing', () => {
  assert.equal(
    detailsText({ name: 'csms', scopes: ['read', 'ingest'], sites: null, raw: false, with_secret_key: true }),
    'name: csms; scopes: read, ingest; with secret key: yes',
  );
  assert.equal(detailsText({ settings: [] }), 'settings: none');
});

test('only what is given is asked for', () => {
  const none = { action: '', actor: '', site: '' };
  assert.equal(auditPath(none, ''), '/audit');
  assert.equal(
    auditPath({ ...none, actor: 'a b', site: 'depot' }, '7'),
    '/audit?actor=a+b&site=depot&cursor=7',
  );
});
