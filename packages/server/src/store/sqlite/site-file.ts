/** One site file: the entries of one site and UTC month. The writer's side; readers have their own. */

import { closeSync, openSync } from 'node:fs';
import type { EntryText } from '@ocpp-logs/core';
import { FullMillisecondError } from '../full-millisecond.ts';
import { type Ordinals, ordinalsOf } from '../node-number.ts';
import type { Slot } from '../store.ts';
import type { BlockCache } from './block-cache.ts';
import { kindCode, kindOf, outcomeCode, outcomeOf } from './codes.ts';
import { Dictionary } from './dictionary.ts';
import { DroppedEntries } from './dropped-entries.ts';
import type { FileRow } from './index-file.ts';
import {
  CONNECTION_PRAGMAS,
  DROPPED_SITE_FILE,
  isLaterMark,
  OLDER_SITE_FILES,
  SITE_FILE,
  SITE_SCHEMA,
} from './layout.ts';
import type { Day, Month, Place } from './month.ts';
import { dayOfPlace, hourOfPlace, idOfPlace, PLACES_PER_MS, placeAt, startOfMonth } from './month.ts';
import { RecordError, RecordPacker, RecordText } from './record.ts';
import { RollUpDeltas } from './rollup.ts';
import { checkColumns, holdsTooLarge } from './site-schema.ts';
import {
  Connection,
  DamagedFileError,
  messageOf,
  NewerLayoutError,
  nameOf,
  nullable,
  OlderLayoutError,
  sqliteCode,
} from './sql.ts';
import { type TraitName, Traits } from './trait.ts';

/** Columns of `entry` beside its place and where its text lies. */
export interface EntryRow {
  readonly charger: number;
  readonly connector: number | null;
  readonly kind: number;
  readonly action: number;
  readonly outcome: number;
  /** Number of its {@link Trait} in the file. */
  readonly trait: number;
  /** ms from the call to its answer; null without one. */
  readonly lag: number | null;
}

export interface SiteFileMeta {
  readonly site: string;
  readonly month: Month;
  readonly extraction: number;
  /** Whether it is an unfinished copy. */
  readonly building: boolean;
  /** Whether entries were dropped from it. */
  readonly dropped: boolean;
  /** Ordinals of a millisecond begin here: the damaged file whose place it took gave those below. */
  readonly floor: number;
}

const INSERT_ENTRY = 'INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
const UPDATE_ENTRY = `UPDATE entry SET charger = ?, connector = ?, kind = ?, action = ?, outcome = ?, trait = ?, lag = ?
  WHERE id = ?`;
/** Columns of {@link storedRow}, in its order. */
export const ROW = 'charger, connector, kind, action, outcome, trait, lag, block, slot';
/** Distinct sums gathered before they are written, though the transaction goes on. */
const DELTAS_MAX = 50_000;

const packer = new RecordPacker();

export class SiteFile {
  readonly number: number;
  readonly site: string;
  readonly month: Month;
  readonly db: Connection;
  readonly chargers: Dictionary;
  readonly actions: Dictionary;
  /** null: all that it ever held is there, or was removed. */
  dropped: DroppedEntries | null = null;
  readonly #traits: Traits;
  readonly #deltas = new RollUpDeltas();
  /** Chargers and actions told to the index since the file was opened. */
  readonly seen = new Set<string>();
  readonly seenActions = new Set<string>();
  /** As the index says. */
  unfinished: boolean;
  /** Days that got entries since maintenance last looked. */
  readonly touched = new Set<Day>();
  /** Changes of the open transaction. */
  #changed = 0;
  /** Slots that got their id in the open transaction. */
  #assigned: Slot[] = [];
  #last: Place;
  readonly #busy: number;
  readonly #ordinals: Ordinals;
  readonly floor: number;
  /** Ordinals given since it was opened are less; and what the index has noted of it. */
  reached = 0;
  reachNoted = 0;

  constructor(path: string, row: FileRow, busy: number, ordinals: Ordinals = ordinalsOf(null)) {
    this.#busy = busy;
    this.#ordinals = ordinals;
    this.number = row.number;
    this.site = row.site;
    this.month = row.month;
    this.unfinished = row.unfinished;
    this.db = openSiteFile(path, busy);
    try {
      const meta = readMeta(this.db);
      if (meta.site !== row.site || meta.month !== row.month) {
        throw new DamagedFileError(`holds another site or month than the index says`);
      }
      this.#last = this.#newest();
      // A quarter is left to it, though a damaged file may have given nearly all.
      this.floor = Math.min(meta.floor, ((ordinals.end - ordinals.first) * 3) / 4);
      if (meta.dropped) this.dropped = new DroppedEntries(this.db);
    } catch (error) {
      this.db.close();
      throw error;
    }
    this.chargers = new Dictionary(this.db, 'charger');
    this.actions = new Dictionary(this.db, 'action');
    this.#traits = new Traits(this.db);
  }

  begin(): void {
    if (!this.db.inTransaction) this.db.exec('BEGIN IMMEDIATE');
  }

