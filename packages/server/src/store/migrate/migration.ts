/**
 * Moves what a data folder holds to ClickHouse: a month of a site after the other, in batches, each acknowledged before it
 * is noted how far it came; then both sides are compared. Beside a server that ships, its rows win: the version of those
 * that are moved is less than any of its own.
 */

import { type EntryId, timeOfId } from '@ocpp-logs/core';
import { COLUMNS, lineOf } from '../clickhouse/record.ts';
import { everything, expiryOf } from '../clickhouse/shipper.ts';
import type { Connection } from '../clickhouse/sql.ts';
import { STATION_COLUMNS, type StationOfSite, StationRows } from '../clickhouse/station-rows.ts';
import { numberOfId } from '../node-number.ts';
import type { SiteRetention } from '../retention.ts';
import type { EntryFilter, EntrySource, SiteEntry } from '../store.ts';
import type { Checkpoint, FileState, StretchKey } from './checkpoint.ts';
import { type Checksum, ChecksumOfEntries, checksumThere, firstId, isSame, together } from './checksum.ts';

/** Of one site, a month or a part of it. */
export interface Stretch extends StretchKey {
  /** `2026-01` */
  readonly month: string;
}

export interface MigrationOptions {
  readonly connection: Connection;
  readonly checkpoint: Checkpoint;
  /** Over the site files. */
  readonly source: Pick<EntrySource, 'entries'>;
  /** Of a site; absent: for ever. */
  readonly retention: (site: string) => SiteRetention | undefined;
  /** ms: what is newer is not compared, as a server that runs may change it meanwhile. */
  readonly settled: number;
  /** ms: what has expired is not moved. */
  readonly now: number;
  /** Of the rows that are written. */
  readonly version: number;
  /** Of the folder among those that ship to the same database; null: it has none, and all there is of its sites is its own. */
  readonly number: number | null;
  readonly onProgress: (progress: MigrationProgress) => void;
  readonly signal: AbortSignal;
  readonly batchEntries?: number;
  /** Of the file that holds a whole stretch; null: there is none, or it holds more or less than that. */
  readonly fileOf?: (stretch: Stretch) => FileState | null;
}

export interface MigrationProgress {
  readonly stretch: Stretch;
  readonly step: 'moving' | 'comparing';
  /** Entries that were looked at just now. */
  readonly entries: number;
  /** Bytes that were sent just now. */
  readonly bytes: number;
}

export interface Comparison {
  readonly stretch: Stretch;
  readonly here: Checksum;
  readonly there: Checksum;
  readonly same: boolean;
}

const BATCH_ENTRIES = 20_000;
const BATCH_BYTES = 8 * 1024 * 1024;
/** A month that differs is moved anew so often. */
const PASSES = 2;
const DAY_S = 86_400;
/** They stand in the address of the request. */
const IDS_AT_ONCE = 500;

export class Migration {
  readonly #options: MigrationOptions;

  constructor(options: MigrationOptions) {
    this.#options = options;
  }

  /** Goes on where an earlier run ended. Of a month that was compared in it, null: nothing is to be done. */
  async move(stretch: Stretch): Promise<Comparison | null> {
    const { checkpoint, signal, settled, fileOf } = this.#options;
    if (checkpoint.of(stretch).state === 'verified') return null;
    for (let passes = 1; ; passes++) {
      await this.#copy(stretch);
      // Before it is read: what is written meanwhile makes it another.
      const file = stretch.to <= settled ? (fileOf?.(stretch) ?? null) : null;
      const comparison = await this.compare(stretch);
      const progress = checkpoint.of(stretch);
      if (comparison.same) {
        checkpoint.put(stretch, { ...progress, state: 'verified' });
        if (file !== null) checkpoint.putMoved({ ...stretch, file, entries: comparison.here.entries });
        return comparison;
      }
      // Another token: of a batch that was taken before, the server would take nothing.
      checkpoint.put(stretch, { state: 'copying', through: null, pass: progress.pass + 1 });
      if (passes === PASSES) return comparison;
      signal.throwIfAborted();
    }
  }

