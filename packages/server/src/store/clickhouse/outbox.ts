/**
 * Which entries changed and were not shipped yet. A change is noted, on the disk, before the site files are committed:
 * what they hold is never missing here. A note of what was not committed after all leads to the entry as it stands.
 */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { EntryId } from '@ocpp-logs/core';
import { ComparedMonths } from './compared-months.ts';
import { ErasedRows } from './erased-rows.ts';

/** Number of a change, and the version of what is shipped for it: us since 1970, and more than the one before. */
export type ChangeNumber = number;

export interface NotedChange {
  readonly number: ChangeNumber;
  readonly site: string;
  readonly id: EntryId;
  /** The start of a run ended a call that waited: what ClickHouse knows of its end counts for more. */
  readonly recovered: boolean;
}

export type Change = Omit<NotedChange, 'number' | 'recovered'> & Partial<Pick<NotedChange, 'recovered'>>;

/** It lies beside `logs/`, where every file is one of entries. */
export function outboxPath(folder: string): string {
  return join(folder, 'outbox.db');
}

/** Of a site what is not shipped begins behind this entry; 0: all of it. */
export interface Unfilled {
  readonly site: string;
  readonly after: EntryId;
}

/** What is to be shipped once more, as its fields were derived anew: entries of a site from one id up to another. */
export interface DerivedAnew {
  readonly site: string;
  readonly first: EntryId;
  readonly end: EntryId;
  /** Of its rows: more than of what was shipped before. */
  readonly version: ChangeNumber;
  /** Whether some of them are in ClickHouse only. */
  readonly dropped: boolean;
}

export interface OutboxOptions {
  /** ms since 1970. */
  readonly clock?: () => number;
  /** ms to wait for a lock. */
  readonly busy?: number;
  /** Shared with the thread that ships: the number up to which the site files hold what was noted. */
  readonly settled?: SharedArrayBuffer;
  /** In the thread that ships: nothing is noted here. */
  readonly shipping?: boolean;
  /** Of more changes each month is not looked for: all before the oldest one of its site was shipped. */
  readonly long?: number;
}

/** Looked through in some milliseconds. */
const LONG = 50_000;

/** Pages given back in one go after what was shipped is gone. */
const PAGES_GIVEN_BACK = 1000;

export class Outbox {
  /** Name of the folder, the same over restarts. */
  readonly node: string;
  readonly compared: ComparedMonths;
  readonly erased: ErasedRows;
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #trim: StatementSync;
  readonly #long: number;
  /** By site, the oldest entry of which a change waits, or waited, while they are many; null: they are few. */
  #oldest: Map<string, EntryId> | null = null;
  /** Its tables are made by the thread that ships. */
  #waits: StatementSync | null = null;
  readonly #clock: () => number;
  #last: ChangeNumber;
  readonly #settled: BigInt64Array;

