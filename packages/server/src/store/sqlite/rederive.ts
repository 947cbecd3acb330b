/**
 * Derives a file of an older extraction anew: into a copy, in bounded steps, while the original is still written.
 * What changes behind the copy's pointer is changed in both. The finished copy takes the original's place.
 */

import type { Entry, EntryText } from '@ocpp-logs/core';
import { encodeEntry, readHead } from '@ocpp-logs/core';
import { BlockCache } from './block-cache.ts';
import { connectorOf } from './codes.ts';
import { carryDropped, DroppedEntries } from './dropped-entries.ts';
import type { Day, Month, Place } from './month.ts';
import { dayOfPlace } from './month.ts';
import { storedEntry } from './record.ts';
import { nextOpenDay, sealDay } from './seal.ts';
import type { EntryRow, SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';
import { DamagedFileError, nameOf, nameText } from './sql.ts';
import { traitName, traitOfText } from './trait.ts';

/** Entries derived in one step. */
const STEP = 500;
const BLOCKS_BYTES = 4 * 1024 * 1024;

export interface Rewriting {
  readonly derive: (entry: Entry) => Entry;
  readonly report: (message: string) => void;
  /** Of the texts of each entry, before its fields are derived. */
  readonly text?: (text: EntryText) => EntryText;
  /** Of the names of transactions. */
  readonly name?: (name: string) => string;
  /** Of a copy whose fields are others: before it takes the original's place. */
  readonly derivedAnew?: DerivedAnew;
}

/** `dropped`: whether entries were dropped from the file, which are derived anew elsewhere. */
export type DerivedAnew = (site: string, month: Month, dropped: boolean) => void;

const same = <T>(value: T): T => value;

export class Rederivation {
  readonly number: number;
  readonly #files: SiteFiles;
  readonly #copy: SiteFile;
  readonly #derive: (entry: Entry) => Entry;
  readonly #text: (text: EntryText) => EntryText;
  readonly #name: (name: string) => string;
  readonly #derivedAnew: DerivedAnew | null;
  readonly #blocks: BlockCache;
  /** Places up to this one are in the copy. */
  #pointer: Place = -1;
  #sealed = 0;

  constructor(files: SiteFiles, original: SiteFile, options: Rewriting) {
    this.number = original.number;
    this.#files = files;
    this.#derive = options.derive;
    this.#text = options.text ?? same;
    this.#name = options.name ?? same;
    this.#derivedAnew = options.derivedAnew ?? null;
    this.#blocks = new BlockCache(BLOCKS_BYTES, options.report);
    this.#copy = files.copyOf(original);
    if (original.dropped === null) return;
    this.#copy.begin();
    this.#copy.dropped = DroppedEntries.make(this.#copy.db);
    carryDropped(original.dropped, this.#copy.dropped);
    this.#copy.commit();
  }

  /** Of an entry that was just written to the original. */
  changed(place: Place, row: EntryRow, text: EntryText): void {
    if (place > this.#pointer) return;
    this.#copy.begin();
    this.#put(place, row.connector, row.lag, this.#text(text));
  }

  /** What went to both is committed in both. */
  commit(): void {
    this.#copy.commit();
  }

  /** One step; true while there is more. The original has no open transaction. */
  step(original: SiteFile): boolean {
    const rows = original.rows(this.#pointer + 1, Number.MAX_SAFE_INTEGER, STEP);
    this.#copy.begin();
    for (const { place, row } of rows) {
      const entry = this.#derive(storedEntry(this.#text(original.text(place, row, this.#blocks))));
      const connector = connectorOf(entry);
      this.#put(place, connector, row.lag, encodeEntry(original.idOf(place), entry));
      this.#pointer = place;
    }
    const sealing = this.#seal(rows.length < STEP ? null : dayOfPlace(this.#pointer));
    this.#copy.commit();
    if (rows.length === STEP || sealing) return true;
    this.#finish(original);
    return false;
  }

  abandon(): void {
    this.#files.discard(this.#copy);
  }

  #put(place: Place, connector: number | null, lag: number | null, text: EntryText): void {
    const trait = traitName(traitOfText(readHead(text.head), text.fields));
    const row = this.#copy.rowOf(text, connector, lag, trait);
    const before = this.#copy.row(place);
    if (before === null) this.#copy.insert(place, row, text);
    else this.#copy.replace(place, before, row, text);
  }

  /** One step; all of the days that are copied whole, which are those before `until`; null: all. True if more. */
  #seal(until: Day | null): boolean {
    const day = nextOpenDay(this.#copy, this.#sealed);
    if (day === null) return false;
    const whole = until === null || day < until;
    const { more } = sealDay(this.#copy, this.#blocks, day, Number.MAX_SAFE_INTEGER, whole);
    if (whole && !more) this.#sealed = day + 1;
    return whole;
  }

  #finish(original: SiteFile): void {
    this.#copy.begin();
    copyTransactions(original, this.#copy, this.#name);
    this.#copy.commit();
    const entries = (file: SiteFile) => file.db.number('SELECT sum(n) FROM hour_action');
    // Retention may have taken entries from the original meanwhile; its own step takes them from the copy.
    if (entries(this.#copy) < entries(original)) throw new DamagedFileError('its copy holds fewer entries');
    this.#derivedAnew?.(original.site, original.month, original.dropped !== null);
    this.#files.swap(original, this.#copy);
  }
}

/** Into a copy, in its open transaction. */
export function copyTransactions(
  original: SiteFile,
  copy: SiteFile,
  nameFor: (name: string) => string,
): void {
  for (const [charger, name, start, connector, evse] of original.db.rows('SELECT * FROM tx')) {
    copy.db.run(
      'INSERT OR REPLACE INTO tx VALUES (?, ?, ?, ?, ?)',
      copy.chargers.idOf(original.chargers.nameOf(Number(charger))),
      nameText(nameFor(nameOf(name))),
      Number(start),
      connector === null ? null : Number(connector),
      evse === null ? null : Number(evse),
    );
  }
}
