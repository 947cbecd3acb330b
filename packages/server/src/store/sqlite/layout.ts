/** Tables of a site file and of the index, and where the files lie. Reasons: docs/design/store.md. */

import { join } from 'node:path';

/** "olk4": says that a file is ours and which layout it has. */
export const SITE_FILE = 0x6f6c6b34;
/** "olk5": also holds what is left of entries that were dropped after they were shipped. */
export const DROPPED_SITE_FILE = 0x6f6c6b35;
/** Of the layouts before: their rows do not tell what is counted now. */
export const OLDER_SITE_FILES: readonly number[] = [0x6f6c6b31, 0x6f6c6b32, 0x6f6c6b33];
/** "oli1" */
export const INDEX_FILE = 0x6f6c6931;

/** Whether a mark is of a later layout of what bears `known` today: the last character counts up. */
export function isLaterMark(mark: number, known: number): boolean {
  return mark >> 8 === known >> 8 && mark > known;
}

/** Actions with these ids, and no others, are left out of the index of rare actions. */
export const FREQUENT_ACTIONS = ['Heartbeat', 'MeterValues'] as const;
/** Ids up to this one are of frequent actions; 0 is no action. */
export const FREQUENT_MAX = FREQUENT_ACTIONS.length;

export function logsFolder(folder: string): string {
  return join(folder, 'logs');
}

export function indexPath(folder: string): string {
  return join(logsFolder(folder), 'index.db');
}

export function sitePath(folder: string, number: number): string {
  return join(logsFolder(folder), `${String(number).padStart(8, '0')}.db`);
}

export function setAsideFolder(folder: string): string {
  return join(folder, 'set-aside');
}

/** Number of a site file by its name; null for other names. */
export function fileNumber(name: string): number | null {
  const digits = /^(\d{8,15})\.db$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Secure delete: what retention removes must not linger in free pages. It costs nothing measurable here. */
export const CONNECTION_PRAGMAS = `
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -1024;
  PRAGMA journal_size_limit = 1048576;
  PRAGMA temp_store = MEMORY;
`;

/** Page size and vacuum mode hold only when they come before the first table. Its maker fills `meta` and commits. */
export const SITE_SCHEMA = `
  PRAGMA page_size = 4096;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  BEGIN IMMEDIATE;
  PRAGMA application_id = ${SITE_FILE};
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE charger (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE action (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE trait (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY, charger INTEGER NOT NULL, connector NUMERIC, kind INTEGER NOT NULL,
    action INTEGER NOT NULL, outcome INTEGER NOT NULL, trait INTEGER NOT NULL, lag INTEGER, block INTEGER, slot INTEGER
  );
  CREATE INDEX entry_rare ON entry (action, id) WHERE action > ${FREQUENT_MAX};
  CREATE INDEX entry_pending ON entry (id) WHERE outcome = 1;
  CREATE TABLE open_text (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
  CREATE TABLE block (
    number INTEGER PRIMARY KEY AUTOINCREMENT, hour INTEGER NOT NULL, last_hour INTEGER NOT NULL,
    records INTEGER NOT NULL, size INTEGER NOT NULL, tail BLOB NOT NULL
  );
  CREATE INDEX block_hour ON block (hour);
  CREATE TABLE block_part (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE amendment (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
  CREATE TABLE hour_action (
    hour INTEGER, kind INTEGER, action INTEGER, outcome INTEGER, trait INTEGER, n INTEGER NOT NULL,
    PRIMARY KEY (hour, kind, action, outcome, trait)
  ) WITHOUT ROWID;
  CREATE TABLE hour_charger (
    charger INTEGER, hour INTEGER, connector NUMERIC, kind INTEGER, action INTEGER, outcome INTEGER, trait INTEGER,
    n INTEGER NOT NULL, PRIMARY KEY (charger, hour, connector, kind, action, outcome, trait)
  ) WITHOUT ROWID;
  CREATE TABLE day_action (
    day INTEGER, kind INTEGER, action INTEGER, outcome INTEGER, trait INTEGER, n INTEGER NOT NULL,
    PRIMARY KEY (day, kind, action, outcome, trait)
  ) WITHOUT ROWID;
  CREATE TABLE day_charger (
    charger INTEGER, day INTEGER, connector NUMERIC, kind INTEGER, action INTEGER, outcome INTEGER, trait INTEGER,
    n INTEGER NOT NULL, PRIMARY KEY (charger, day, connector, kind, action, outcome, trait)
  ) WITHOUT ROWID;
  CREATE TABLE tx (
    charger INTEGER, name TEXT, start INTEGER, connector NUMERIC, evse NUMERIC,
    PRIMARY KEY (charger, name, start)
  ) WITHOUT ROWID;
  ${FREQUENT_ACTIONS.map((name, at) => `INSERT INTO action VALUES (${at + 1}, '${name}');`).join('\n  ')}
`;

/** Of a file some of whose entries were dropped. `frames`: digests of what they were made of. */
export const DROPPED_SCHEMA = `
  PRAGMA application_id = ${DROPPED_SITE_FILE};
  CREATE TABLE dropped (hour INTEGER PRIMARY KEY, entries INTEGER NOT NULL, frames BLOB NOT NULL);
`;

/** `connector` in the roll-ups where there is none: a key column cannot be NULL. */
export const NO_CONNECTOR = '';

export const INDEX_SCHEMA = `
  PRAGMA journal_mode = WAL;
  BEGIN IMMEDIATE;
  PRAGMA application_id = ${INDEX_FILE};
  CREATE TABLE file (
    number INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, month INTEGER NOT NULL,
    state INTEGER NOT NULL, unfinished INTEGER NOT NULL, extraction INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX file_live ON file (site, month) WHERE state = 0;
  CREATE TABLE charger (
    site TEXT, name TEXT, vendor TEXT, model TEXT, firmware TEXT, protocol TEXT,
    connected INTEGER NOT NULL DEFAULT 0, last_seen INTEGER, captured_through INTEGER,
    PRIMARY KEY (site, name)
  ) WITHOUT ROWID;
  CREATE TABLE action_seen (site TEXT, name TEXT, PRIMARY KEY (site, name)) WITHOUT ROWID;
  CREATE TABLE connection (
    site TEXT, connection TEXT, charger TEXT NOT NULL, captured_through INTEGER NOT NULL,
    PRIMARY KEY (site, connection)
  ) WITHOUT ROWID;
  COMMIT;
`;

/** How far ids reach within a millisecond, by site and month, so that no file that takes a damaged one's place gives them again. */
export const REACH_SCHEMA = `
  CREATE TABLE IF NOT EXISTS reach (
    site TEXT, month INTEGER, ordinals INTEGER NOT NULL, PRIMARY KEY (site, month)
  ) WITHOUT ROWID
`;

/** `file.state`: what readers see; a copy that is being made; a file that is only still to be deleted. */
export const LIVE = 0;
export const BUILDING = 1;
export const RETIRED = 2;
