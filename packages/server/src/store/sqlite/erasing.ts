/**
 * Takes something out of a site's files, in bounded steps: a file is looked through, and where it holds any of it a copy
 * without takes its place. Nothing has to be remembered of a run: one that was cut off finds again what is left.
 */

import type { Entry } from '@ocpp-logs/core';
import { type Erasure, type ErasureProgress, NO_PROGRESS } from '../erasure.ts';
import { BlockCache } from './block-cache.ts';
import type { FileRow } from './index-file.ts';
import type { Place } from './month.ts';
import { unlessUnreadable, unpackedText } from './record.ts';
import { type DerivedAnew, Rederivation, type Rewriting } from './rederive.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';

/** Entries looked at in one step. */
const STEP = 500;
const BLOCKS_BYTES = 4 * 1024 * 1024;
/** Copies made of one file, if an entry turns up after the first. */
const COPIES_MAX = 3;
const MONTH_MAX = Number.MAX_SAFE_INTEGER;

export interface ErasingOptions {
  readonly extraction: number;
  readonly derive: (entry: Entry) => Entry;
  readonly report: (message: string) => void;
  readonly derivedAnew?: DerivedAnew;
}

/** Of one file. */
interface Look {
  readonly row: FileRow;
  next: Place;
  looked: number;
  /** Entries looked at before a copy was made. */
  readonly seen: number;
  entries: number;
  occurrences: number;
  first: number | null;
  unreadable: number;
  /** Entries that are elsewhere only: nobody can look at them here. */
  dropped: number;
  /** Whether some entry still has to be changed. */
  dirty: boolean;
  copies: number;
}

export class Erasing {
  readonly erasure: Erasure;
  readonly #files: SiteFiles;
  readonly #options: ErasingOptions;
  readonly #blocks: BlockCache;
  #rows: FileRow[] | null = null;
  #look: Look | null = null;
  #progress: ErasureProgress = NO_PROGRESS;

  constructor(files: SiteFiles, erasure: Erasure, options: ErasingOptions) {
    this.#files = files;
    this.erasure = erasure;
    this.#options = options;
    this.#blocks = new BlockCache(BLOCKS_BYTES, options.report);
  }

  /** One step; a copy that is to be made and finished before the next one, true while there is more, false at the end. */
  step(): Rederivation | boolean {
    if (this.#rows === null) return this.#begin();
    const look = this.#look ?? this.#nextFile();
    if (look === null) {
      this.#tell({ ...this.#progress, ended: true });
      return false;
    }
    const row = this.#files.index.live(look.row.site, look.row.month);
    const file = row === null ? null : this.#files.of(row);
    if (row === null || file === null) {
      this.#look = null;
      return true;
    }
    if (this.#files.within(file, () => this.#lookOn(file, look))) return true;
    if (!look.dirty || this.erasure.dry) {
      this.#endFile(look, false);
      return true;
    }
    if (look.unreadable > 0 || look.copies >= COPIES_MAX) {
      this.#options.report(
        `file ${file.number} is not written anew without an id tag: it cannot be read whole`,
      );
      this.#endFile(look, true);
      return true;
    }
    this.#look = { ...lookAt(look.row), copies: look.copies + 1, seen: look.looked };
    return new Rederivation(this.#files, file, this.#rewriting(row));
  }

  /** Of the file that could not be copied. */
  giveUp(): void {
    if (this.#look !== null) this.#look.copies = COPIES_MAX;
  }

  /** What was under way may not have come about. */
  abandon(): void {
    if (this.#look !== null) this.#look = lookAt(this.#look.row);
    this.#blocks.clear();
  }

  #begin(): boolean {
    const rows = this.#files.index.liveOf(this.erasure.site, 0, MONTH_MAX);
    let of = 0;
    for (const row of rows) {
      const file = this.#files.of(row);
      if (file === null) continue;
      of += this.#files.within(file, () => file.db.number('SELECT coalesce(sum(n), 0) FROM hour_action'));
    }
    this.#rows = [...rows].reverse();
    this.#tell({ ...this.#progress, of });
    return true;
  }

  #nextFile(): Look | null {
    const row = this.#rows?.pop();
    this.#look = row === undefined ? null : lookAt(row);
    return this.#look;
  }

  /** True while there is more. */
  #lookOn(file: SiteFile, look: Look): boolean {
    const rows = file.rows(look.next, Number.MAX_SAFE_INTEGER, STEP);
    look.dropped = file.dropped?.entries ?? 0;
    for (const { place, row } of rows) {
      look.next = place + 1;
      look.looked += 1;
      const what = `the text of entry ${file.idOf(place)}`;
      const text = unlessUnreadable(this.#options.report, what, () =>
        unpackedText(file.text(place, row, this.#blocks)),
      );
      if (text === null) {
        look.unreadable += 1;
        continue;
      }
      const without = this.erasure.entry(text);
      const occurrences = this.erasure.occurrences(without);
      if (without !== text) look.dirty = true;
      if (without === text && occurrences === 0) continue;
      look.entries += 1;
      look.occurrences += occurrences;
      look.first ??= file.startOf(place);
    }
    look.dirty ||= rows.length < STEP && this.#isNamed(file);
    this.#tell(this.#progress, Math.max(look.looked, look.seen));
    return rows.length === STEP;
  }

  #isNamed(file: SiteFile): boolean {
    const names = file.db.rows('SELECT DISTINCT name FROM tx');
    return names.some(([name]) => this.erasure.name(String(name)) !== String(name));
  }

  #rewriting({ extraction }: FileRow): Rewriting {
    const { derive, report, derivedAnew } = this.#options;
    const older = extraction < this.#options.extraction;
    return {
      derive: older ? derive : (entry) => entry,
      ...(older && derivedAnew !== undefined ? { derivedAnew } : {}),
      report,
      text: this.erasure.entry,
      name: this.erasure.name,
    };
  }

  #endFile(look: Look, kept: boolean): void {
    this.#look = null;
    const { entries, occurrences, first } = look;
    const before = this.#progress;
    this.#tell({
      ...before,
      looked: before.looked + look.looked,
      entries: before.entries + entries,
      occurrences: before.occurrences + occurrences,
      files: before.files + (entries > 0 ? 1 : 0),
      first: before.first === null ? first : Math.min(before.first, first ?? before.first),
      unreadable: before.unreadable + look.unreadable + look.dropped,
      kept: before.kept + (kept ? 1 : 0),
    });
  }

  #tell(progress: ErasureProgress, beyond = 0): void {
    this.#progress = progress;
    this.erasure.onProgress({ ...progress, looked: progress.looked + beyond });
  }
}

function lookAt(row: FileRow): Look {
  return {
    row,
    next: 0,
    looked: 0,
    seen: 0,
    entries: 0,
    occurrences: 0,
    first: null,
    unreadable: 0,
    dropped: 0,
    dirty: false,
    copies: 0,
  };
}