  /** Reads both sides, changes nothing. */
  async compare(stretch: Stretch): Promise<Comparison> {
    const { connection, now, settled, number } = this.#options;
    const to = Math.max(stretch.from, Math.min(stretch.to, settled));
    // What goes within a day may be gone on one side already.
    const keptUntil = Math.floor(now / 1000) + DAY_S;
    const sum = new ChecksumOfEntries();
    const filter = { ...everything(stretch.site), from: stretch.from, to };
    const compared = { site: stretch.site, from: stretch.from, to, keptUntil };
    // Others may have entries of the month, too: of what bears their numbers what is here is looked for, by its ids.
    const ofOthers: EntryId[] = [];
    let there: Checksum = new ChecksumOfEntries().value;
    const lookFor = async (ids: readonly EntryId[]) => {
      if (ids.length > 0)
        there = together(there, await checksumThere(connection, { ...compared, of: { ids } }));
    };
    for await (const entries of this.#read(filter)) {
      for (const entry of entries) {
        if (this.#expires(entry) <= keptUntil) continue;
        sum.add(entry);
        if (number !== null && numberOfId(entry.id) !== number) ofOthers.push(entry.id);
      }
      while (ofOthers.length >= IDS_AT_ONCE) await lookFor(ofOthers.splice(0, IDS_AT_ONCE));
      this.#tell(stretch, 'comparing', entries.length, 0);
    }
    await lookFor(ofOthers);
    const here = sum.value;
    const own = number === null ? {} : { of: { number } };
    there = together(there, await checksumThere(connection, { ...compared, ...own }));
    return { stretch, here, there, same: isSame(here, there) };
  }

  /** What stations told of themselves; none of them is connected by it. */
  async stations(stations: Iterable<StationOfSite>): Promise<void> {
    const { connection, checkpoint, version } = this.#options;
    const rows = new StationRows(`moved-${checkpoint.id}`);
    const lines = [...stations].map(({ site, station }) =>
      rows.line({ site, station: { ...station, connected: false } }, version),
    );
    if (lines.length === 0) return;
    const token = `${checkpoint.id}:stations:${version}`;
    await connection.insert(`${connection.database}.station`, STATION_COLUMNS, lines, token);
  }

  async #copy(stretch: Stretch): Promise<void> {
    const { checkpoint, now, version, batchEntries = BATCH_ENTRIES } = this.#options;
    const { pass, through } = checkpoint.of(stretch);
    const from = through === null ? stretch.from : timeOfId(through);
    const filter = { ...everything(stretch.site), from, to: stretch.to };
    let batch: Buffer[] = [];
    let sum = new ChecksumOfEntries();
    let bytes = 0;
    let last = through;
    let looked = 0;
    const send = async () => {
      if (last === null || looked === 0) return;
      // By what is in it: a batch that was taken and not noted any more is cut again in the same way, and adds nothing.
      const token = `${keyOf(stretch)}:${pass}:${last}:${sum.value.sum}`;
      if (batch.length > 0) await this.#insert(batch, token);
      checkpoint.put(stretch, { state: 'copying', through: last, pass });
      this.#tell(stretch, 'moving', looked, bytes);
      batch = [];
      sum = new ChecksumOfEntries();
      bytes = 0;
      looked = 0;
    };
    for await (const entries of this.#read(filter)) {
      for (const entry of entries) {
        if (through !== null && entry.id <= through) continue;
        last = entry.id;
        looked += 1;
        const expires = this.#expires(entry);
        if (expires * 1000 > now) {
          const line = lineOf(entry, version, expires);
          batch.push(line);
          sum.add(entry);
          bytes += line.length;
        }
        if (batch.length >= batchEntries || bytes >= BATCH_BYTES) await send();
      }
    }
    await send();
  }

  async #insert(lines: readonly Uint8Array[], token: string): Promise<void> {
    const { connection, checkpoint, signal } = this.#options;
    signal.throwIfAborted();
    await connection.insert(`${connection.database}.entry`, COLUMNS, lines, `${checkpoint.id}:${token}`);
  }

  #read(filter: EntryFilter): AsyncIterable<readonly SiteEntry[]> {
    const { source, signal } = this.#options;
    return source.entries({ filters: [filter], order: 'asc', take: null, only: null }, signal);
  }

  #expires(entry: SiteEntry): number {
    return expiryOf(entry, this.#options.retention(entry.site));
  }

  #tell(stretch: Stretch, step: MigrationProgress['step'], entries: number, bytes: number): void {
    this.#options.onProgress({ stretch, step, entries, bytes });
  }
}

function keyOf({ site, from, to }: StretchKey): string {
  return `${JSON.stringify(site)}:${firstId(from)}-${firstId(to)}`;
}
