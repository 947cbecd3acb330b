import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenPlace } from './opened.ts';
import { ADMIN_OF_ALL, search, session, user } from './records.ts';

export function peopleConformance(name: string, open: OpenPlace): void {
  test(`${name}: users come back as they were put, for another process too; sessions with them`, async (t) => {
    const place = await open(t);
    const first = await place();
    const ada = user('Ada', {
      password: '$scrypt$...',
      oidc: { issuer: 'https://login.example', subject: 's' },
      roles: [
        { site: null, role: 'viewer' },
        { site: 'depot', role: 'operator' },
        { site: 'yard', role: 'admin' },
      ],
    });
    const bob = user('bob', { disabled: true, roles: [] });
    await first.users.add(bob);
    await first.users.add({ ...ada, roles: ada.roles.toReversed() });
    await first.sessions.open(session('s1', 'Ada'), null);
    await first.sessions.seen('s1', 70);
    await first.sessions.seen('s1', 60);
    const second = await place();
    const { users, sessions } = await second.snapshot();
    assert.deepEqual([...users.values()], [ada, bob]);
    assert.deepEqual(await second.users.all(), users);
    assert.deepEqual([...sessions.values()], [session('s1', 'Ada', { lastSeen: 70 })]);
    assert.deepEqual(await second.sessions.all(), sessions);
  });

  test(`${name}: no two names are alike but for case or form, and a change may not make them so`, async (t) => {
    const { users } = await (await open(t))();
    await users.add(user('Ärö'));
    await users.add(user('bob'));
    for (const taken of ['ärö', 'A\u0308RÖ', 'Ärö']) {
      await assert.rejects(async () => users.add(user(taken, { id: 'other' })), { code: 'NAME_TAKEN' });
      await assert.rejects(async () => users.change('user_bob', { name: taken }), { code: 'NAME_TAKEN' });
    }
    assert.equal(
      (await users.change('user_Ärö', { name: 'ÄRÖ' }))?.name,
      'ÄRÖ',
      'the own name in another case',
    );
    assert.equal((await users.named('äRö'))?.id, 'user_Ärö');
    assert.equal(await users.named('nobody'), null);
  });

  test(`${name}: no two users are the same person of a provider`, async (t) => {
    const { users } = await (await open(t))();
    const oidc = { issuer: 'https://login.example', subject: 'x'.repeat(4_000) };
    await users.add(user('ada', { oidc }));
    await users.add(user('bob'));
    await assert.rejects(async () => users.add(user('eve', { oidc })), { code: 'SUBJECT_TAKEN' });
    await assert.rejects(async () => users.change('user_bob', { oidc }), { code: 'SUBJECT_TAKEN' });
    const other = { ...oidc, issuer: 'https://other.example' };
    assert.deepEqual((await users.change('user_bob', { oidc: other }))?.oidc, other);
    assert.deepEqual((await users.change('user_ada', { oidc }))?.oidc, oidc, 'the own one');
  });

  test(`${name}: the last who is an admin of all sites stays one, and nothing of what was tried is kept`, async (t) => {
    const { users, sessions } = await (await open(t))();
    await users.add(user('ada', { roles: ADMIN_OF_ALL }));
    await users.add(user('eve', { roles: [{ site: 'depot', role: 'admin' }] }));
    await users.add(user('off', { roles: ADMIN_OF_ALL, disabled: true }));
    await sessions.open(session('s', 'ada'), null);
    const last = { code: 'LAST_ADMIN' };
    await assert.rejects(async () => users.change('user_ada', { roles: [] }), last);
    await assert.rejects(async () => users.change('user_ada', { disabled: true, name: 'x' }), last);
    await assert.rejects(async () => users.remove('user_ada'), last);
    assert.deepEqual((await users.named('ada'))?.roles, ADMIN_OF_ALL);
    assert.equal((await sessions.all()).size, 1);
    await users.change('user_off', { disabled: false });
    assert.equal(await users.remove('user_ada'), true);
    assert.equal(await users.remove('user_ada'), false);
    assert.equal(await users.change('user_ada', {}), null);
  });

  test(`${name}: with a user go roles, sessions, links, preferences and searches that are not shared`, async (t) => {
    const store = await (await open(t))();
    const { users, sessions, saved, preferences } = store;
    await users.add(user('ada'));
    await users.add(user('bob'));
    for (const who of ['ada', 'bob']) await sessions.open(session(`s-${who}`, who), null);
    await sessions.putLink({ id: 'link', user: 'user_ada', expires: 100 });
    await saved.put(search('own'));
    await saved.put(search('shared', { shared: true }));
    await preferences.put('user_ada', { value: '{}', changed: 1 });
    await users.remove('user_ada');
    assert.deepEqual([...(await sessions.all()).keys()], ['s-bob']);
    assert.equal(await sessions.takeLink('link', 1, user('first')), null);
    assert.deepEqual([await saved.one('own'), (await saved.one('shared'))?.id], [null, 'shared']);
    assert.equal(await preferences.of('user_ada'), null);
    await users.add(user('ada', { roles: [] }));
    assert.deepEqual((await users.named('ada'))?.roles, [], 'nothing was left behind');
  });

  test(`${name}: disabling ends sessions and links`, async (t) => {
    const { users, sessions } = await (await open(t))();
    await users.add(user('ada'));
    await sessions.open(session('s', 'ada'), null);
    await sessions.putLink({ id: 'l', user: 'user_ada', expires: 100 });
    assert.equal((await users.change('user_ada', { disabled: true }))?.disabled, true);
    assert.equal((await sessions.all()).size, 0);
    assert.equal(await sessions.takeLink('l', 1, user('first')), null);
  });
}
