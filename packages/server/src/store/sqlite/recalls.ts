/** Brings entries that were dropped back into their files, so that something can be taken out of all that there is. */

import { decodeEntry } from '@ocpp-logs/core';
import type { SiteEntry } from '../store.ts';
import { connectorOf, lagOf } from './codes.ts';
import { type Hour, hourOfPlace, type Month, placeOfId } from './month.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';
import { digestOf, framesOf } from './stored-items.ts';
import { traitName, traitOf } from './trait.ts';

export interface RecallsOptions {
  /** Sites of which nothing is dropped. */
  readonly held: Set<string>;
  /** As every call of the writer; what is uncommitted is committed first. */
  readonly guard: <T>(work: () => T) => T;
  /** Copies under way are begun anew. */
  readonly abandon: () => void;
}

export class Recalls {
  readonly #files: SiteFiles;
  readonly #options: RecallsOptions;

  constructor(files: SiteFiles, options: RecallsOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** Months of a site of which some entries were dropped; nothing more is until {@link release}. */
  hold(site: string): readonly Month[] {
    this.#options.held.add(site);
    return this.#options.guard(() =>
      this.#files.index.liveOf(site, 0, Number.MAX_SAFE_INTEGER).flatMap((row) => {
        const file = this.#files.of(row);
        return file !== null && (file.dropped?.entries ?? 0) > 0 ? [row.month] : [];
      }),
    );
  }

  release(site: string): void {
    this.#options.held.delete(site);
  }

  /**
   * Entries of a month in the order of their ids; of those that are here already, or were never dropped from here, as
   * they are another node's, nothing is done. How many came back.
   */
  restore(site: string, month: Month, entries: readonly SiteEntry[]): number {
    return this.#inFile(site, month, (file) => {
      const dropped = new DroppedKeys(file);
      let restored = 0;
      let last: Hour = 0;
      for (const text of entries) {
        const place = placeOfId(month, text.id);
        last = hourOfPlace(place);
        if (file.row(place) !== null) continue;
        const entry = decodeEntry(text);
        const [first] = framesOf(entry);
        if (first === undefined || !dropped.has(last, digestOf(first.key))) continue;
        const trait = traitName(traitOf(entry));
        file.insert(place, file.rowOf(text, connectorOf(entry), lagOf(entry), trait), text);
        restored += 1;
      }
      // One that is broken off here goes on without making entries of these hours known twice.
      file.dropped?.removeBefore(last);
      return restored;
    });
  }

  /** All that there was to come has come. */
  restored(site: string, month: Month): void {
    this.#inFile(site, month, (file) => {
      file.dropped?.removeBefore(Number.MAX_SAFE_INTEGER);
      return 0;
    });
  }

  #inFile(site: string, month: Month, work: (file: SiteFile) => number): number {
    return this.#options.guard(() => {
      this.#options.abandon();
      const file = this.#files.get(site, month);
      if (file === null) return 0;
      return this.#files.within(file, () => {
        this.#files.begin(file);
        const done = work(file);
        this.#files.commitFile(file);
        return done;
      });
    });
  }
}

/** By hours, as they are asked for. */
class DroppedKeys {
  readonly #file: SiteFile;
  readonly #hours = new Map<Hour, ReadonlySet<string>>();

  constructor(file: SiteFile) {
    this.#file = file;
  }

  has(hour: Hour, key: string): boolean {
    const known = this.#hours.get(hour);
    if (known !== undefined) return known.has(key);
    const keys = new Set<string>();
    for (const frame of this.#file.dropped?.frames(hour, hour) ?? []) keys.add(frame.key);
    this.#hours.set(hour, keys);
    return keys.has(key);
  }
}
