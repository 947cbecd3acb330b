/** How far a folder has been moved, in `migration.db` of the folder: what is told there is in ClickHouse. */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EntryId } from '@ocpp-logs/core';

export type StretchState = 'copying' | 'verified';

/** Of one site, of a month or of what of it was asked for. */
export interface StretchProgress {
  readonly state: StretchState;
  /** The last entry that ClickHouse acknowledged; null: none. */
  readonly through: EntryId | null;
  /** How often it was begun anew. */
  readonly pass: number;
}

export interface StretchKey {
  readonly site: string;
  /** ms since 1970, [from, to). */
  readonly from: number;
  readonly to: number;
}

/** A month of which both sides were the same, as its file stood then. */
export interface MovedMonth extends StretchKey {
  readonly file: FileState;
  readonly entries: number;
}

/** It is as it was while both are the same. */
export interface FileState {
  readonly number: number;
  /** ms. */
  readonly written: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS target (name TEXT PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, finished INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS stretch (
  target TEXT NOT NULL, site TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
  state TEXT NOT NULL, through INTEGER, pass INTEGER NOT NULL,
  PRIMARY KEY (target, site, start, stop)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS moved (
  target TEXT NOT NULL, site TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
  number INTEGER NOT NULL, written INTEGER NOT NULL, entries INTEGER NOT NULL,
  PRIMARY KEY (target, site, start)
) WITHOUT ROWID`;

export function migrationPath(folder: string): string {
  return join(folder, 'migration.db');
}

/** Held for as long as `migrate` works on the folder. */
export function migrationLockPath(folder: string): string {
  return join(folder, 'migration.lock');
}

const SQLITE_BUSY = 5;

/** Whether `migrate` works on the folder: what it has read of the files it may still send. */
export function isMigrating(folder: string): boolean {
  const path = migrationLockPath(folder);
  if (!existsSync(path)) return false;
  // Whoever ran it may have been another user.
  const lock = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    lock.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return true;
    throw error;
  } finally {
    lock.close();
  }
}

/** Of an address and a database: what a {@link Checkpoint} names it by. */
export function targetName({ url, database }: { readonly url: string; readonly database: string }): string {
  return `${url.replace(/\/$/, '')}/${database}`;
}

const UNTOUCHED: StretchProgress = { state: 'copying', through: null, pass: 0 };

export class Checkpoint {
  /** Of this folder and this target, the same over runs. */
  readonly id: string;
  readonly #db: DatabaseSync;
  readonly #target: string;

  /** `target`: address and database, without secrets. */
  constructor(folder: string, target: string) {
    this.#target = target;
    this.#db = new DatabaseSync(migrationPath(folder), { timeout: 5000 });
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF');
    this.#db.exec(SCHEMA);
    this.#db
      .prepare('INSERT INTO target VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING')
      .run(target, randomUUID());
    this.id = String(this.#db.prepare('SELECT id FROM target WHERE name = ?').get(target)?.id);
  }

  /** The version of rows that a run wrote beside which nothing was shipped; 0 before there was one. */
  get version(): number {
    return Number(this.#db.prepare('SELECT version FROM target WHERE name = ?').get(this.#target)?.version);
  }

  /** A run that follows one which came to its end looks at everything again. */
  begin(version: number): void {
    const row = this.#db.prepare('SELECT finished FROM target WHERE name = ?').get(this.#target);
    if (row?.finished === 1) {
      this.#db.prepare(`UPDATE stretch SET state = 'copying' WHERE target = ?`).run(this.#target);
    }
    this.#db.prepare('UPDATE target SET finished = 0, version = ? WHERE name = ?').run(version, this.#target);
  }

  finish(): void {
    this.#db.prepare('UPDATE target SET finished = 1 WHERE name = ?').run(this.#target);
  }

  of({ site, from, to }: StretchKey): StretchProgress {
    const select = this.#db.prepare(
      'SELECT state, through, pass FROM stretch WHERE target = ? AND site = ? AND start = ? AND stop = ?',
    );
    select.setReadBigInts(true);
    const row = select.get(this.#target, site, from, to);
    if (row === undefined) return UNTOUCHED;
    return {
      state: row.state === 'verified' ? 'verified' : 'copying',
      through: typeof row.through === 'bigint' ? row.through : null,
      pass: Number(row.pass),
    };
  }

  /** On the disk when it returns. */
  put({ site, from, to }: StretchKey, { state, through, pass }: StretchProgress): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO stretch VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(this.#target, site, from, to, state, through, pass);
  }

  /** Both sides were the same. */
  putMoved({ site, from, to, file, entries }: MovedMonth): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO moved VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(this.#target, site, from, to, file.number, file.written, entries);
  }

  /** They are not, or not any more. */
  forgetMoved({ site, from }: StretchKey): void {
    this.#db
      .prepare('DELETE FROM moved WHERE target = ? AND site = ? AND start = ?')
      .run(this.#target, site, from);
  }

  /** Of a site, oldest first. */
  moved(site: string): readonly MovedMonth[] {
    return this.#db
      .prepare('SELECT * FROM moved WHERE target = ? AND site = ? ORDER BY start')
      .all(this.#target, site)
      .map(({ start, stop, number, written, entries }) => ({
        site,
        from: Number(start),
        to: Number(stop),
        file: { number: Number(number), written: Number(written) },
        entries: Number(entries),
      }));
  }

  close(): void {
    this.#db.close();
  }
}
