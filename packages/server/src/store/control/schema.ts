/** Tables of control.db, one script a version; a file of version n runs those behind n. */

import type { DatabaseSync } from 'node:sqlite';

/** 'OLctl' does not fit in 32 bits; 'OLct' does. */
export const APPLICATION_ID = 0x4f4c6374;

export const SCRIPTS: readonly string[] = [
  `CREATE TABLE sites (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     timezone TEXT NOT NULL,
     upstream TEXT,
     retention_days INTEGER NOT NULL,
     origin TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE keys (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     api_key TEXT NOT NULL UNIQUE,
     scopes TEXT NOT NULL,
     sites TEXT,
     expires INTEGER,
     created INTEGER NOT NULL,
     last_used INTEGER,
     revoked INTEGER NOT NULL,
     bearer_hash TEXT NOT NULL UNIQUE,
     sealed_secret BLOB NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE answers (
     key TEXT NOT NULL,
     site TEXT NOT NULL,
     idempotency_key TEXT NOT NULL,
     answer TEXT NOT NULL,
     size INTEGER NOT NULL,
     at INTEGER NOT NULL,
     PRIMARY KEY (key, site, idempotency_key)
   ) STRICT;
   CREATE INDEX answers_by_age ON answers (at, size);
   CREATE TABLE starts (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     site TEXT NOT NULL,
     charger TEXT NOT NULL,
     message_id TEXT NOT NULL,
     id_tag TEXT NOT NULL,
     connector INTEGER NOT NULL,
     timestamp TEXT NOT NULL,
     at INTEGER NOT NULL,
     UNIQUE (site, charger, message_id, id_tag, connector, timestamp)
   ) STRICT;
   CREATE INDEX starts_by_age ON starts (at);`,
  `CREATE TABLE users (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     folded_name TEXT NOT NULL UNIQUE,
     password TEXT,
     created INTEGER NOT NULL,
     disabled INTEGER NOT NULL,
     oidc_issuer TEXT,
     oidc_subject TEXT,
     UNIQUE (oidc_issuer, oidc_subject)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE roles (
     user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
     site TEXT,
     role TEXT NOT NULL
   ) STRICT;
   CREATE INDEX roles_by_user ON roles (user);
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
     created INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     expires INTEGER NOT NULL,
     idle_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_by_user ON sessions (user, last_seen);
   CREATE TABLE links (
     id TEXT PRIMARY KEY,
     user TEXT REFERENCES users (id) ON DELETE CASCADE,
     expires INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX links_by_user ON links (user);
   CREATE TABLE searches (
     id TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     name TEXT NOT NULL,
     shared INTEGER NOT NULL,
     query TEXT NOT NULL,
     changed INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX searches_by_owner ON searches (owner);
   CREATE INDEX searches_shared ON searches (owner) WHERE shared = 1;`,
  // Upstreams that are there already were set when any could be: they stay.
  `ALTER TABLE sites ADD COLUMN station_auth TEXT NOT NULL DEFAULT 'none';
   ALTER TABLE sites ADD COLUMN upstream_trusted INTEGER NOT NULL DEFAULT 1;
   CREATE TABLE station_passwords (
     site TEXT NOT NULL,
     charger TEXT NOT NULL,
     hash TEXT NOT NULL,
     next_hash TEXT,
     changed INTEGER NOT NULL,
     PRIMARY KEY (site, charger)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE preferences (
     owner TEXT PRIMARY KEY,
     value TEXT NOT NULL,
     changed INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE sites ADD COLUMN level TEXT NOT NULL DEFAULT 'debug';
   ALTER TABLE sites ADD COLUMN changed_by TEXT;
   ALTER TABLE sites ADD COLUMN logged TEXT;`,
  `ALTER TABLE sites ADD COLUMN retention_days_info INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE sites ADD COLUMN retention_days_debug INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE audit (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     actor TEXT NOT NULL,
     name TEXT NOT NULL,
     action TEXT NOT NULL,
     site TEXT,
     target TEXT,
     address TEXT,
     request TEXT,
     details TEXT NOT NULL,
     count INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX audit_by_age ON audit (at);
   CREATE TRIGGER audit_is_added_to BEFORE UPDATE ON audit
     BEGIN SELECT RAISE(ABORT, 'records of the audit log are never changed'); END;`,
  'ALTER TABLE sites ADD COLUMN pseudonymise_id_tags INTEGER NOT NULL DEFAULT 0;',
  `CREATE TABLE erasures (
     id TEXT PRIMARY KEY,
     site TEXT NOT NULL,
     replacement TEXT NOT NULL,
     forms TEXT NOT NULL,
     asked INTEGER NOT NULL,
     asked_by TEXT NOT NULL,
     state TEXT NOT NULL,
     ended INTEGER,
     report TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE backups (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     path TEXT NOT NULL,
     made INTEGER NOT NULL,
     entries INTEGER NOT NULL,
     sites TEXT NOT NULL
   ) STRICT;`,
  'ALTER TABLE sessions ADD COLUMN by_link_until INTEGER;',
  `CREATE TABLE alarms (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     rule TEXT NOT NULL,
     sites TEXT,
     enabled INTEGER NOT NULL,
     quiet_minutes INTEGER NOT NULL,
     targets TEXT NOT NULL,
     ready INTEGER NOT NULL,
     created INTEGER NOT NULL,
     changed INTEGER NOT NULL,
     changed_by TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE alarm_progress (
     alarm TEXT PRIMARY KEY,
     through INTEGER NOT NULL,
     fired INTEGER NOT NULL,
     suppressed INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE alarm_firings (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     alarm TEXT NOT NULL,
     site TEXT NOT NULL,
     charger TEXT NOT NULL,
     key TEXT NOT NULL,
     at INTEGER NOT NULL,
     fired INTEGER NOT NULL,
     entries TEXT NOT NULL,
     node TEXT NOT NULL,
     deliveries TEXT NOT NULL,
     waiting INTEGER NOT NULL,
     UNIQUE (alarm, site, key)
   ) STRICT;
   CREATE INDEX alarm_firings_by_time ON alarm_firings (alarm, at);
   CREATE INDEX alarm_firings_waiting ON alarm_firings (node, n) WHERE waiting = 1;`,
  // Firings that are there already have been told under their numbers: these stay their ids.
  `ALTER TABLE alarms ADD COLUMN lost_why TEXT;
   ALTER TABLE alarms ADD COLUMN lost_at INTEGER;
   ALTER TABLE alarms ADD COLUMN lost_through INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE alarm_firings ADD COLUMN id TEXT;
   CREATE UNIQUE INDEX alarm_firings_by_id ON alarm_firings (id);`,
];

export class ControlFileError extends Error {
  readonly code = 'CONTROL_FILE';
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

export function migrate(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const application = pragma(db, 'application_id');
    const version = pragma(db, 'user_version');
    const empty = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n) === 0;
    if (application !== APPLICATION_ID && !(empty && application === 0)) {
      throw new ControlFileError(
        'control.db is a database of another program; move it out of the data folder',
      );
    }
    if (version > SCRIPTS.length) {
      throw new ControlFileError(
        `control.db has version ${version}, this ocpp-logs knows up to ${SCRIPTS.length}; start a newer one`,
      );
    }
    for (const script of SCRIPTS.slice(version)) db.exec(script);
    if (version < SCRIPTS.length) {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCRIPTS.length}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Of a file that cannot be changed: whether it is as this version makes it. */
export function checkVersion(db: DatabaseSync): void {
  const version = pragma(db, 'user_version');
  if (pragma(db, 'application_id') === APPLICATION_ID && version === SCRIPTS.length) return;
  throw new ControlFileError(
    `control.db has version ${version}, not ${SCRIPTS.length}, and cannot be brought up to it where nothing may be written: copy the folder to where it may be, and name the copy with --data`,
  );
}
