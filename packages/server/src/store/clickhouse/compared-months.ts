/**
 * Months of sites that are to be compared with what ClickHouse holds, and what came of it: the thread that records asks
 * before it drops one, the thread that ships looks. In `outbox.db`, so that both have it, and over restarts.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { EntryId } from '@ocpp-logs/core';
import type { FileState } from '../migrate/checkpoint.ts';

/** Entries of a site from one id up to, not including, another. */
export interface MonthOfSite {
  readonly site: string;
  readonly first: EntryId;
  readonly end: EntryId;
}

export interface AskedMonth extends MonthOfSite {
  /** As it stood when it was asked for; null: it is to be completed there, and nothing hangs on it. */
  readonly file: FileState | null;
}

const ASKED = 0;
const ANSWERED = 1;
/** ms for which an answer counts: ClickHouse may lose something afterwards, too. */
const COUNTS_MS = 3_600_000;
/** ms after which nobody asks for a month any more: its file is gone. */
const FORGOTTEN_MS = 3 * COUNTS_MS;
/** Number of no file. */
const NO_FILE = { number: 0, written: 0 };

export class ComparedMonths {
  readonly #db: DatabaseSync;
  readonly #now: () => number;

  constructor(db: DatabaseSync, now: () => number) {
    this.#db = db;
    this.#now = now;
    db.exec(
      `CREATE TABLE IF NOT EXISTS compared (site TEXT NOT NULL, first INTEGER NOT NULL, stop INTEGER NOT NULL,
       file INTEGER NOT NULL, written INTEGER NOT NULL, state INTEGER NOT NULL, differing INTEGER NOT NULL,
       at INTEGER NOT NULL, PRIMARY KEY (site, first))`,
    );
  }

  /** Whether ClickHouse was found to hold all of it, as the file stands; otherwise that is asked for. */
  isSame(month: MonthOfSite, file: FileState): boolean {
    const now = this.#now();
    const found = this.#db
      .prepare('SELECT file, written, state, differing, at FROM compared WHERE site = ? AND first = ?')
      .get(month.site, month.first);
    const same = found?.file === file.number && found.written === file.written;
    const counts = found !== undefined && Math.abs(now - Number(found.at)) < COUNTS_MS;
    if (same && found.state === ANSWERED && counts) return found.differing === 0;
    if (!same || found.state === ANSWERED) this.#ask(month, file);
    return false;
  }

  /** All of them are to be looked at, and what ClickHouse lacks of them is to be shipped. */
  complete(months: readonly MonthOfSite[]): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const month of months) this.#ask(month, NO_FILE);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Of months that nobody asks for any more: they were removed, as their sites keep them no longer. */
  #tidy(): void {
    this.#db
      .prepare(`DELETE FROM compared WHERE state = ${ANSWERED} AND at <= ?`)
      .run(this.#now() - FORGOTTEN_MS);
  }

  #ask({ site, first, end }: MonthOfSite, { number, written }: FileState): void {
    this.#db
      .prepare(
        `INSERT INTO compared VALUES (?1, ?2, ?3, ?4, ?5, ${ASKED}, 0, ?6) ON CONFLICT DO UPDATE
         SET stop = ?3, file = ?4, written = ?5, state = ${ASKED}, at = ?6`,
      )
      .run(site, first, end, number, written, this.#now());
    this.#tidy();
  }

  /** The newest one that is asked for: nobody waits long for what is shipped before it. */
  next(): AskedMonth | null {
    const select = this.#db.prepare(
      `SELECT site, first, stop, file, written FROM compared WHERE state = ${ASKED} ORDER BY first DESC LIMIT 1`,
    );
    select.setReadBigInts(true);
    const row = select.get();
    if (row === undefined) return null;
    return {
      site: String(row.site),
      // Only #ask() writes them, and integers are read as such.
      first: row.first as bigint,
      end: row.stop as bigint,
      file: row.file === 0n ? null : { number: Number(row.file), written: Number(row.written) },
    };
  }

  /** `differing`: entries that ClickHouse does not hold as they stand here. Of one that was asked for anew, nothing. */
  answer({ site, first, file }: AskedMonth, differing: number): void {
    const { number, written } = file ?? NO_FILE;
    this.#db
      .prepare(
        `UPDATE compared SET state = ${ANSWERED}, differing = ?, at = ?
         WHERE site = ? AND first = ? AND file = ? AND written = ?`,
      )
      .run(differing, this.#now(), site, first, number, written);
    this.#tidy();
  }

  /** It was dropped. */
  forget(site: string, first: EntryId): void {
    this.#db.prepare('DELETE FROM compared WHERE site = ? AND first = ?').run(site, first);
  }

  /** Months that stay, as ClickHouse does not hold all of them. */
  get differing(): number {
    const since = this.#now() - FORGOTTEN_MS;
    const found = this.#db
      .prepare('SELECT count(*) AS n FROM compared WHERE differing > 0 AND at > ?')
      .get(since);
    return Number(found?.n ?? 0);
  }

  /** Sites of which something may be missing there. */
  get behind(): number {
    const found = this.#db
      .prepare(`SELECT count(DISTINCT site) AS n FROM compared WHERE state = ${ASKED} AND file = 0`)
      .get();
    return Number(found?.n ?? 0);
  }
}
