/** A reader's way to the files: which there are, one moment of each, and what becomes of those that are damaged. */

import { timeOfId } from '@ocpp-logs/core';
import type { EntryFilter, EntryPosition, SortOrder } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { FileRow, IndexFile } from './index-file.ts';
import { sitePath } from './layout.ts';
import { type Month, monthOf, TIME_MAX } from './month.ts';
import { NotMadeYetError, type ReaderFile, ReaderFiles } from './reader-files.ts';
import { isSiteDamage } from './site-schema.ts';
import { DamagedFileError, isAway, isDamage, messageOf } from './sql.ts';

export interface FileAccessOptions {
  /** The data folder. */
  readonly folder: string;
  readonly report: (message: string) => void;
  /** Told of a file in which damage was found; it stays out of this reader's answers for a while. */
  readonly onDamage?: (number: number) => void;
  readonly openFiles?: number;
}

const OPEN_FILES = 256;
/** A file may be removed or swapped between the look into the index and its opening. */
const ATTEMPTS = 3;
const LEFT_OUT_MS = 60_000;
const BUSY_MS = 1000;

class DamageFound extends Error {}

export class FileAccess {
  readonly #options: FileAccessOptions;
  readonly #files: ReaderFiles;
  /** Until when a file is left out, by its number; the writer sets it aside meanwhile, if it finds the damage. */
  readonly #damaged = new Map<number, number>();

  constructor(options: FileAccessOptions) {
    this.#options = options;
    this.#files = new ReaderFiles(options.folder, options.openFiles ?? OPEN_FILES);
  }

  get index(): IndexFile | null {
    return this.#files.index;
  }

  /** Files that the filter reaches into, in the order asked for. */
  rowsOf(
    { site, from, to }: Pick<EntryFilter, 'site' | 'from' | 'to'>,
    order: SortOrder,
  ): readonly FileRow[] {
    if (from >= to || to <= 0) return [];
    const first = monthOf(Math.max(0, Math.min(from, TIME_MAX)));
    const rows = this.rows(site, first, monthOf(Math.min(to, TIME_MAX) - 1));
    return order === 'asc' ? rows : rows.toReversed();
  }

  rows(site: string, from: Month, to: Month): readonly FileRow[] {
    return this.#files.rows(site, from, to).filter(({ number }) => !this.#isLeftOut(number));
  }

  /** At one moment of the file. */
  within(row: FileRow, work: (file: ReaderFile) => void): void {
    try {
      const file = this.#files.open(row);
      file.atOnce(() => work(file));
    } catch (error) {
      if (error instanceof NotMadeYetError) return;
      this.#files.drop(row.number);
      // Whether it is damaged, or only gone from the index by now, the next attempt tells.
      if (!isSiteDamage(error, sitePath(this.#options.folder, row.number), BUSY_MS)) throw error;
      if (this.#files.index?.byNumber(row.number) == null) throw new DamagedFileError(messageOf(error));
      this.#damaged.set(row.number, performance.now() + LEFT_OUT_MS);
      this.#options.report(
        `file ${row.number} (site ${row.site}) is damaged and is left out: ${messageOf(error)}`,
      );
      this.#options.onDamage?.(row.number);
      throw new DamageFound(messageOf(error));
    }
  }

  /** What the file of that site and month holds now; nothing where there is none. */
  inMonth(site: string, month: Month, work: (file: ReaderFile) => void): void {
    this.attempt(() => {
      for (const row of this.rows(site, month, month)) this.within(row, work);
    });
  }

  /** Begins again without a file that turned out damaged, or that was swapped meanwhile. */
  attempt<T>(work: () => T): T {
    for (let failed = 0; ; ) {
      try {
        return work();
      } catch (error) {
        if (error instanceof DamageFound) continue;
        if (!isAway(error) && !isDamage(error)) throw error;
        failed += 1;
        if (failed >= ATTEMPTS) {
          throw new StoreUnavailableError(`the store cannot be read: ${messageOf(error)}`, error);
        }
      }
    }
  }

  close(): void {
    this.#files.close();
  }

  #isLeftOut(number: number): boolean {
    const until = this.#damaged.get(number);
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.#damaged.delete(number);
    return false;
  }
}

/** Files wholly before the position need not be opened. */
export function resumed<F extends Pick<EntryFilter, 'from' | 'to'>>(
  filter: F,
  order: SortOrder,
  after: Pick<EntryPosition, 'id'> | null,
): F {
  if (after === null) return filter;
  const at = timeOfId(after.id);
  return order === 'asc'
    ? { ...filter, from: Math.max(filter.from, at) }
    : { ...filter, to: Math.min(filter.to, at + 1) };
}
