/**
 * Which files are dropped, and when: months that are over and wholly elsewhere, after a while in which nothing was
 * written, or at once where room is wanted; the oldest first.
 */

import { statSync } from 'node:fs';
import type { EntryId } from '@ocpp-logs/core';
import type { FileState } from '../migrate/checkpoint.ts';
import { PENDING, UNANSWERED } from './codes.ts';
import { Dropping } from './dropping.ts';
import { writtenAt } from './file-times.ts';
import type { FileRow } from './index-file.ts';
import { sitePath } from './layout.ts';
import { idOfPlace, type Month, monthOf, startOfMonth } from './month.ts';
import { unlessUnreadable } from './record.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';

export interface DropRules {
  /** Whether all of a site with an id from `first` up to, not including, `end` is elsewhere as it stands here. */
  readonly elsewhere: (site: string, first: EntryId, end: EntryId, file: FileState) => boolean;
  /** Another number than before where that may be so of more. */
  readonly answered: () => number;
  /** ms after the end of its month and the last change of a file. */
  readonly keep: number;
  /** Bytes to be freed now, however young a file is. */
  readonly wanted: () => number;
  /** After a look at all files: bytes that are wanted, and that no file can give. */
  readonly onShort: (bytes: number) => void;
  readonly onDropped: (site: string, month: Month, entries: number) => void;
}

export interface DropsOptions {
  readonly rules: DropRules;
  readonly folder: string;
  readonly extraction: number;
  readonly report: (message: string) => void;
  /** Sites of which nothing goes for now. */
  readonly held: (site: string) => boolean;
  readonly onRemoved: () => void;
}

interface Begun {
  readonly row: FileRow;
  /** ms; when it was changed last. */
  readonly written: number;
  readonly copy: Dropping;
}

/** Files are looked through this often where no room is wanted. */
const LOOK_MS = 60_000;
/** Looked at in one step. */
const STEP = 20;
/** Where room is wanted: a late answer comes within ten minutes. */
const SETTLED_MS = 3_600_000;

export class Drops {
  readonly #files: SiteFiles;
  readonly #options: DropsOptions;
  #lookedAt: number | null = null;
  #answered = 0;
  /** Still to be looked at; null: between two looks. */
  #left: FileRow[] | null = null;
  /** Bytes that are still wanted of this look. */
  #wanted = 0;
  #dropping: Begun | null = null;
  /** By file, when it was written last: nothing in it can be dropped. */
  readonly #bare = new Map<number, number>();

  constructor(files: SiteFiles, options: DropsOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** Whether more may go since the last look. */
  get isAnswered(): boolean {
    return this.#options.rules.answered() !== this.#answered;
  }

  /** One step; true while there is more. */
  step(now: number): boolean {
    if (this.#dropping !== null) return this.#dropOn();
    const wanted = this.#options.rules.wanted();
    if (this.#left === null) {
      const due = this.#lookedAt === null || now < this.#lookedAt || now >= this.#lookedAt + LOOK_MS;
      if (!due && wanted === 0 && !this.isAnswered) return false;
      this.#lookedAt = now;
      this.#answered = this.#options.rules.answered();
      this.#wanted = wanted;
      // From the end, where the oldest are.
      this.#left = [...this.#files.index.before(monthOf(now))].reverse();
    }
    for (let looked = 0; looked < STEP; looked++) {
      const row = this.#left.pop();
      if (row === undefined) {
        this.#left = null;
        this.#options.rules.onShort(Math.max(0, this.#wanted));
        return false;
      }
      if (this.#begin(row, now)) return true;
    }
    return true;
  }

  /** A file is written. */
  changed({ number }: SiteFile): void {
    const dropping = this.#dropping;
    if (dropping?.copy.number === number) dropping.copy.stale = true;
  }

  abandon(): void {
    const dropping = this.#dropping;
    this.#dropping = null;
    this.#left = null;
    dropping?.copy.abandon();
  }

  /** Whether that is enough for a step: all is asked of one file. */
  #begin(row: FileRow, now: number): boolean {
    const quiet =
      this.#wanted > 0 ? Math.min(SETTLED_MS, this.#options.rules.keep) : this.#options.rules.keep;
    const { number, month } = row;
    if (startOfMonth(month + 1) + quiet > now || row.extraction < this.#options.extraction) return false;
    const written = writtenAt(this.#options.folder, number);
    if (written === null || written + quiet > now || this.#bare.get(number) === written) return false;
    if (!this.#mayGo(row, written)) return true;
    const file = this.#files.of(row);
    if (file === null || file.db.numberRow(`SELECT 1 FROM entry WHERE outcome = ${PENDING} LIMIT 1`) !== null)
      return true;
    const some = `SELECT 1 FROM entry WHERE outcome NOT IN (${UNANSWERED.join(', ')}) LIMIT 1`;
    if (file.db.numberRow(some) === null) {
      this.#bare.set(number, written);
      return true;
    }
    const copy = new Dropping(this.#files, file, this.#options.report);
    this.#dropping = { row, written, copy };
    return true;
  }

  #mayGo({ number, site, month }: FileRow, written: number): boolean {
    const { rules, held } = this.#options;
    if (held(site)) return false;
    return rules.elsewhere(site, idOfPlace(month, 0), idOfPlace(month + 1, 0), { number, written });
  }

  #dropOn(): boolean {
    const dropping = this.#dropping;
    if (dropping === null) return false;
    const { row, written, copy } = dropping;
    const live = this.#files.index.byNumber(row.number);
    const file = live === null ? null : this.#files.of(live);
    // What was written meanwhile is shipped first.
    if (file === null || copy.stale || this.#files.isDirty(file) || !this.#mayGo(row, written)) {
      this.#giveUp();
      return true;
    }
    const what = `a text of file ${row.number}, which is not dropped,`;
    const more = this.#files.within(file, () =>
      unlessUnreadable(this.#options.report, what, () => copy.step(file)),
    );
    if (more === null || (!more && copy.gone === 0)) {
      this.#bare.set(row.number, writtenAt(this.#options.folder, row.number) ?? 0);
      this.#giveUp();
      return true;
    }
    if (!more) this.#finish(file, dropping);
    return true;
  }

  #finish(file: SiteFile, { row, copy }: Begun): void {
    const before = bytesOf(this.#options.folder, row.number);
    this.#files.within(file, () => copy.finish(file));
    this.#dropping = null;
    this.#bare.delete(row.number);
    const now = this.#files.index.live(row.site, row.month);
    this.#wanted -= before - (now === null ? 0 : bytesOf(this.#options.folder, now.number));
    this.#options.onRemoved();
    this.#options.rules.onDropped(row.site, row.month, copy.gone);
  }

  #giveUp(): void {
    const dropping = this.#dropping;
    this.#dropping = null;
    dropping?.copy.abandon();
  }
}

function bytesOf(folder: string, number: number): number {
  const path = sitePath(folder, number);
  return [path, `${path}-wal`].reduce(
    (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
