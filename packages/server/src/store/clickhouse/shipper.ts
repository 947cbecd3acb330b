/** Brings to ClickHouse what the outbox names: entries as they stand in the site files, in batches with a token. */

import { KINDS, timeOfId } from '@ocpp-logs/core';
import { levelOfEntry, levelRetention, type SiteRetention } from '../retention.ts';
import type { EntryFilter, EntryRef, EntrySource, SiteEntry } from '../store.ts';
import { ARRIVAL_COLUMNS, arrivalLine } from './arrivals.ts';
import { NEVER_EXPIRES } from './layout.ts';
import type { ChangeNumber, NotedChange } from './outbox.ts';
import { COLUMNS, lineOf } from './record.ts';
import type { Connection } from './sql.ts';
import { STATION_COLUMNS, type StationOfSite, StationRows } from './station-rows.ts';
import { entriesThere, isNewerThere } from './there.ts';

/** Changes that a batch takes. */
const BATCH_CHANGES = 20_000;
/** Bytes of lines at which a batch ends. */
const BATCH_BYTES = 8 * 1024 * 1024;

export interface ShipperOptions {
  readonly connection: Connection;
  /** Changes behind a number. */
  readonly changes: (after: ChangeNumber, max: number) => readonly NotedChange[];
  /** Told of what ClickHouse has taken. */
  readonly acknowledged: (upTo: ChangeNumber) => void;
  /** Over the site files. */
  readonly source: Pick<EntrySource, 'entries'>;
  readonly stations: () => Iterable<StationOfSite>;
  /** Of the newest change that waits; 0 where none does. */
  readonly noted: () => ChangeNumber;
  /** Of a site; absent: for ever. */
  readonly retention?: (site: string) => SiteRetention | undefined;
  /** Name of this node, the same over restarts. */
  readonly node: string;
  readonly batchChanges?: number;
  /** Whether other nodes read of what was shipped. */
  readonly tells?: boolean;
}

/** Kept until it is acknowledged: a batch that is sent again is the same one. */
interface Batch {
  readonly lines: readonly Uint8Array[];
  readonly arrivals: readonly Uint8Array[];
  readonly entries: number;
  readonly bytes: number;
  readonly first: ChangeNumber;
  readonly last: ChangeNumber;
}

export interface Shipment {
  /** Rows that were sent. */
  readonly entries: number;
  readonly bytes: number;
  /** Whether more may wait. */
  readonly more: boolean;
}