  /** Returns how many changes it made visible. */
  commit(): number {
    if (!this.db.inTransaction) return 0;
    this.#deltas.write(this.db);
    this.db.exec('COMMIT');
    const changed = this.#changed;
    this.#changed = 0;
    this.#assigned = [];
    return changed;
  }

  /** As if nothing had happened since the last commit; ids that were given are taken back. */
  rollback(): void {
    for (const slot of this.#assigned) slot.id = null;
    this.#assigned = [];
    this.#changed = 0;
    this.#deltas.clear();
    this.chargers.forget();
    this.actions.forget();
    this.#traits.forget();
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
    this.#last = this.#newest();
  }

  /** The next free place of a time, behind `taken` too. */
  nextPlace(ms: number, taken: Place = -1): Place {
    const start = placeAt(this.month, ms);
    const first = start + this.#ordinals.first;
    const end = start + this.#ordinals.end;
    const free = this.#last < first ? first : this.#nextAmong(first, end);
    // What was dropped, or lies in a damaged file, keeps its ids.
    const place = Math.max(free, taken + 1, first + (this.dropped?.ordinals ?? 0), first + this.floor);
    if (place >= end) throw new FullMillisecondError(end - first);
    this.reached = Math.max(this.reached, place - first + 1);
    return place;
  }

  /** Which it is of its millisecond, among those of the node that gave it. */
  ordinalOf(place: Place): number {
    return (place % PLACES_PER_MS) % (this.#ordinals.end - this.#ordinals.first);
  }

  #nextAmong(first: Place, end: Place): Place {
    const last =
      this.#last < end
        ? this.#last
        : (this.db.numberRow('SELECT max(id) FROM entry WHERE id >= ? AND id < ?', first, end)?.[0] ??
          first - 1);
    return Math.max(last + 1, first);
  }

  /** Connector is the derived one: the column by which is filtered. */
  rowOf(text: EntryText, connector: number | null, lag: number | null, trait: TraitName): EntryRow {
    return {
      charger: this.chargers.idOf(text.charger),
      connector,
      kind: kindCode(text.kind),
      action: text.action === null ? 0 : this.actions.idOf(text.action),
      outcome: outcomeCode(text.outcome),
      trait: this.#traits.idOf(trait),
      lag,
    };
  }

  assign(slot: Slot, place: Place): void {
    slot.id = this.idOf(place);
    this.#assigned.push(slot);
  }

  insert(place: Place, row: EntryRow, text: EntryText): void {
    this.insertOpen(place, row, packer.pack(text));
  }

  insertOpen(place: Place, row: EntryRow, record: Uint8Array): void {
    this.insertRow(place, row, null, null);
    this.db.run('INSERT INTO open_text VALUES (?, ?)', place, record);
  }

  /** Of an entry whose text lies in a block, or is written beside. */
  insertRow(place: Place, row: EntryRow, block: number | null, slot: number | null): void {
    const { charger, connector, kind, action, outcome, trait, lag } = row;
    this.db.run(INSERT_ENTRY, place, charger, connector, kind, action, outcome, trait, lag, block, slot);
    this.count(place, row, 1);
    if (place > this.#last) this.#last = place;
    this.touched.add(dayOfPlace(place));
    this.#changed += 1;
  }

  /** Where the text is packed already it becomes an amendment. */
  replace(place: Place, before: StoredRow, row: EntryRow, text: EntryText): void {
    const { charger, connector, kind, action, outcome, trait, lag } = row;
    this.db.run(UPDATE_ENTRY, charger, connector, kind, action, outcome, trait, lag, place);
    const table = before.block === null ? 'open_text' : 'amendment';
    this.db.run(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`, place, packer.pack(text));
    this.count(place, before, -1);
    this.count(place, row, 1);
    this.#changed += 1;
  }

  count(place: Place, row: EntryRow, n: number): void {
    const { charger, connector, kind, action, outcome, trait } = row;
    this.#deltas.add({ hour: hourOfPlace(place), charger, connector, kind, action, outcome, trait }, n);
    if (this.#deltas.size > DELTAS_MAX) this.#deltas.write(this.db);
  }

  row(place: Place): StoredRow | null {
    const found = this.db.numberRow(`SELECT ${ROW} FROM entry WHERE id = ?`, place);
    return found === null ? null : storedRow(found, 0);
  }

  /** Rows from `from` up to, not including, `to`, in order. */
  rows(from: Place, to: Place, limit: number): readonly { readonly place: Place; readonly row: StoredRow }[] {
    return this.db
      .numbers(`SELECT id, ${ROW} FROM entry WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`, from, to, limit)
      .map((columns) => ({ place: columns[0] ?? 0, row: storedRow(columns, 1) }));
  }

  /** The record as it is now, wherever it lies. `blocks` keeps unpacked ones for the next call. */
  record(place: Place, row: StoredRow, blocks: BlockCache): Buffer {
    if (row.block === null || row.slot === null) {
      const open = this.db.blob('SELECT record FROM open_text WHERE id = ?', place);
      if (open === null) throw new RecordError('it is missing');
      return open;
    }
    const amended = this.db.blob('SELECT record FROM amendment WHERE id = ?', place);
    return amended ?? blocks.get(this, row.block).record(row.slot);
  }

  /** `own`: over bytes of its own, for those who keep it. */
  text(place: Place, row: StoredRow, blocks: BlockCache, own = false): EntryText {
    const found = this.record(place, row, blocks);
    const record = own ? Buffer.from(found) : found;
    return new RecordText(
      {
        id: this.idOf(place),
        kind: kindOf(row.kind),
        charger: this.chargers.nameOf(row.charger),
        action: row.action === 0 ? null : this.actions.nameOf(row.action),
        outcome: outcomeOf(row.outcome),
      },
      record,
      0,
      record.length,
    );
  }

  idOf(place: Place): bigint {
    return idOfPlace(this.month, place);
  }

  /** ms of the beginning of a place. */
  startOf(place: Place): number {
    return startOfMonth(this.month) + Math.floor(place / PLACES_PER_MS);
  }

  /** Brings the log of writes into the file and empties it, unless a reader is in the way. */
  checkpoint(): void {
    this.db.exec('PRAGMA busy_timeout = 0');
    try {
      this.db.run('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.db.exec(`PRAGMA busy_timeout = ${this.#busy}`);
    }
  }

  /** Throws where SQLite finds the file damaged. */
  quickCheck(): void {
    // By a connection of its own: this one has pages in memory that are no longer so in the file.
    const fresh = new Connection(this.db.path, { readOnly: true, busy: this.#busy });
    let found: unknown;
    try {
      found = fresh.rows('PRAGMA quick_check(1)')[0]?.[0];
      checkColumns(fresh);
      if (found === 'ok' && holdsTooLarge(fresh)) found = 'a number is larger than any that is written';
    } finally {
      fresh.close();
    }
    if (found !== 'ok') throw new DamagedFileError(String(found));
  }

  close(): void {
    this.db.close();
  }

  #newest(): Place {
    return this.db.numberRow('SELECT max(id) FROM entry')?.[0] ?? -1;
  }
}

export interface StoredRow extends EntryRow {
  readonly block: number | null;
  readonly slot: number | null;
}

/** From the columns {@link ROW}, which begin at `at`. */
export function storedRow(columns: readonly number[], at: number): StoredRow {
  return {
    charger: columns[at] ?? 0,
    connector: nullable(columns[at + 1]),
    kind: columns[at + 2] ?? 0,
    action: columns[at + 3] ?? 0,
    outcome: columns[at + 4] ?? 0,
    trait: columns[at + 5] ?? 0,
    lag: nullable(columns[at + 6]),
    block: nullable(columns[at + 7]),
    slot: nullable(columns[at + 8]),
  };
}

function metaRows(db: Connection): readonly (readonly unknown[])[] {
  try {
    return db.rows('SELECT key, value FROM meta');
  } catch (error) {
    // ERROR: the query is ours, so it is the schema in the file that is not.
    if (sqliteCode(error) === 1) throw new DamagedFileError(messageOf(error));
    throw error;
  }
}

/** A new file, readable by its owner only. */
export function createSiteFile(path: string, meta: Omit<SiteFileMeta, 'dropped'>, busy: number): void {
  closeSync(openSync(path, 'wx', 0o600));
  const db = new Connection(path, { readOnly: false, busy });
  try {
    db.exec(SITE_SCHEMA);
    const put = (key: string, value: string | number) => db.run('INSERT INTO meta VALUES (?, ?)', key, value);
    put('site', JSON.stringify(meta.site));
    put('month', meta.month);
    put('extraction', meta.extraction);
    put('building', meta.building ? 1 : 0);
    if (meta.floor > 0) put('floor', meta.floor);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}

export function openSiteFile(path: string, busy: number): Connection {
  const db = new Connection(path, { readOnly: false, busy });
  try {
    db.exec(CONNECTION_PRAGMAS);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Throws {@link DamagedFileError} for a file that is none of ours. */
export function readMeta(db: Connection): SiteFileMeta {
  const mark = db.number('PRAGMA application_id');
  if (OLDER_SITE_FILES.includes(mark)) throw new OlderLayoutError();
  if (isLaterMark(mark, DROPPED_SITE_FILE)) throw new NewerLayoutError();
  if (mark !== SITE_FILE && mark !== DROPPED_SITE_FILE)
    throw new DamagedFileError('no site file of ocpp-logs');
  const values = new Map(metaRows(db).map(([key, value]) => [key, value]));
  const site = values.get('site');
  const month = values.get('month');
  const extraction = values.get('extraction');
  if (typeof site !== 'string' || typeof month !== 'number' || typeof extraction !== 'number') {
    throw new DamagedFileError('site file without site, month or version');
  }
  const dropped = mark === DROPPED_SITE_FILE;
  const floor = Number(values.get('floor') ?? 0);
  return { site: nameOf(site), month, extraction, building: values.get('building') === 1, dropped, floor };
}
