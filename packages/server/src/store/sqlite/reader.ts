/** The reading side in a worker, and for the command line: synchronous, over the same files that are written. */

import type { EntryId, EntryText } from '@ocpp-logs/core';
import { EntryCsvWriter, EntryJsonWriter } from '@ocpp-logs/core';
import { entryFormOf } from '../entry-form.ts';
import type { DroppedMonth, LogStorage } from '../storage.ts';
import type {
  ChargerSummary,
  EntriesQuery,
  EntryFilter,
  Facets,
  FacetsQuery,
  Histogram,
  HistogramQuery,
  Page,
  PageQuery,
  PickedEntry,
  Rendering,
  SiteEntry,
  SortOrder,
  StreamQuery,
} from '../store.ts';
import { BlockCache } from './block-cache.ts';
import { namedEntries, textsOfIds } from './by-ids.ts';
import { conditionsFor } from './conditions.ts';
import { Counts } from './count.ts';
import { emit, type SiteWriter } from './emit.ts';
import { facetsSteps } from './facets.ts';
import { FileAccess, type FileAccessOptions, resumed } from './file-access.ts';
import { writtenAt } from './file-times.ts';
import { histogramSteps } from './histogram.ts';
import { Merged } from './merged.ts';
import { idOfPlace, monthOf, startOfMonth } from './month.ts';
import { ownText, sizeOf } from './own-text.ts';
import { countSteps, pageSteps } from './pages.ts';
import { findPage } from './rows-of-page.ts';
import type { RunSource } from './site-run.ts';
import { finished, type Steps } from './steps.ts';
import { droppedMonths, storageOf } from './storage.ts';
import { Texts } from './texts.ts';

export interface ReaderOptions extends FileAccessOptions {
  /** ms for which a search looks at texts to count, or to fill a page. */
  readonly patience?: number;
  /** ms, never going back. */
  readonly clock?: () => number;
}

const PATIENCE_MS = 2000;
/** Unpacked texts kept: the entries of many actions lie interleaved, and pages overlap. */
const BLOCKS_BYTES = 16 * 1024 * 1024;
/** Entries read at a time by a stream, and bytes at which a chunk is given out. */
const CHUNK_ENTRIES = 1000;
const CHUNK_BYTES = 1024 * 1024;
/** Texts of several sites read before it is looked whether a chunk is full: texts can be long. */
const LOT = 64;

/** How far a stream has come. */
interface Position {
  left: number;
  after: EntryId | null;
}

export class SqliteReader {
  readonly #folder: string;
  readonly #source: RunSource;
  readonly #patience: number;
  readonly #clock: () => number;

  constructor(options: ReaderOptions) {
    const { report, patience = PATIENCE_MS, clock = () => performance.now() } = options;
    this.#folder = options.folder;
    const texts = { blocks: new BlockCache(BLOCKS_BYTES, report), report };
    this.#source = { access: new FileAccess(options), texts };
    this.#patience = patience;
    this.#clock = clock;
  }

  page(query: PageQuery): Page {
    return finished(this.pageSteps(query));
  }

