import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { ANSWER_BYTES_MAX, ANSWERS_KEPT, ANSWERS_MAX, ControlDatabase } from './database.ts';
import { keyRecord, site, start } from './fixtures.ts';

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

test('sites and keys come back as they were put, also after a restart', (t) => {
  const path = folder(t);
  const first = new ControlDatabase(path);
  const depot = site({ upstream: 'wss://csms.example/{charger}', retentionDays: 30, origin: 'config' });
  const key = keyRecord({ sites: ['depot', 'b,c'], expires: 5_000, scopes: ['read', 'ingest'] });
  first.putSite(site());
  first.putSite(depot);
  first.putKey(key);
  first.keyUsed('k1', 77);
  first.keyUsed('k1', 70);
  first.close();
  const snapshot = opened(t, path).snapshot();
  assert.deepEqual([...snapshot.sites.values()], [depot]);
  assert.deepEqual(snapshot.keys, [{ ...key, lastUsed: 77 }]);
});

test('other users of the machine cannot read the file', (t) => {
  const path = folder(t);
  opened(t, path);
  assert.equal(statSync(join(path, 'control.db')).mode & 0o077, 0);
});

test('revoking says whether the key exists, and it stays revoked when its settings are put again', (t) => {
  const database = opened(t);
  database.putKey(keyRecord());
  assert.equal(database.revokeKey('k1'), true);
  assert.equal(database.revokeKey('k1'), true);
  assert.equal(database.revokeKey('k2'), false);
  assert.equal(database.snapshot().keys[0]?.revoked, true);
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

test('the first answer stays for 24 hours', (t) => {
  const database = opened(t);
  database.rememberAnswer('k', 'depot', 'i', 'first', 1_000);
  database.rememberAnswer('k', 'depot', 'i', 'second', 2_000);
  assert.equal(database.firstAnswer('k', 'depot', 'i', 3_000), 'first');
  assert.equal(database.firstAnswer('k', 'other', 'i', 3_000), null);
  assert.equal(database.firstAnswer('k2', 'depot', 'i', 3_000), null);
  assert.equal(database.firstAnswer('k', 'depot', 'i', 1_000 + ANSWERS_KEPT), null);
  database.rememberAnswer('k', 'depot', 'i', 'third', 1_000 + ANSWERS_KEPT);
  assert.equal(database.firstAnswer('k', 'depot', 'i', 1_001 + ANSWERS_KEPT), 'third');
});

test('purging forgets answers of more than 24 hours and keeps the others', (t) => {
  const path = folder(t);
  const database = opened(t, path);
  database.rememberAnswer('k', 'depot', 'old', 'x', 1_000);
  database.rememberAnswer('k', 'depot', 'new', 'y', 2_000);
  assert.equal(database.purge(1_000 + ANSWERS_KEPT), false);
  const raw = new DatabaseSync(join(path, 'control.db'), { readOnly: true });
  t.after(() => raw.close());
  assert.deepEqual(
    raw
      .prepare('SELECT idempotency_key AS k FROM answers')
      .all()
      .map((row) => row.k),
    ['new'],
  );
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
});

test('the same start has the same number, any other another one', (t) => {
  const database = opened(t);
  const n = database.transactionNumber(start(), 0);
  assert.ok(n > 0);
  assert.equal(database.transactionNumber(start(), 5), n);
  const others = [
    start({ site: 'b' }),
    start({ charger: 'CP-2' }),
    start({ messageId: 'm-2' }),
    start({ idTag: '' }),
    start({ connector: 2 }),
    start({ timestamp: '2026-01-05T10:00:01Z' }),
  ].map((other) => database.transactionNumber(other, 0));
  assert.equal(new Set([n, ...others]).size, 7);
});

test('a number is not given again after its start was forgotten', (t) => {
  const path = folder(t);
  const first = new ControlDatabase(path);
  const n = first.transactionNumber(start(), 0);
  first.purge(31 * 86_400_000);
  first.close();
  assert.ok(opened(t, path).transactionNumber(start(), 0) > n);
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