  constructor(folder: string, options: OutboxOptions = {}) {
    const {
      clock = Date.now,
      busy = 1000,
      settled = new SharedArrayBuffer(8),
      shipping = false,
      long = LONG,
    } = options;
    this.#clock = clock;
    this.#long = long;
    this.#settled = new BigInt64Array(settled);
    const path = outboxPath(folder);
    const isNew = !existsSync(path);
    this.#db = new DatabaseSync(path, { timeout: busy });
    if (isNew) this.#db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    // FULL: a power cut must not leave an entry on the disk and lose the note of it.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF');
    this.#db.exec(
      `CREATE TABLE IF NOT EXISTS change (number INTEGER PRIMARY KEY, site TEXT NOT NULL, id INTEGER NOT NULL,
       recovered INTEGER NOT NULL DEFAULT 0)`,
    );
    // Of an earlier version.
    const columns = this.#db.prepare('PRAGMA table_info(change)').all();
    if (!columns.some(({ name }) => name === 'recovered'))
      this.#db.exec('ALTER TABLE change ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0');
    this.#db.exec('CREATE TABLE IF NOT EXISTS reached (what TEXT PRIMARY KEY, number INTEGER NOT NULL)');
    this.#db.exec('CREATE TABLE IF NOT EXISTS node (name TEXT NOT NULL)');
    this.#db.exec(
      `CREATE TABLE IF NOT EXISTS again (site TEXT NOT NULL, first INTEGER NOT NULL, stop INTEGER NOT NULL,
       version INTEGER NOT NULL, dropped INTEGER NOT NULL, PRIMARY KEY (site, first))`,
    );
    this.#db.prepare('INSERT INTO node SELECT ? WHERE NOT EXISTS (SELECT 1 FROM node)').run(randomUUID());
    this.node = String(this.#db.prepare('SELECT name FROM node').get()?.name);
    this.compared = new ComparedMonths(this.#db, clock);
    this.erased = new ErasedRows(this.#db);
    this.#insert = this.#db.prepare('INSERT INTO change VALUES (?, ?, ?, ?)');
    this.#select = this.#db.prepare(
      'SELECT number, site, id, recovered FROM change WHERE number > ? AND number <= ? ORDER BY number LIMIT ?',
    );
    this.#select.setReadBigInts(true);
    this.#trim = this.#db.prepare('DELETE FROM change WHERE number <= ?');
    const newest = this.#db
      .prepare(
        `SELECT max(number) AS number FROM (SELECT number FROM change UNION ALL SELECT version FROM again
         UNION ALL SELECT number FROM reached UNION ALL SELECT number FROM erased)`,
      )
      .get()?.number;
    // One that an earlier version has emptied does not tell; of a new one nothing was shipped but what was there before.
    this.#last = typeof newest === 'number' ? newest : isNew ? 1 : clock() * 1000;
    // Whether the site files hold what was noted last, they tell themselves.
    if (!shipping) this.settle(this.#last);
  }

  /** Up to here the site files hold what was noted. */
  get committed(): ChangeNumber {
    return Number(Atomics.load(this.#settled, 0));
  }

  /** On the disk when it returns. The last number; null where there was nothing to note. */
  note(changes: readonly Change[]): ChangeNumber | null {
    if (changes.length === 0) return null;
    let number = Math.max(this.#last + 1, this.#clock() * 1000);
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const { site, id, recovered = false } of changes) {
        if (id < (this.#oldest?.get(site) ?? id + 1n)) this.#oldest?.set(site, id);
        this.#insert.run(number, site, id, recovered ? 1 : 0);
        number += 1;
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#last = number - 1;
    return this.#last;
  }

  /**
   * Entries that an erasure has changed: to be shipped again, and their rows of before are to leave ClickHouse. On the disk
   * when it returns. The last number, which is given where nothing was changed, too.
   */
  noteErased(erasure: string, site: string, ids: readonly EntryId[]): ChangeNumber {
    const at = this.#clock();
    // Whatever is noted from here on is read from files that do not hold it any more.
    const below = Math.max(this.#last + 1, at * 1000);
    this.#last = this.note(ids.map((id) => ({ site, id }))) ?? below;
    const last = ids.length === 0 ? 0 : this.#last;
    this.erased.add({ erasure, site, number: this.#last, last, at }, { below, ids });
    return this.#last;
  }

  /** The site files hold what was noted up to this number. */
  settle(number: ChangeNumber): void {
    Atomics.store(this.#settled, 0, BigInt(number));
  }

  /** Behind `after`, as far as the site files hold them; so many at most. */
  read(after: ChangeNumber, max: number): readonly NotedChange[] {
    return this.#select.all(after, this.committed, max).map(({ number, site, id, recovered }) => ({
      number: Number(number),
      site: String(site),
      // Only note() writes them, and integers are read as such.
      id: id as bigint,
      recovered: recovered === 1n,
    }));
  }

  /** On the disk when it returns: before the site files hold it, so that it is never missing. */
  noteDerivedAnew({ site, first, end, dropped }: Omit<DerivedAnew, 'version'>): void {
    this.#last = Math.max(this.#last + 1, this.#clock() * 1000);
    this.#db
      .prepare(
        `INSERT INTO again VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE
         SET stop = ?3, version = ?4, dropped = max(dropped, ?5)`,
      )
      .run(site, first, end, this.#last, dropped ? 1 : 0);
  }

  /** null: none, or none yet, as something that changed before it still waits. */
  derivedAnew(): DerivedAnew | null {
    const select = this.#db.prepare(
      `SELECT site, first, stop, version, dropped FROM again
       WHERE version < coalesce((SELECT min(number) FROM change), version + 1) ORDER BY version LIMIT 1`,
    );
    select.setReadBigInts(true);
    const row = select.get();
    if (row === undefined) return null;
    return {
      site: String(row.site),
      // Only noteDerivedAnew() writes them, and integers are read as such.
      first: row.first as bigint,
      end: row.stop as bigint,
      version: Number(row.version),
      dropped: row.dropped === 1n,
    };
  }

  /** Shipped, unless it was noted again meanwhile. */
  shippedAgain({ site, first, version }: DerivedAnew): void {
    this.#db
      .prepare('DELETE FROM again WHERE site = ? AND first = ? AND version = ?')
      .run(site, first, version);
  }

  /** Whether ClickHouse has taken all of a site with an id from `first` up to, not including, `end` as it stands. */
  isShipped(site: string, first: EntryId, end: EntryId): boolean {
    // Before the thread that ships has looked, nobody knows.
    if (this.#waits === null && !this.isUsed) return false;
    this.#waits ??= this.#db.prepare(
      `SELECT EXISTS (SELECT 1 FROM unfilled WHERE site = ?1 AND after < ?3 - 1)
         OR EXISTS (SELECT 1 FROM again WHERE site = ?1 AND first < ?3 AND stop > ?2) AS waits`,
    );
    if (this.#waits.get(site, first, end)?.waits !== 0) return false;
    if (this.#isLong()) {
      this.#oldest ??= this.#oldestOfSites();
      return (this.#oldest.get(site) ?? end) >= end;
    }
    this.#oldest = null;
    const row = this.#db
      .prepare('SELECT 1 FROM change WHERE site = ? AND id >= ? AND id < ? LIMIT 1')
      .get(site, first, end);
    return row === undefined;
  }

  #isLong(): boolean {
    const found = this.#db
      .prepare('SELECT count(*) AS n FROM (SELECT 1 FROM change LIMIT ?)')
      .get(this.#long + 1);
    return Number(found?.n) > this.#long;
  }

  #oldestOfSites(): Map<string, EntryId> {
    const select = this.#db.prepare('SELECT site, min(id) AS id FROM change GROUP BY site');
    select.setReadBigInts(true);
    // Only note() writes them, and integers are read as such.
    return new Map(select.all().map(({ site, id }) => [String(site), id as bigint]));
  }

  /** All that the folder holds is shipped once more: ClickHouse has none of it. */
  refill(sites: () => Iterable<string>): void {
    this.unfilled(sites);
    const insert = this.#db.prepare('INSERT OR REPLACE INTO unfilled VALUES (?, 0)');
    for (const site of sites()) insert.run(site);
  }

  /** Whether anything was ever to be shipped. */
  get isUsed(): boolean {
    return this.#db.prepare('PRAGMA user_version').get()?.user_version !== 0;
  }

  /** What was shipped. */
  trim(upTo: ChangeNumber): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#trim.run(upTo);
      this.#reach('shipped', upTo);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#db.exec(`PRAGMA incremental_vacuum(${PAGES_GIVEN_BACK})`);
  }

  /** Up to here ClickHouse has taken all; 0 where nobody noted it. */
  get shipped(): ChangeNumber {
    return this.#reached('shipped') ?? 0;
  }

  /** How far ClickHouse was told, by itself, that it has taken all; null: never. */
  get told(): ChangeNumber | null {
    return this.#reached('told');
  }

  tell(number: ChangeNumber): void {
    if (this.told !== number) this.#reach('told', number);
  }

  #reached(what: 'shipped' | 'told'): ChangeNumber | null {
    const found = this.#db.prepare('SELECT number FROM reached WHERE what = ?').get(what);
    return found === undefined ? null : Number(found.number);
  }

  #reach(what: 'shipped' | 'told', number: ChangeNumber): void {
    this.#db
      .prepare('INSERT INTO reached VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = max(number, ?2)')
      .run(what, number);
  }

  /** Number of the newest change that waits, whether the site files hold it or not; 0 where none does. */
  noted(): ChangeNumber {
    return Number(this.#db.prepare('SELECT max(number) AS number FROM change').get()?.number ?? 0);
  }

  /** Changes that wait, and the number of the oldest one. */
  waiting(): { readonly changes: number; readonly oldest: ChangeNumber | null } {
    const row = this.#db.prepare('SELECT count(*) AS changes, min(number) AS oldest FROM change').get();
    const oldest = row?.oldest;
    return { changes: Number(row?.changes ?? 0), oldest: typeof oldest === 'number' ? oldest : null };
  }

  /**
   * Sites of which it is still to be shipped what was there before anything was noted, and how far that is. `sites` is
   * asked once, for an outbox that is new.
   */
  unfilled(sites: () => Iterable<string>): readonly Unfilled[] {
    const made = this.#db.prepare('PRAGMA user_version').get()?.user_version;
    if (made === 0) {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        this.#db.exec('CREATE TABLE unfilled (site TEXT PRIMARY KEY, after INTEGER NOT NULL)');
        const insert = this.#db.prepare('INSERT OR IGNORE INTO unfilled VALUES (?, 0)');
        for (const site of sites()) insert.run(site);
        this.#db.exec('PRAGMA user_version = 1; COMMIT');
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    }
    const select = this.#db.prepare('SELECT site, after FROM unfilled ORDER BY site');
    select.setReadBigInts(true);
    // Only filled() and the statement above write them, and integers are read as such.
    return select.all().map(({ site, after }) => ({ site: String(site), after: after as bigint }));
  }

  /** Of a site everything up to this entry was shipped; null: all of it. */
  filled(site: string, through: EntryId | null): void {
    if (through === null) this.#db.prepare('DELETE FROM unfilled WHERE site = ?').run(site);
    else this.#db.prepare('UPDATE unfilled SET after = ? WHERE site = ?').run(through, site);
  }

  close(): void {
    this.#db.close();
  }
}