export class Shipper {
  readonly #options: ShipperOptions;
  readonly #stations: StationRows;
  #batch: Batch | null = null;
  #told: {
    readonly stations: readonly StationOfSite[];
    readonly upTo: ChangeNumber;
    readonly version: number;
  } | null = null;
  #stationsAt: number | null = null;
  #shipped: ChangeNumber = 0;

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#stations = new StationRows(options.node);
  }

  /** One batch. A failure leaves it as it is, to be sent again. */
  async ship(): Promise<Shipment> {
    const { connection, node, acknowledged, tells = false } = this.#options;
    this.#batch ??= await this.#next();
    const batch = this.#batch;
    if (batch === null) return { entries: 0, bytes: 0, more: false };
    if (batch.entries > 0) {
      const token = `${node}:${batch.first}-${batch.last}`;
      await connection.insert(`${connection.database}.entry`, COLUMNS, batch.lines, token);
      // Behind the entries: who reads of one finds it.
      if (tells)
        await connection.insert(`${connection.database}.arrival`, ARRIVAL_COLUMNS, batch.arrivals, token);
    }
    this.#shipped = batch.last;
    this.#batch = null;
    acknowledged(batch.last);
    return { entries: batch.entries, bytes: batch.bytes, more: true };
  }

  /**
   * Of stations what changed since; null while entries wait that they tell of. `version`: more than any before.
   */
  async shipStations(version: number): Promise<number | null> {
    const { connection, node, stations, noted } = this.#options;
    // In this order: whatever the stations tell is captured was noted before.
    this.#told ??= { stations: this.#stations.changed(stations()), upTo: noted(), version };
    const { stations: changed, upTo } = this.#told;
    if (upTo > this.#shipped) return null;
    if (changed.length > 0) {
      const lines = changed.map((station) => this.#stations.line(station, version));
      const token = `${node}:stations:${version}`;
      await connection.insert(`${connection.database}.station`, STATION_COLUMNS, lines, token);
      this.#stations.shipped(changed);
    }
    this.#stationsAt = this.#told.version;
    this.#told = null;
    return changed.length;
  }

  /** Version at which stations were read that are there now, all of them; null: none were yet. */
  get stationsAt(): number | null {
    return this.#stationsAt;
  }

  /** All stations are shipped again: the database went back, or was made anew. */
  forgetStations(): void {
    this.#stations.forget();
    this.#told = null;
  }

  async #next(): Promise<Batch | null> {
    const { batchChanges = BATCH_CHANGES, retention } = this.#options;
    const noted = this.#options.changes(this.#shipped, batchChanges);
    const [first] = noted;
    if (first === undefined) return null;
    // Of an entry that changed more than once the last change counts: it is read as it stands now.
    const changes = new Map(noted.map((change) => [keyOf(change.site, `${change.id}`), change]));
    const lines: Uint8Array[] = [];
    const arrivals: Uint8Array[] = [];
    let bytes = 0;
    let last = first.number;
    for (const some of pieces(noted)) {
      for await (const found of this.#read(some)) {
        const changeOf = ({ site, id }: SiteEntry) => changes.get(keyOf(site, `${id}`));
        const ended = await this.#endedThere(found.filter((entry) => changeOf(entry)?.recovered === true));
        for (const entry of found) {
          if (ended.has(entry)) continue;
          const version = changeOf(entry)?.number ?? last;
          const line = lineOf(entry, version, expiryOf(entry, retention?.(entry.site)));
          lines.push(line);
          arrivals.push(arrivalLine(entry.site, entry.id, this.#options.node));
          bytes += line.length;
        }
      }
      last = some.at(-1)?.number ?? last;
      if (bytes >= BATCH_BYTES) break;
    }
    return { lines, arrivals, entries: lines.length, bytes, first: first.number, last };
  }

  /**
   * Of calls that the start of a run ended: those whose end ClickHouse knows. The folder is an older copy of the one that
   * shipped it.
   */
  async #endedThere(recovered: readonly SiteEntry[]): Promise<ReadonlySet<SiteEntry>> {
    const ended = new Set<SiteEntry>();
    for (const [site, entries] of Map.groupBy(recovered, (entry) => entry.site)) {
      const ids = entries.map(({ id }) => id);
      const there = await entriesThere(this.#options.connection, site, ids);
      for (const entry of entries) {
        const known = there.get(entry.id);
        if (known !== undefined && isNewerThere(entry, known)) ended.add(entry);
      }
    }
    return ended;
  }

  #read(noted: readonly NotedChange[]): AsyncIterable<readonly SiteEntry[]> {
    const only: EntryRef[] = noted.map(({ site, id }) => ({ site, id: `${id}` }));
    const unique = [...new Map(only.map((ref) => [keyOf(ref.site, ref.id), ref])).values()];
    const filters = [...new Set(noted.map(({ site }) => site))].map(everything);
    return this.#options.source.entries({ filters, order: 'asc', take: null, only: unique });
  }
}

/** s since 1970: when a reader sees it no more; for ever where nothing is said of its site. */
export function expiryOf(entry: SiteEntry, retention: SiteRetention | undefined): number {
  return retention === undefined ? NEVER_EXPIRES : expiresAt(entry, retention);
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** By the rule of {@link retentionCut}: s since 1970. */
function expiresAt(entry: SiteEntry, retention: SiteRetention): number {
  const kept = levelRetention(retention);
  const level = levelOfEntry(entry);
  const days = [kept.days, level === 'minimal' ? 0 : kept[level]].filter((each) => each > 0);
  if (days.length === 0) return NEVER_EXPIRES;
  const gone = (Math.floor(timeOfId(entry.id) / HOUR) + 1) * HOUR + Math.min(...days) * DAY;
  return Math.min(NEVER_EXPIRES, Math.floor(gone / 1000));
}

export function everything(site: string, from = 0): EntryFilter {
  return {
    site,
    from,
    to: Number.MAX_SAFE_INTEGER,
    kinds: KINDS,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  };
}

function keyOf(site: string, id: string): string {
  return `${id} ${site}`;
}

/** Changes whose texts are read before it is looked how large the batch is. */
const PIECE = 500;

function* pieces(noted: readonly NotedChange[]): Generator<readonly NotedChange[]> {
  for (let at = 0; at < noted.length; at += PIECE) yield noted.slice(at, at + PIECE);
}
