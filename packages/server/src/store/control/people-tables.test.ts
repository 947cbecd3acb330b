import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { user } from './conformance/records.ts';
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

test('a file of the version before keeps its sites and keys and gets room for people', (t) => {
  const path = folder(t);
  const first = new ControlDatabase(path);
  first.putSite(site());
  first.putKey(keyRecord());
  first.close();
  const db = new DatabaseSync(join(path, 'control.db'));
  for (const name of [
    'alarms',
    'alarm_progress',
    'alarm_firings',
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

test("another program's tables of people are not taken over half", () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE users (id TEXT)');
  assert.throws(() => migrate(db), { code: 'CONTROL_FILE' });
  assert.equal(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n, 1);
});
