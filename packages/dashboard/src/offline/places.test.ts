import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionAddress } from '../charging/session-path.ts';
import { entryPlace, fragmentOf, readPlace } from './places.ts';

test('what is written into a fragment is read from it, whatever a site is called', () => {
  for (const site of ['depot', 'a/b', 'a%2Fb', '50 % off', 'ä#?']) {
    assert.deepEqual(readPlace(fragmentOf(entryPlace(site, '17'))), {
      at: 'messages',
      entry: { site, id: '17' },
    });
    assert.deepEqual(readPlace(fragmentOf(sessionAddress(`17.${site}`))), {
      at: 'session',
      id: `17.${site}`,
    });
  }
});

test('no fragment is the overview, and one that cannot be read the messages', () => {
  for (const none of ['', '#', '#/']) assert.deepEqual(readPlace(none), { at: 'overview' });
  for (const odd of ['#/messages', '#/messages/depot', '#/elsewhere', '#/messages/%E0%A4%A/1'])
    assert.deepEqual(readPlace(odd), { at: 'messages', entry: null });
});
