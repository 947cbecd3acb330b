import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { Control, ControlSnapshot } from '../control.ts';
import { openControl } from './client.ts';
import { alarm } from './conformance/alarms.ts';
import { erased, RECORD, TAG } from './conformance/erasures.ts';
import { ControlDatabase } from './database.ts';
import { keyRecord, site, start } from './fixtures.ts';
import { openLocal } from './local.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'control-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function opened(t: TestContext, path = folder(t)): Promise<Control> {
  const control = await openControl({ folder: path });
  t.after(() => control.close());
  return control;
}

function changed(control: Control, wanted: (snapshot: ControlSnapshot) => boolean): Promise<void> {
  return new Promise((resolve) => control.onChange((snapshot) => wanted(snapshot) && resolve()));
}

test('an own change is in the snapshot when its call resolves', async (t) => {
  const control = await opened(t);
  assert.equal(control.snapshot().sites.size, 0);
  await control.putSite(site());
  await control.putKey(keyRecord());
  assert.equal(control.snapshot().sites.get('depot')?.name, 'Depot North');
  assert.equal(await control.revokeKey('k1'), true);
  assert.equal(control.snapshot().keys[0]?.revoked, true);
  assert.equal(await control.revokeKey('none'), false);
});

test('a change by another process arrives by itself', async (t) => {
  const path = folder(t);
  const control = await opened(t, path);
  const seen = changed(control, (snapshot) => snapshot.keys.length === 1);
  const other = new ControlDatabase(path);
  other.putKey(keyRecord());
  other.close();
  await seen;
  assert.equal(control.snapshot().keys[0]?.apiKey, 'api-key-1');
});

test('answers and transaction numbers pass through the thread', async (t) => {
  const control = await opened(t);
  assert.equal(await control.firstAnswer('k', 's', 'i'), null);
  await control.rememberAnswer('k', 's', 'i', '{"accepted":1}', Date.now());
  assert.equal(await control.firstAnswer('k', 's', 'i'), '{"accepted":1}');
  const n = await control.transactionNumber(start());
  assert.equal(await control.transactionNumber(start()), n);
});

test('an id tag that is erased is in no alarm that is known when the step has ended', async (t) => {
  const control = await opened(t);
  await control.alarms.put(alarm('a1', { name: `of ${TAG}`, rule: `id_tag:${TAG}` }));
  await erased(control);
  const [{ name, rule } = assert.fail()] = control.snapshot().alarms ?? [];
  assert.deepEqual([name, rule], [`of ${RECORD.replacement}`, `id_tag:${RECORD.replacement}`]);
});

test('a use of a key is on the disk when control is closed', async (t) => {
  const path = folder(t);
  const control = await openControl({ folder: path });
  await control.putKey(keyRecord());
  control.keyUsed('k1', 90_000);
  control.keyUsed('k1', 90_001);
  control.keyUsed('unknown', 90_000);
  await control.close();
  const database = new ControlDatabase(path);
  t.after(() => database.close());
  assert.equal(database.snapshot().keys[0]?.lastUsed, 90_000);
});

test('a damaged file is named when opening', async (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'control.db'), 'no database, only text that goes on for a while '.repeat(40));
  await assert.rejects(openControl({ folder: path }), { message: /control\.db is damaged/ });
});

test('after closing every call fails', async (t) => {
  const control = await openControl({ folder: folder(t) });
  await control.close();
  await assert.rejects(control.putSite(site()), { code: 'ENDED' });
});

test('a thread that ends by itself is told of, and calls fail instead of waiting', async (t) => {
  const path = folder(t);
  let told: (reason: string) => void = () => undefined;
  const failure = new Promise<string>((resolve) => {
    told = resolve;
  });
  const control = await openControl({ folder: path }, { onFailure: told });
  const other = new DatabaseSync(join(path, 'control.db'));
  other.exec('DROP TABLE keys');
  other.close();
  assert.match(await failure, /no such table/);
  await assert.rejects(control.putSite(site()), { code: 'ENDED' });
});

