import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { SESSIONS_MAX, type SessionRecord, type UserRecord } from '../people.ts';
import { ControlDatabase } from './database.ts';
import { keyRecord, site } from './fixtures.ts';
import { migrate } from './schema.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'people-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function opened(t: TestContext, path = folder(t)): ControlDatabase {
  const database = new ControlDatabase(path);
  t.after(() => database.close());
  return database;
}

function user(name: string, change: Partial<UserRecord> = {}): UserRecord {
  const role = { site: null, role: 'viewer' } as const;
  return {
    id: `user_${name}`,
    name,
    password: null,
    created: 1,
    disabled: false,
    oidc: null,
    roles: [role],
    ...change,
  };
}

function session(id: string, of: string, change: Partial<SessionRecord> = {}): SessionRecord {
  return { id, user: `user_${of}`, created: 1, lastSeen: 1, expires: 1_000, idleMs: 100, ...change };
}

test('users come back as they were put, after a restart too; sessions with them', (t) => {
  const path = folder(t);
  const first = new ControlDatabase(path);
  const ada = user('Ada', {
    password: '$scrypt$...',
    oidc: { issuer: 'https://login.example', subject: 's' },
    roles: [
      { site: null, role: 'viewer' },
      { site: 'depot', role: 'operator' },
    ],
  });
  first.users.add(ada);
  first.users.add(user('bob', { disabled: true, roles: [] }));
  first.sessions.open(session('s1', 'Ada'), null);
  first.sessions.seen('s1', 70);
  first.sessions.seen('s1', 60);
  first.close();
  const { users, sessions } = opened(t, path).snapshot();
  assert.deepEqual([...users.values()], [ada, user('bob', { disabled: true, roles: [] })]);
  assert.deepEqual([...sessions.values()], [session('s1', 'Ada', { lastSeen: 70 })]);
});

test('a file of the version before keeps its sites and keys and gets room for people', (t) => {
  const path = folder(t);
  const first = new ControlDatabase(path);
  first.putSite(site());
  first.putKey(keyRecord());
  first.close();
  const db = new DatabaseSync(join(path, 'control.db'));
  for (const name of [
    'erasures',
    'backups',
    'audit',
    'preferences',
    'station_passwords',
    'searches',
    'links',
    'sessions',
    'roles',
    'users',
  ])
    db.exec(`DROP TABLE ${name}`);
  for (const name of [
    'station_auth',
    'upstream_trusted',
    'level',
    'changed_by',
    'logged',
    'retention_days_info',
    'retention_days_debug',
    'pseudonymise_id_tags',
  ])
    db.exec(`ALTER TABLE sites DROP COLUMN ${name}`);
  db.exec('PRAGMA user_version = 1');
  db.close();
  const again = opened(t, path);
  assert.deepEqual([...again.snapshot().sites.values()], [site()]);
  assert.equal(again.snapshot().keys.length, 1);
  again.users.add(user('ada'));
  assert.equal(again.snapshot().users.size, 1);
});

test('no two names are alike but for case or form, and a change may not make them so', (t) => {
  const { users } = opened(t);
  users.add(user('Ärö'));
  users.add(user('bob'));
  for (const name of ['ärö', 'A\u0308RÖ', 'Ärö']) {
    assert.throws(() => users.add(user(name, { id: 'other' })), { code: 'NAME_TAKEN' });
    assert.throws(() => users.change('user_bob', { name }), { code: 'NAME_TAKEN' });
  }
  assert.equal(users.change('user_Ärö', { name: 'ÄRÖ' })?.name, 'ÄRÖ', 'the own name in another case');
  assert.equal(users.named('äRö')?.id, 'user_Ärö');
});

test('the last who is an admin of all sites stays one, whatever is tried, and nothing of it is kept', (t) => {
  const { users, sessions } = opened(t);
  const roles = [{ site: null, role: 'admin' }] as const;
  users.add(user('ada', { roles }));
  users.add(user('eve', { roles: [{ site: 'depot', role: 'admin' }] }));
  users.add(user('off', { roles, disabled: true }));
  sessions.open(session('s', 'ada'), null);
  assert.throws(() => users.change('user_ada', { roles: [] }), { code: 'LAST_ADMIN' });
  assert.throws(() => users.change('user_ada', { disabled: true, name: 'x' }), { code: 'LAST_ADMIN' });
  assert.throws(() => users.remove('user_ada'), { code: 'LAST_ADMIN' });
  assert.deepEqual([users.named('ada')?.roles, sessions.all().size], [roles, 1]);
  users.change('user_off', { disabled: false });
  assert.equal(users.remove('user_ada'), true);
  assert.equal(users.remove('user_ada'), false);
  assert.equal(users.change('user_ada', {}), null);
});

