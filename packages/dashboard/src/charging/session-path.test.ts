import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionAddress, sessionOfPath, zoneOfSearch } from './session-path.ts';

test('an address leads back to the session and the clock that it was made of', () => {
  for (const id of ['3662433792000.depot', '1.a/b c', '2.Straße %', '3.x?y#z']) {
    const address = sessionAddress(id, 'utc');
    const { pathname, search } = new URL(`http://host/behind${address}`);
    assert.equal(sessionOfPath(pathname), id);
    assert.equal(zoneOfSearch(search), 'utc');
  }
  assert.equal(sessionAddress('1.depot'), '/session/1.depot');
  assert.equal(zoneOfSearch('?zone=mars'), 'browser');
});

test('what is no address of a session is none', () => {
  for (const path of ['/session/', '/sessions', '/session/%E0%A4%A', '/session/a/b']) {
    assert.equal(sessionOfPath(path), null, path);
  }
});
