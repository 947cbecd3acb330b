import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINKS_MAX, SESSIONS_MAX } from '../../people.ts';
import type { OpenPlace } from './opened.ts';
import { ADMIN_OF_ALL, session, user } from './records.ts';

export function sessionConformance(name: string, open: OpenPlace): void {
  test(`${name}: of a user's sessions the one that was used longest ago makes room, never the new one`, async (t) => {
    const { users, sessions } = await (await open(t))();
    await users.add(user('ada'));
    await users.add(user('bob'));
    await sessions.open(session('of-bob', 'bob'), null);
    for (let at = 0; at < SESSIONS_MAX; at += 1) {
      await sessions.open(session(`s${at}`, 'ada', { lastSeen: at }), null);
    }
    await sessions.seen('s0', 500);
    await sessions.open(session('new', 'ada', { lastSeen: 0 }), null);
    const left = await sessions.all();
    assert.equal(left.size, SESSIONS_MAX + 1);
    assert.deepEqual(
      ['s0', 's1', 'new', 'of-bob'].map((id) => left.has(id)),
      [true, false, true, true],
    );
  });

  test(`${name}: a session takes the place of another in one step`, async (t) => {
    const { users, sessions } = await (await open(t))();
    await users.add(user('ada'));
    await sessions.open(session('old', 'ada'), null);
    await sessions.open(session('new', 'ada'), 'old');
    assert.deepEqual([...(await sessions.all()).keys()], ['new']);
    await assert.rejects(async () => sessions.open(session('lost', 'nobody'), 'new'), /foreign key/i);
    assert.deepEqual([...(await sessions.all()).keys()], ['new'], 'all of it or nothing');
  });

  test(`${name}: until when a link lets set a password stands in its session`, async (t) => {
    const place = await open(t);
    const { users, sessions } = await place();
    await users.add(user('ada'));
    const byLink = session('l', 'ada', { byLinkUntil: 700 });
    await sessions.open(byLink, null);
    assert.deepEqual([...(await (await place()).snapshot()).sessions.values()], [byLink]);
  });

  test(`${name}: sessions end one by one, and all of a user's`, async (t) => {
    const { users, sessions } = await (await open(t))();
    for (const who of ['ada', 'bob']) await users.add(user(who));
    for (const id of ['a', 'b', 'c']) await sessions.open(session(id, 'ada'), null);
    await sessions.open(session('d', 'bob'), null);
    await sessions.end('a');
    await sessions.end('none');
    assert.deepEqual([...(await sessions.all()).keys()], ['b', 'c', 'd']);
    await sessions.endOf('user_ada');
    assert.deepEqual([...(await sessions.all()).keys()], ['d']);
  });

  test(`${name}: what has ended is cleared away: by its time, for want of use, links with them`, async (t) => {
    const { users, sessions } = await (await open(t))();
    await users.add(user('ada'));
    await sessions.open(session('long', 'ada', { expires: 100, lastSeen: 99, idleMs: 1_000 }), null);
    await sessions.open(session('idle', 'ada', { lastSeen: 50, idleMs: 50 }), null);
    await sessions.open(session('fresh', 'ada', { lastSeen: 51, idleMs: 50 }), null);
    await sessions.putLink({ id: 'l', user: 'user_ada', expires: 100 });
    assert.equal(await sessions.purge(99), false);
    assert.equal(await sessions.purge(100), true);
    assert.deepEqual([...(await sessions.all()).keys()], ['fresh']);
    assert.equal(await sessions.takeLink('l', 99, user('first')), null, 'the link went, too');
  });

  test(`${name}: a link works once and in its time; the first one only while there is nobody`, async (t) => {
    const { users, sessions } = await (await open(t))();
    const first = user('admin', { roles: ADMIN_OF_ALL });
    for (const id of ['a', 'b']) await sessions.putLink({ id, user: null, expires: 100 });
    assert.equal(await sessions.takeLink('a', 100, first), null);
    assert.equal(await sessions.takeLink('a', 99, first), first.id);
    assert.equal(await sessions.takeLink('a', 99, first), null);
    assert.equal(await sessions.takeLink('b', 99, { ...first, id: 'second', name: 'second' }), null);
    assert.deepEqual([...(await users.all()).keys()], [first.id]);
    await sessions.putLink({ id: 'c', user: first.id, expires: 100 });
    await users.add(user('boss', { roles: first.roles }));
    await users.change(first.id, { disabled: true });
    assert.equal(await sessions.takeLink('c', 1, first), null, 'links of who is disabled are void');
    await sessions.putLink({ id: 'd', user: 'user_boss', expires: 100 });
    assert.equal(await sessions.takeLink('d', 1, first), 'user_boss');
  });

  test(`${name}: links are bounded, those that end first make room`, async (t) => {
    const { sessions } = await (await open(t))();
    for (let at = 0; at <= LINKS_MAX; at += 1) {
      await sessions.putLink({ id: `l${at}`, user: null, expires: 1_000 + at });
    }
    const first = user('admin');
    assert.equal(await sessions.takeLink('l0', 1, first), null);
    assert.equal(await sessions.takeLink('l1', 1, first), first.id);
  });
}