test('people are kept through the thread: known when the call is answered, faults with their code, others told of', async (t) => {
  const path = folder(t);
  const control = await openControl({ folder: path });
  t.after(() => control.close());
  const roles = [{ site: null, role: 'admin' }] as const;
  const ada = { id: 'u1', name: 'ada', password: null, created: 1, disabled: false, oidc: null, roles };
  await control.people.addUser(ada);
  assert.deepEqual(control.snapshot().users.get('u1'), ada);
  await assert.rejects(control.people.addUser({ ...ada, id: 'u2' }), { code: 'NAME_TAKEN' });
  await assert.rejects(control.people.removeUser('u1'), { code: 'LAST_ADMIN' });
  const session = {
    id: 's',
    user: 'u1',
    created: 1,
    lastSeen: 1,
    expires: Date.now() + 60_000,
    idleMs: 1e15,
  };
  await control.people.openSession(session, null);
  control.people.sessionSeen('s', 9);
  assert.equal(await control.people.search('none'), null);
  assert.deepEqual([...control.snapshot().sessions.keys()], ['s']);
  const ended = changed(
    control,
    ({ sessions, users }) => sessions.size === 0 && users.get('u1')?.name === 'Ada',
  );
  const other = new ControlDatabase(path);
  other.users.change('u1', { name: 'Ada' });
  assert.equal(other.sessions.all().get('s')?.lastSeen, 9);
  other.sessions.endOf('u1');
  other.close();
  await ended;
  const search = { id: 'q', owner: 'u1', name: 'n', shared: false, query: '{}', changed: 1 };
  await control.people.putSearch(search);
  assert.deepEqual(
    [await control.people.search('q'), await control.people.searches('u1')],
    [search, [search]],
  );
  assert.equal(await control.people.removeSearch('q'), true);
  await control.people.putLink({ id: 'l', user: 'u1', expires: Date.now() + 60_000 });
  assert.equal(await control.people.takeLink('l', Date.now(), ada), 'u1');
});

test('what control.db cannot take now is refused so that it may come again, and nothing ends by it', async (t) => {
  const path = folder(t);
  const control = await openControl({ folder: path }, { onFailure: (reason) => assert.fail(reason) });
  t.after(() => control.close());
  const other = new DatabaseSync(join(path, 'control.db'));
  t.after(() => other.isOpen && other.close());
  other.exec('BEGIN IMMEDIATE');
  await assert.rejects(control.putSite(site()), {
    code: 'STORE_UNAVAILABLE',
    message: 'control.db is away: database is locked',
  });
  other.close();
  await control.putSite(site());
  assert.equal(control.snapshot().sites.size, 1);
});

/** Without a thread of its own; all that it tells the log. */
function openedHere(t: TestContext, path: string) {
  const lines: string[] = [];
  const opened = openLocal(path, {
    changed: () => undefined,
    confirmed: () => undefined,
    counted: () => undefined,
    reported: (line) => lines.push(line),
  });
  t.after(() => opened.close());
  return { opened, lines };
}

test('forgetting what is out of date waits for another time where control.db is locked', async (t) => {
  const path = folder(t);
  const { opened, lines } = openedHere(t, path);
  const other = new DatabaseSync(join(path, 'control.db'));
  t.after(() => other.isOpen && other.close());
  other.exec('BEGIN IMMEDIATE');
  await opened.purge(Date.now());
  assert.deepEqual(lines, ['control.db cannot be used now: database is locked']);
  other.exec('ROLLBACK');
  await opened.purge(Date.now());
  assert.equal(lines.length, 1);
  other.exec('DROP TABLE answers');
  await assert.rejects(opened.purge(Date.now()), /no such table/, 'what is no fault of the disk is told');
});

test('it is given up, and said once, where a page of control.db is damaged under it', async (t) => {
  const path = folder(t);
  new ControlDatabase(path).close();
  const file = join(path, 'control.db');
  const whole = new DatabaseSync(file);
  const [size] = Object.values(whole.prepare('PRAGMA page_size').get() ?? {});
  const found = whole.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'answers_by_age'").get();
  whole.close();
  const bytes = readFileSync(file);
  const end = Number(found?.rootpage) * Number(size);
  writeFileSync(file, bytes.fill(0xff, end - Number(size), end));
  const { opened, lines } = openedHere(t, path);
  for (let time = 0; time < 2; time++) await opened.purge(Date.now());
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^control\.db cannot be used now: .*malformed/);
});
