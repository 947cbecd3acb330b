/** Brings entries that were dropped back into their files, so that something can be taken out of all that there is. */

import { decodeEntry } from '@ocpp-logs/core';
import type { EntryLevel } from '../retention.ts';
import type { SiteEntry } from '../store.ts';
import { connectorOf, lagOf } from './codes.ts';
import { type DroppedHour, framesIn } from './dropped-entries.ts';
import { HOUR_MS, type Hour, hourOfPlace, type Month, placeOfId, startOfMonth } from './month.ts';
import { RecalledHour } from './recalled-hour.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';
import { framesOf } from './stored-items.ts';
import { traitName, traitOf } from './trait.ts';

export interface RecallsOptions {
  /** Sites of which nothing is dropped. */
  readonly held: Set<string>;
  /** As every call of the writer; what is uncommitted is committed first. */
  readonly guard: <T>(work: () => T) => T;
  /** Copies under way are begun anew. */
  readonly abandon: () => void;
}

/** ms since 1970, by level: what is before it is kept no longer; 0: all is. */
export type LevelCuts = Readonly<Record<EntryLevel, number>>;

export class Recalls {
  readonly #files: SiteFiles;
  readonly #options: RecallsOptions;
  /** Of the month that comes back: as far as its entries have come. */
  #hour: RecalledHour | null = null;

  constructor(files: SiteFiles, options: RecallsOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** Months of a site of which some entries were dropped; nothing more is until {@link release}. */
  hold(site: string): readonly Month[] {
    this.#options.held.add(site);
    this.#hour = null;
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
      let restored = 0;
      for (const text of entries) {
        const place = placeOfId(month, text.id);
        const hour = this.#hourOf(file, hourOfPlace(place));
        const entry = decodeEntry(text);
        const frames = framesOf(entry);
        if (file.row(place) !== null) {
          hour.isHere(frames);
          continue;
        }
        if (!hour.take(frames)) continue;
        const trait = traitName(traitOf(entry));
        file.insert(place, file.rowOf(text, connectorOf(entry), lagOf(entry), trait), text);
        restored += 1;
      }
      return restored;
    });
  }

  /**
   * All that there was to come has come. What has not, and would be kept still, is nowhere: how many entries. `cuts`: by
   * level, ms; entries before it have expired.
   */
  restored(site: string, month: Month, cuts: LevelCuts): number {
    return this.#inFile(site, month, (file) => {
      const { dropped } = file;
      if (dropped === null) return 0;
      this.#hour?.end(dropped);
      this.#hour = null;
      for (const hour of dropped.hours(0, Number.MAX_SAFE_INTEGER)) {
        dropped.put(unexpired(hour, startOfMonth(month) + hour.hour * HOUR_MS, cuts));
      }
      return dropped.entries;
    });
  }

  #hourOf(file: SiteFile, hour: Hour): RecalledHour {
    if (this.#hour?.hour === hour) return this.#hour;
    // One that is broken off later goes on without making entries of this hour known twice.
    if (file.dropped !== null) this.#hour?.end(file.dropped);
    this.#hour = new RecalledHour(hour, file.dropped);
    return this.#hour;
  }

  #inFile(site: string, month: Month, work: (file: SiteFile) => number): number {
    try {
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
    } catch (error) {
      // What it has noted of the hour may have been undone.
      this.#hour = null;
      throw error;
    }
  }
}

function unexpired({ hour, entries, frames }: DroppedHour, start: number, cuts: LevelCuts): DroppedHour {
  const isGone = (level: EntryLevel) => start < Math.max(cuts.minimal, cuts[level]);
  if (isGone('minimal')) return { hour, entries: 0, frames: new Uint8Array() };
  const left: Uint8Array[] = [];
  let gone = 0;
  let keeps = true;
  for (const { level, bytes } of framesIn(frames)) {
    if (level !== null) {
      keeps = !isGone(level);
      if (!keeps) gone += 1;
    }
    if (keeps) left.push(bytes);
  }
  return { hour, entries: entries - gone, frames: Buffer.concat(left) };
}
