/** A reader's open site files: read only, at most so many, closed when the index no longer names them. */

import { existsSync } from 'node:fs';
import type { EntryId } from '@ocpp-logs/core';
import { Dictionary } from './dictionary.ts';
import type { FileRow } from './index-file.ts';
import { IndexFile } from './index-file.ts';
import { KnownCounts } from './known-counts.ts';
import { indexPath, sitePath } from './layout.ts';
import type { Month } from './month.ts';
import { hoursOf, idOfPlace, PLACES_PER_HOUR } from './month.ts';
import { readMeta } from './site-file.ts';
import { Connection, DamagedFileError, nameOf } from './sql.ts';
import { readTrait, type Trait, UNTOLD } from './trait.ts';

const BUSY_MS = 5000;

/** The index names the file already, its writer is about to fill it: it holds nothing that was committed. */
export class NotMadeYetError extends Error {
  override readonly name = 'NotMadeYetError';
}

export class ReaderFile {
  readonly number: number;
  readonly month: Month;
  /** Of the month. */
  readonly firstId: EntryId;
  readonly db: Connection;
  readonly counts: KnownCounts;
  readonly chargers: Dictionary;
  readonly actions: Dictionary;
  readonly #traits = new Map<number, Trait>();
  #newestTrait = UNTOLD;
  /** Places of the month end before this one. */
  readonly end: number;

  constructor(path: string, row: FileRow) {
    this.number = row.number;
    this.month = row.month;
    this.firstId = idOfPlace(row.month, 0);
    this.end = hoursOf(row.month) * PLACES_PER_HOUR;
    this.db = new Connection(path, { readOnly: true, busy: BUSY_MS });
    try {
      // Asked first: once there are tables, everything that its maker committed with them is there too.
      if (this.db.number('SELECT count(*) FROM sqlite_schema') === 0) throw new NotMadeYetError();
      const meta = readMeta(this.db);
      if (meta.site !== row.site || meta.month !== row.month) {
        throw new DamagedFileError('it holds another site or month than the index says');
      }
    } catch (error) {
      this.db.close();
      throw error;
    }
    this.counts = new KnownCounts(this.db);
    this.chargers = new Dictionary(this.db, 'charger');
    this.actions = new Dictionary(this.db, 'action');
  }

  /** By their numbers; `untold`: whether some entries have a trait without a number, {@link UNTOLD}. */
  traits(): { readonly told: ReadonlyMap<number, Trait>; readonly untold: boolean } {
    for (const [id, name] of this.db.rows('SELECT id, name FROM trait WHERE id > ?', this.#newestTrait)) {
      this.#traits.set(Number(id), readTrait(nameOf(name)));
      this.#newestTrait = Math.max(this.#newestTrait, Number(id));
    }
    const untold = this.db.numberRow(`SELECT 1 FROM trait WHERE id = ${UNTOLD}`) !== null;
    return { told: this.#traits, untold };
  }

  /** Everything that `work` reads is of one moment. */
  atOnce<T>(work: () => T): T {
    this.db.run('BEGIN');
    try {
      this.counts.renew();
      return work();
    } finally {
      if (this.db.inTransaction) this.db.run('COMMIT');
    }
  }
}

export class ReaderFiles {
  readonly #folder: string;
  readonly #limit: number;
  readonly #open = new Map<number, ReaderFile>();
  #index: IndexFile | null = null;
  #version = -1;

  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** null before the first writer has made it. */
  get index(): IndexFile | null {
    const path = indexPath(this.#folder);
    if (this.#index === null && existsSync(path)) {
      this.#index = new IndexFile(path, { readOnly: true, busy: BUSY_MS });
    }
    return this.#index;
  }

  /** Files of a site from month to month, in order. */
  rows(site: string, from: Month, to: Month): readonly FileRow[] {
    const index = this.index;
    if (index === null) return [];
    const version = index.version();
    if (version !== this.#version) this.#forgetGone(index);
    this.#version = version;
    return index.liveOf(site, from, to);
  }

  open(row: FileRow): ReaderFile {
    const open = this.#open.get(row.number);
    if (open !== undefined) {
      this.#open.delete(row.number);
      this.#open.set(row.number, open);
      return open;
    }
    const path = sitePath(this.#folder, row.number);
    // The index names a file a moment before it is there.
    if (row.unfinished && !existsSync(path)) throw new NotMadeYetError();
    const file = new ReaderFile(path, row);
    for (const [number, oldest] of this.#open) {
      if (this.#open.size < this.#limit) break;
      this.#open.delete(number);
      oldest.db.close();
    }
    this.#open.set(row.number, file);
    return file;
  }

  close(): void {
    for (const file of this.#open.values()) file.db.close();
    this.#open.clear();
    this.#index?.close();
    this.#index = null;
  }

  /** Of a file that was removed or set aside, or whose connection failed. */
  drop(number: number): void {
    this.#open.get(number)?.db.close();
    this.#open.delete(number);
  }

  #forgetGone(index: IndexFile): void {
    for (const number of [...this.#open.keys()]) {
      if (index.byNumber(number) === null) this.drop(number);
    }
  }
}
