import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenId } from '../auth/session-token.ts';
import { newUser } from '../auth/user.ts';
import { readSettings } from '../config.ts';
import { peopleDouble } from '../store/control/people-double.ts';
import { firstLink } from './first-link.ts';
import { welcome } from './welcome.ts';

const NOW = 1_000_000;

function control() {
  const people = peopleDouble(() => undefined);
  const snapshot = () => ({
    sites: new Map(),
    keys: [],
    users: people.users(),
    sessions: people.sessions(),
  });
  return { people, snapshot };
}

test('as long as there is nobody, each start makes a link; it makes the first admin and is then over', async () => {
  const there = control();
  const [one, two] = [await firstLink(there, NOW), await firstLink(there, NOW)];
  assert.ok(one !== null && two !== null && one !== two);
  const first = newUser({ name: 'admin', roles: [{ site: null, role: 'admin' }] }, NOW);
  assert.equal(await there.people.takeLink(tokenId(two), NOW + 1, first), first.id);
  assert.equal(await there.people.takeLink(tokenId(one), NOW + 1, first), null);
  assert.equal(await firstLink(there, NOW), null);
});

test('the link is printed with its token in the fragment, which is sent to nobody', () => {
  const settings = readSettings({ environment: {}, flags: {} });
  const told = (token: string | null) =>
    welcome({ url: 'http://127.0.0.1:9016', key: null, token, settings, stations: '1', version: '1' });
  assert.match(told('TOKEN'), /^ {2}open {9}http:\/\/127\.0\.0\.1:9016\/sign-in#token=TOKEN$/m);
  assert.match(told(null), /^ {2}open {9}http:\/\/127\.0\.0\.1:9016\/$/m);
  assert.match(told(null), /\nocpp-logs listening on http:\/\/127\.0\.0\.1:9016\n$/);
});