test('with a user go roles, sessions and links', (t) => {
  const { users, sessions } = opened(t);
  users.add(user('ada'));
  users.add(user('bob'));
  for (const name of ['ada', 'bob']) sessions.open(session(`s-${name}`, name), null);
  sessions.putLink({ id: 'link', user: 'user_ada', expires: 100 });
  users.remove('user_ada');
  assert.deepEqual([...sessions.all().keys()], ['s-bob']);
  assert.equal(sessions.takeLink('link', 1, user('first')), null);
  users.add(user('ada', { roles: [] }));
  assert.deepEqual(users.named('ada')?.roles, [], 'nothing was left behind');
});

test('a user has at most 20 sessions: the one that was used longest ago makes room, never the new one', (t) => {
  const { users, sessions } = opened(t);
  users.add(user('ada'));
  users.add(user('bob'));
  sessions.open(session('of-bob', 'bob'), null);
  for (let at = 0; at < SESSIONS_MAX; at += 1)
    sessions.open(session(`s${at}`, 'ada', { lastSeen: at }), null);
  sessions.seen('s0', 500);
  sessions.open(session('new', 'ada', { lastSeen: 0 }), null);
  const left = sessions.all();
  assert.equal(left.size, SESSIONS_MAX + 1);
  assert.deepEqual(
    [left.has('s0'), left.has('s1'), left.has('new'), left.has('of-bob')],
    [true, false, true, true],
  );
});

test('a session takes the place of another in one step', (t) => {
  const { users, sessions } = opened(t);
  users.add(user('ada'));
  sessions.open(session('old', 'ada'), null);
  sessions.open(session('new', 'ada'), 'old');
  assert.deepEqual([...sessions.all().keys()], ['new']);
  assert.throws(() => sessions.open(session('lost', 'nobody'), 'new'), /FOREIGN KEY/);
  assert.deepEqual([...sessions.all().keys()], ['new'], 'all of it or nothing');
});

test('what has ended is cleared away: by its time, for want of use, links with them', (t) => {
  const { users, sessions } = opened(t);
  users.add(user('ada'));
  sessions.open(session('long', 'ada', { expires: 100, lastSeen: 99, idleMs: 1_000 }), null);
  sessions.open(session('idle', 'ada', { lastSeen: 50, idleMs: 50 }), null);
  sessions.open(session('fresh', 'ada', { lastSeen: 51, idleMs: 50 }), null);
  assert.equal(sessions.purge(99), false);
  assert.equal(sessions.purge(100), true);
  assert.deepEqual([...sessions.all().keys()], ['fresh']);
});

test('a link works once and in its time; the first one only while there is nobody', (t) => {
  const { users, sessions } = opened(t);
  const first = user('admin', { roles: [{ site: null, role: 'admin' }] });
  for (const id of ['a', 'b']) sessions.putLink({ id, user: null, expires: 100 });
  assert.equal(sessions.takeLink('a', 100, first), null);
  assert.equal(sessions.takeLink('a', 99, first), first.id);
  assert.equal(sessions.takeLink('a', 99, first), null);
  assert.equal(sessions.takeLink('b', 99, { ...first, id: 'second', name: 'second' }), null);
  assert.deepEqual([...users.all().keys()], [first.id]);
  sessions.putLink({ id: 'c', user: first.id, expires: 100 });
  users.add(user('boss', { roles: first.roles }));
  users.change(first.id, { disabled: true });
  assert.equal(sessions.takeLink('c', 1, first), null, 'links of who is disabled are void');
});

test("another program's tables of people are not taken over half", () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE users (id TEXT)');
  assert.throws(() => migrate(db), { code: 'CONTROL_FILE' });
  assert.equal(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n, 1);
});
