import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { USERS_MAX } from '../people.ts';
import { ANSWER_BYTES_MAX, ANSWERS_MAX } from './bounds.ts';
import { user } from './conformance/records.ts';
import { ControlDatabase } from './database.ts';
import { keyRecord, site, start } from './fixtures.ts';
import { APPLICATION_ID, SCRIPTS } from './schema.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'control-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function opened(t: TestContext, path = folder(t)): ControlDatabase {
  const database = new ControlDatabase(path);
  t.after(() => database.close());
  return database;
}

test('other users of the machine cannot read the file', (t) => {
  const path = folder(t);
  opened(t, path);
  assert.equal(statSync(join(path, 'control.db')).mode & 0o077, 0);
});

test('a change by another connection changes the data version, an own one does not', (t) => {
  const path = folder(t);
  const [ours, theirs] = [opened(t, path), opened(t, path)];
  const before = ours.dataVersion();
  ours.putSite(site());
  assert.equal(ours.dataVersion(), before);
  theirs.putSite(site({ name: 'B' }));
  assert.notEqual(ours.dataVersion(), before);
});

test('answers are bounded by number and by bytes, the oldest go first', (t) => {
  const path = folder(t);
  const database = opened(t, path);
  const raw = new DatabaseSync(join(path, 'control.db'));
  t.after(() => raw.close());
  raw.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ANSWERS_MAX})
     INSERT INTO answers SELECT 'k', 's', i, 'a', 1, i FROM n`,
  );
  database.rememberAnswer('k', 's', 'one more', 'b', ANSWERS_MAX + 1);
  assert.equal(database.firstAnswer('k', 's', '1', 2), null);
  assert.equal(database.firstAnswer('k', 's', '2', 2), 'a');
  raw.exec(`UPDATE answers SET size = ${ANSWER_BYTES_MAX - 3} WHERE idempotency_key = '${ANSWERS_MAX}'`);
  database.rememberAnswer('k', 's', 'large', 'abc', ANSWERS_MAX + 2);
  assert.deepEqual(
    raw
      .prepare('SELECT idempotency_key AS k FROM answers ORDER BY at')
      .all()
      .map((row) => row.k),
    ['one more', 'large'],
  );
  assert.equal(database.forgottenAnswers, ANSWERS_MAX);
});

test('of users there are ten thousand, one more is refused', (t) => {
  const path = folder(t);
  const database = opened(t, path);
  const raw = new DatabaseSync(join(path, 'control.db'));
  t.after(() => raw.close());
  raw.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${USERS_MAX - 1})
     INSERT INTO users (id, name, folded_name, created, disabled) SELECT 'u' || i, 'u' || i, 'u' || i, 1, 0 FROM n`,
  );
  database.users.add(user('last'));
  assert.throws(() => database.users.add(user('more')), { code: 'TOO_MANY_USERS' });
});

test('so many back-ups are remembered, the oldest is forgotten', (t) => {
  const path = folder(t);
  const database = opened(t, path);
  const raw = new DatabaseSync(join(path, 'control.db'));
  t.after(() => raw.close());
  raw.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     INSERT INTO backups (path, made, entries, sites) SELECT 'at ' || i, i, 1, '[]' FROM n`,
  );
  database.backups.add({ path: 'one more', made: 10_001, entries: 1, sites: [] });
  const kept = database.backups.all();
  assert.deepEqual([kept.length, kept[0]?.path, kept.at(-1)?.path], [10_000, 'at 2', 'one more']);
});

test('numbers end at the largest int32 with an error, not with a wrong number', (t) => {
  const path = folder(t);
  const database = opened(t, path);
  database.transactionNumber(start(), 0);
  const raw = new DatabaseSync(join(path, 'control.db'));
  t.after(() => raw.close());
  raw.exec("UPDATE sqlite_sequence SET seq = 2147483646 WHERE name = 'starts'");
  assert.equal(database.transactionNumber(start({ messageId: 'last' }), 0), 2_147_483_647);
  assert.throws(() => database.transactionNumber(start({ messageId: 'beyond' }), 0), /transaction numbers/);
  assert.throws(() => database.transactionNumber(start({ messageId: 'beyond' }), 0), /transaction numbers/);
});

test('a database of another program is refused and left as it is', (t) => {
  const path = folder(t);
  const foreign = new DatabaseSync(join(path, 'control.db'));
  foreign.exec('CREATE TABLE theirs (x)');
  foreign.close();
  assert.throws(() => new ControlDatabase(path), { code: 'CONTROL_FILE', message: /another program/ });
  const after = new DatabaseSync(join(path, 'control.db'));
  t.after(() => after.close());
  assert.deepEqual(
    after
      .prepare('SELECT name FROM sqlite_schema')
      .all()
      .map((row) => row.name),
    ['theirs'],
  );
});

test('a file that is no database, and one of a newer version, are refused by name', (t) => {
  const path = folder(t);
  writeFileSync(
    join(path, 'control.db'),
    'not a database at all, but long enough to be read as one'.repeat(40),
  );
  assert.throws(() => new ControlDatabase(path), { code: 'CONTROL_FILE', message: /control\.db is damaged/ });
  const other = folder(t);
  new ControlDatabase(other).close();
  const newer = new DatabaseSync(join(other, 'control.db'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  assert.throws(() => new ControlDatabase(other), { code: 'CONTROL_FILE', message: /version 99/ });
});

/** Every table with its columns. */
function tablesOf(path: string): readonly unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    const columns = db.prepare('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)');
    return tables.map(({ name }) => [name, columns.all(String(name))]);
  } finally {
    db.close();
  }
}

test('a file of every earlier version is brought up to this one with what it held', (t) => {
  const today = folder(t);
  new ControlDatabase(today).close();
  const tables = tablesOf(join(today, 'control.db'));
  assert.ok(SCRIPTS.length > 1);
  for (let version = 1; version < SCRIPTS.length; version++) {
    const path = folder(t);
    const old = new DatabaseSync(join(path, 'control.db'));
    for (const script of SCRIPTS.slice(0, version)) old.exec(script);
    old.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version};
      INSERT INTO sites (id, name, timezone, upstream, retention_days, origin)
        VALUES ('depot', 'Depot North', 'Europe/Berlin', NULL, 30, 'added');
      INSERT INTO keys (id, name, api_key, scopes, sites, expires, created, last_used, revoked, bearer_hash, sealed_secret)
        VALUES ('k1', 'test', 'api-key-1', '["read"]', NULL, NULL, 1000, NULL, 0, 'aa', x'010203');`);
    old.close();
    const database = new ControlDatabase(path);
    const { sites, keys } = database.snapshot();
    database.close();
    assert.deepEqual([...sites.values()], [site({ retentionDays: 30 })], `of version ${version}`);
    assert.deepEqual(keys, [keyRecord()], `of version ${version}`);
    assert.deepEqual(tablesOf(join(path, 'control.db')), tables, `of version ${version}`);
  }
});