  pageSteps(query: PageQuery): Steps<Page> {
    return pageSteps(this.#source, query, this.#lateness());
  }

  facetsSteps(query: FacetsQuery): Steps<Facets> {
    return facetsSteps(this.#source, query, this.#lateness());
  }

  histogramSteps(query: HistogramQuery): Steps<Histogram> {
    return histogramSteps(this.#source, query, this.#lateness());
  }

  /** Chunks; undefined where others may have their turn. */
  *stream(query: StreamQuery): Generator<Uint8Array<ArrayBuffer> | undefined> {
    const { scopes, order, format } = query;
    const [only] = scopes;
    if (only === undefined) return;
    const { filter, rendering } = only;
    const csv = format === 'csv' ? new EntryCsvWriter(filter.site, rendering) : null;
    const writer = csv ?? new EntryJsonWriter(filter.site, entryFormOf(rendering));
    csv?.header();
    const write = (text: EntryText) => {
      writer.line(text);
      return writer.length >= CHUNK_BYTES;
    };
    const turns =
      scopes.length === 1
        ? this.#visits(filter, order, query.take, write)
        : this.#merged(query, writer, write);
    for (const _ of turns) yield writer.length >= CHUNK_BYTES ? writer.take() : undefined;
    const rest = writer.take();
    if (rest.length > 0) yield rest;
  }

  /** With bytes of their own, in batches of at most {@link CHUNK_ENTRIES}; an empty one where others may have their turn. */
  *entries(query: EntriesQuery): Generator<readonly SiteEntry[]> {
    let batch: SiteEntry[] = [];
    let bytes = 0;
    const keep = (text: EntryText, site: string) => {
      const own = ownText(text, site);
      batch.push(own);
      bytes += sizeOf(own);
      return batch.length >= CHUNK_ENTRIES || bytes >= CHUNK_BYTES;
    };
    for (const _ of this.#turns(query, keep)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield batch;
  }

  pick(filter: EntryFilter, rendering: Rendering, ids: readonly EntryId[]): readonly PickedEntry[] {
    const found = textsOfIds(this.#source, filter, ids);
    return ids.flatMap((id) => {
      const text = found.get(id);
      if (text === undefined) return [];
      const writer = new EntryJsonWriter(filter.site, entryFormOf(rendering));
      writer.object(text);
      return [{ id, body: writer.take() }];
    });
  }

  count({ filters, only }: Pick<EntriesQuery, 'filters' | 'only'>): number {
    if (only === null) return finished(countSteps(this.#source, filters, this.#lateness())).count;
    return filters.reduce((count, filter) => {
      const own = only.filter(({ site }) => site === filter.site).map(({ id }) => BigInt(id));
      return count + textsOfIds(this.#source, filter, own).size;
    }, 0);
  }

  chargers(site: string): readonly ChargerSummary[] {
    const { access } = this.#source;
    return access.attempt(() => access.index?.chargers(site) ?? []);
  }

  actions(sites: readonly string[]): readonly string[] {
    const { access } = this.#source;
    return access.attempt(() => access.index?.actions(sites) ?? []);
  }

  storage(): LogStorage {
    const { access } = this.#source;
    return access.attempt(() => storageOf(this.#folder, access.index));
  }

  /** As it stands now, of a site's whole month; null for another time, and where there is none. */
  fileOf(
    site: string,
    from: number,
    to: number,
  ): { readonly number: number; readonly written: number } | null {
    const month = monthOf(from);
    if (startOfMonth(month) !== from || startOfMonth(month + 1) !== to) return null;
    const row = this.#source.access.index?.live(site, month) ?? null;
    const written = row === null ? null : writtenAt(this.#folder, row.number);
    return row === null || written === null ? null : { number: row.number, written };
  }

  /** Of which some entries are in ClickHouse alone. */
  droppedMonths(): readonly DroppedMonth[] {
    const { access } = this.#source;
    return access.attempt(() => droppedMonths(this.#folder, access.index));
  }

  close(): void {
    this.#source.access.close();
  }

  /** From the first time it is asked. */
  #lateness(): () => boolean {
    let start: number | null = null;
    return () => {
      const now = this.#clock();
      start ??= now;
      return now - start >= this.#patience;
    };
  }

  /** Visits what matches; a turn where `visit` has enough, and after each look at texts. */
  *#visits(
    filter: EntryFilter,
    order: SortOrder,
    take: number | null,
    visit: (text: EntryText) => boolean,
  ): Generator<undefined> {
    const position: Position = { left: take ?? Number.POSITIVE_INFINITY, after: null };
    for (let more = position.left > 0; more; ) {
      // Begun again after damage it goes on where it was.
      more = this.#source.access.attempt(() => this.#visit(filter, order, position, visit));
      yield;
    }
  }

  #turns(query: EntriesQuery, visit: (text: EntryText, site: string) => boolean): Generator<undefined> {
    const { filters, order, take, only } = query;
    if (only !== null) return namedEntries(this.#source, query, visit);
    const [filter] = filters;
    if (filter !== undefined && filters.length === 1) {
      return this.#visits(filter, order, take, (text) => visit(text, filter.site));
    }
    let site = '';
    const told: SiteWriter = {
      of: (next) => {
        site = next;
      },
    };
    const rendering = { siteName: '', exchange: false, raw: false };
    const scopes = filters.map((each) => ({ filter: each, rendering }));
    return this.#merged({ scopes, order, take }, told, (text) => visit(text, site));
  }

  *#merged(
    { scopes, order, take }: Omit<StreamQuery, 'format'>,
    writer: SiteWriter,
    write: (text: EntryText) => boolean,
  ): Generator<undefined> {
    const options = { scopes, order, after: null, size: CHUNK_ENTRIES, late: () => false };
    const merged = new Merged(this.#source, options);
    for (let left = take ?? Number.POSITIVE_INFINITY; left > 0 && !merged.ended; ) {
      const found = yield* merged.next(Math.min(left, CHUNK_ENTRIES));
      left -= found.length;
      for (let at = 0; at < found.length; at += LOT) {
        let full = false;
        emit(this.#source, found.slice(at, at + LOT), writer, (text) => {
          full = write(text) || full;
        });
        if (full) yield;
      }
      yield;
    }
  }

  /** Some entries from the position on, until `visit` has enough; true while there may be more. */
  #visit(
    filter: EntryFilter,
    order: SortOrder,
    position: Position,
    visit: (text: EntryText) => boolean,
  ): boolean {
    const { access, texts } = this.#source;
    let more = false;
    for (const row of access.rowsOf(resumed(filter, order, idOnly(position.after)), order)) {
      access.within(row, (file) => {
        const conditions = conditionsFor(file, filter);
        if (conditions === null) return;
        const { residual } = conditions;
        const limit = residual === null ? Math.min(position.left, CHUNK_ENTRIES) : CHUNK_ENTRIES;
        const stretches = new Counts(file, conditions).stretches(order);
        const rows = findPage(file, conditions, stretches, order, position.after, 0, limit);
        for (const text of new Texts(file, texts).of(rows)) {
          position.after = text.id;
          if (residual !== null && !residual(text)) continue;
          more = visit(text);
          position.left -= 1;
          if (more || position.left === 0) return;
        }
        const last = rows.at(-1)?.[0];
        if (last !== undefined) position.after = idOfPlace(file.month, last);
        more = rows.length === limit;
      });
      if (more || position.left === 0) break;
    }
    return more && position.left > 0;
  }
}

function idOnly(id: EntryId | null): { readonly id: EntryId } | null {
  return id === null ? null : { id };
}
