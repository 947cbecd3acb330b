/**
 * Drops from a file what was shipped: into a copy, in bounded steps, go the calls that may still get an answer, and of
 * all others what it takes to know them again. The finished copy takes the original's place; where that changes
 * meanwhile it is given up.
 */

import { levelOfEntry } from '../retention.ts';
import { BlockCache } from './block-cache.ts';
import { connectorOf, UNANSWERED } from './codes.ts';
import { carryDropped, DroppedEntries, type DroppedEntry, packFrames } from './dropped-entries.ts';
import type { Hour, Place } from './month.ts';
import { hourOfPlace } from './month.ts';
import { storedEntry } from './record.ts';
import { copyTransactions } from './rederive.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';
import { DamagedFileError } from './sql.ts';
import { framesOf } from './stored-items.ts';
import { traitName, traitOf } from './trait.ts';

/** Entries looked at in one step. */
const STEP = 500;
const BLOCKS_BYTES = 4 * 1024 * 1024;

export class Dropping {
  readonly number: number;
  /** The original was written. */
  stale = false;
  readonly #files: SiteFiles;
  readonly #copy: SiteFile;
  readonly #dropped: DroppedEntries;
  readonly #blocks: BlockCache;
  #next: Place = 0;
  /** Entries that go. */
  gone = 0;

  constructor(files: SiteFiles, original: SiteFile, report: (message: string) => void) {
    this.number = original.number;
    this.#files = files;
    this.#blocks = new BlockCache(BLOCKS_BYTES, report);
    this.#copy = files.copyOf(original);
    this.#copy.begin();
    this.#dropped = DroppedEntries.make(this.#copy.db);
    this.#copy.dropped = this.#dropped;
    if (original.dropped !== null) carryDropped(original.dropped, this.#dropped);
    this.#copy.commit();
  }

  /** One step; true while there is more. The original has no open transaction. */
  step(original: SiteFile): boolean {
    const rows = original.rows(this.#next, Number.MAX_SAFE_INTEGER, STEP);
    const hours = new Map<Hour, DroppedEntry[]>();
    this.#copy.begin();
    for (const { place, row } of rows) {
      const text = original.text(place, row, this.#blocks);
      const entry = storedEntry(text);
      this.#next = place + 1;
      const made = framesOf(entry);
      // What no frame tells of, as a gap, is rare, and could not be known again.
      if (made.length === 0 || UNANSWERED.includes(row.outcome)) {
        const trait = traitName(traitOf(entry));
        this.#copy.insert(place, this.#copy.rowOf(text, connectorOf(entry), row.lag, trait), text);
        continue;
      }
      const hour = hours.get(hourOfPlace(place)) ?? [];
      hours.set(hourOfPlace(place), hour);
      hour.push({ level: levelOfEntry(entry), frames: made });
      this.#dropped.reach(original.ordinalOf(place) + 1);
      this.gone += 1;
    }
    for (const [hour, entries] of hours) {
      this.#dropped.add({ hour, entries: entries.length, frames: packFrames(entries) });
    }
    this.#copy.commit();
    return rows.length === STEP;
  }

  /** Puts the copy in the original's place. */
  finish(original: SiteFile): void {
    const entries = (file: SiteFile) => file.db.number('SELECT coalesce(sum(n), 0) FROM hour_action');
    if (entries(this.#copy) + this.gone !== entries(original)) {
      throw new DamagedFileError('its copy and what was dropped are not as many entries');
    }
    this.#copy.begin();
    // An index that is lost is made anew from these.
    for (const name of original.chargers.names()) this.#copy.chargers.idOf(name);
    copyTransactions(original, this.#copy, (name) => name);
    this.#copy.commit();
    this.#files.swap(original, this.#copy);
  }

  abandon(): void {
    this.#files.discard(this.#copy);
  }
}
