/** The reading side in a worker, and for the command line: synchronous, over the same files that are written. */

import type { EntryId, EntryText } from '@ocpp-logs/core';
import { EntryCsvWriter, EntryJsonWriter, timeOfId } from '@ocpp-logs/core';
import type {
  ChargerSummary,
  EntriesQuery,
  EntryFilter,
  Page,
  PageQuery,
  PickedEntry,
  Rendering,
  SortOrder,
  StreamQuery,
} from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { BlockCache } from './block-cache.ts';
import { type Conditions, conditionsFor } from './conditions.ts';
import { Counts, type Stretch } from './count.ts';
import type { FileRow } from './index-file.ts';
import { idOfPlace, monthOf, placeOfId, TIME_MAX } from './month.ts';
import { ownText, sizeOf } from './own-text.ts';
import { NotMadeYetError, type ReaderFile, ReaderFiles } from './reader-files.ts';
import { isAway, isDamage, messageOf, type NumberRow } from './sql.ts';
import { type TextSource, Texts } from './texts.ts';
import { FOUND, findAfter, findRows } from './walk.ts';

export interface ReaderOptions {
  /** The data folder. */
  readonly folder: string;
  readonly report: (message: string) => void;
  /** Told of a file in which damage was found; it stays out of this reader's answers for a while. */
  readonly onDamage?: (number: number) => void;
  readonly openFiles?: number;
}

const OPEN_FILES = 256;
/** Unpacked texts kept: the entries of many actions lie interleaved, and pages overlap. */
const BLOCKS_BYTES = 16 * 1024 * 1024;
/** A file may be removed or swapped between the look into the index and its opening. */
const ATTEMPTS = 3;
const LEFT_OUT_MS = 60_000;
/** Entries read at a time by a stream, and bytes at which a chunk is given out. */
const CHUNK_ENTRIES = 1000;
const CHUNK_BYTES = 1024 * 1024;

class DamageFound extends Error {}

/** How far a stream has come. */
interface Position {
  left: number;
  after: EntryId | null;
}

/** Of an entry written out, and some: a page then seldom has to grow. */
const USUAL_BYTES = 1800;

export class SqliteReader {
  readonly #options: ReaderOptions;
  readonly #files: ReaderFiles;
  readonly #texts: TextSource;
  /** Until when a file is left out, by its number; the writer sets it aside meanwhile, if it finds the damage. */
  readonly #damaged = new Map<number, number>();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#texts = { blocks: new BlockCache(BLOCKS_BYTES, options.report), report: options.report };
    this.#files = new ReaderFiles(options.folder, options.openFiles ?? OPEN_FILES);
  }

  page(query: PageQuery): Page {
    return this.#attempt(() => this.#page(query));
  }

  *stream(query: StreamQuery): Generator<Uint8Array<ArrayBuffer>> {
    const { filter, order, rendering, format } = query;
    const csv = format === 'csv' ? new EntryCsvWriter(filter.site, rendering) : null;
    const writer = csv ?? new EntryJsonWriter(filter.site, rendering);
    csv?.header();
    const position: Position = { left: query.take ?? Number.POSITIVE_INFINITY, after: null };
    const write = (text: EntryText) => {
      writer.line(text);
      return writer.length >= CHUNK_BYTES;
    };
    for (let more = position.left > 0; more; ) {
      // Begun again after damage it goes on where it was.
      more = this.#attempt(() => this.#visit(filter, order, position, write));
      if (writer.length >= CHUNK_BYTES) yield writer.take();
    }
    const rest = writer.take();
    if (rest.length > 0) yield rest;
  }

  /** With bytes of their own, in batches of at most {@link CHUNK_ENTRIES}. */
  *entries({ filter, order, take }: EntriesQuery): Generator<readonly EntryText[]> {
    const position: Position = { left: take ?? Number.POSITIVE_INFINITY, after: null };
    for (let more = position.left > 0; more; ) {
      const batch: EntryText[] = [];
      let bytes = 0;
      const keep = (text: EntryText) => {
        const own = ownText(text);
        batch.push(own);
        bytes += sizeOf(own);
        return batch.length >= CHUNK_ENTRIES || bytes >= CHUNK_BYTES;
      };
      more = this.#attempt(() => this.#visit(filter, order, position, keep));
      if (batch.length > 0) yield batch;
    }
  }

  pick(filter: EntryFilter, rendering: Rendering, ids: readonly EntryId[]): readonly PickedEntry[] {
    return this.#attempt(() => {
      const picked = new Map<EntryId, Uint8Array>();
      const months = Map.groupBy(new Set(ids), (id) => monthOf(timeOfId(id)));
      for (const [month, inMonth] of months) {
        for (const row of this.#rows(filter.site, month, month)) {
          this.#within(row, (file) => this.#pickIn(file, filter, rendering, inMonth, picked));
        }
      }
      return ids.flatMap((id) => {
        const body = picked.get(id);
        return body === undefined ? [] : [{ id, body }];
      });
    });
  }

  count(filter: EntryFilter): number {
    return this.#attempt(() => {
      let count = 0;
      for (const row of this.#rowsOf(filter, 'asc')) {
        this.#within(row, (file) => {
          const conditions = conditionsFor(file, filter);
          if (conditions !== null) count += new Counts(file.db, conditions).total();
        });
      }
      return count;
    });
  }

  chargers(site: string): readonly ChargerSummary[] {
    return this.#attempt(() => this.#files.index?.chargers(site) ?? []);
  }

  actions(sites: readonly string[]): readonly string[] {
    return this.#attempt(() => this.#files.index?.actions(sites) ?? []);
  }

  close(): void {
    this.#files.close();
  }

  #page({ filter, order, rendering, take, skip, after }: PageQuery): Page {
    const writer = new EntryJsonWriter(filter.site, rendering, take * USUAL_BYTES);
    let count = 0;
    let left = take;
    let more = false;
    let last: EntryId | null = null;
    for (const row of this.#rowsOf(filter, order)) {
      this.#within(row, (file) => {
        const conditions = conditionsFor(file, filter);
        if (conditions === null) return;
        const counts = new Counts(file.db, conditions);
        const total = counts.total();
        count += total;
        const passed = Math.min(skip, total);
        skip -= passed;
        if (passed === total || more) return;
        // What the index leads to and one page holds is found at once: no hours need to be walked.
        const stretches =
          conditions.indexed && total <= left
            ? [{ from: conditions.from, to: conditions.to, entries: total }]
            : counts.stretches(order);
        const rows = rowsOfPage(file, conditions, stretches, order, after, passed, left + 1);
        more = rows.length > left;
        if (more) rows.pop();
        left -= rows.length;
        const place = rows.at(-1)?.[0];
        if (place !== undefined) last = idOfPlace(file.month, place);
        for (const text of new Texts(file, this.#texts).of(rows)) writer.item(text);
      });
    }
    return { body: writer.take(), entries: writer.written, count, last, more };
  }

  /** Some entries from the position on, until `visit` has enough; true while there may be more. */
  #visit(
    filter: EntryFilter,
    order: SortOrder,
    position: Position,
    visit: (text: EntryText) => boolean,
  ): boolean {
    let more = false;
    for (const row of this.#rowsOf(resumed(filter, order, position.after), order)) {
      this.#within(row, (file) => {
        const conditions = conditionsFor(file, filter);
        if (conditions === null) return;
        const limit = Math.min(position.left, CHUNK_ENTRIES);
        const counts = new Counts(file.db, conditions);
        const stretches = counts.stretches(order);
        const rows = rowsOfPage(file, conditions, stretches, order, position.after, 0, limit);
        for (const text of new Texts(file, this.#texts).of(rows)) {
          more = visit(text);
          position.after = text.id;
          position.left -= 1;
          if (more) return;
        }
        const last = rows.at(-1)?.[0];
        if (last !== undefined) position.after = idOfPlace(file.month, last);
        more = rows.length === limit;
      });
      if (more) break;
    }
    return more && position.left > 0;
  }

  #pickIn(
    file: ReaderFile,
    filter: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
    picked: Map<EntryId, Uint8Array>,
  ): void {
    const conditions = conditionsFor(file, filter);
    if (conditions === null) return;
    const rows = file.db.numbers(
      `SELECT ${FOUND} FROM entry WHERE id IN (SELECT value FROM json_each(?)) AND id >= ? AND id < ? AND ${conditions.sql}
       ORDER BY id`,
      JSON.stringify(ids.map((id) => placeOfId(file.month, id))),
      conditions.from,
      conditions.to,
      ...conditions.values,
    );
    for (const text of new Texts(file, this.#texts).of(rows)) {
      const writer = new EntryJsonWriter(filter.site, rendering);
      writer.object(text);
      picked.set(text.id, writer.take());
    }
  }

  #rowsOf({ site, from, to }: EntryFilter, order: SortOrder): readonly FileRow[] {
    if (from >= to || to <= 0) return [];
    const first = monthOf(Math.max(0, Math.min(from, TIME_MAX)));
    const rows = this.#rows(site, first, monthOf(Math.min(to, TIME_MAX) - 1));
    return order === 'asc' ? rows : rows.toReversed();
  }

  #rows(site: string, from: number, to: number): readonly FileRow[] {
    return this.#files.rows(site, from, to).filter(({ number }) => !this.#isLeftOut(number));
  }

  #isLeftOut(number: number): boolean {
    const until = this.#damaged.get(number);
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.#damaged.delete(number);
    return false;
  }

  /** At one moment of the file. */
  #within(row: FileRow, work: (file: ReaderFile) => void): void {
    try {
      const file = this.#files.open(row);
      file.atOnce(() => work(file));
    } catch (error) {
      if (error instanceof NotMadeYetError) return;
      this.#files.drop(row.number);
      // Whether it is damaged, or only gone from the index by now, the next attempt tells.
      if (!isDamage(error) || this.#files.index?.byNumber(row.number) == null) throw error;
      this.#damaged.set(row.number, performance.now() + LEFT_OUT_MS);
      this.#options.report(
        `file ${row.number} (site ${row.site}) is damaged and is left out: ${messageOf(error)}`,
      );
      this.#options.onDamage?.(row.number);
      throw new DamageFound(messageOf(error));
    }
  }

  /** Begins again without a file that turned out damaged, or that was swapped meanwhile. */
  #attempt<T>(work: () => T): T {
    for (let failed = 0; ; ) {
      try {
        return work();
      } catch (error) {
        if (error instanceof DamageFound) continue;
        if (!isAway(error) && !isDamage(error)) throw error;
        failed += 1;
        if (failed >= ATTEMPTS) {
          throw new StoreUnavailableError(`the store cannot be read: ${messageOf(error)}`, error);
        }
      }
    }
  }
}

function rowsOfPage(
  file: ReaderFile,
  conditions: Conditions,
  stretches: Iterable<Stretch>,
  order: SortOrder,
  after: EntryId | null,
  skip: number,
  limit: number,
): NumberRow[] {
  if (after === null) return findRows(file.db, conditions, stretches, order, skip, limit);
  return findAfter(file.db, conditions, stretches, order, placeOfId(file.month, after), limit);
}

/** Files wholly before the position need not be opened. */
function resumed(filter: EntryFilter, order: SortOrder, after: EntryId | null): EntryFilter {
  if (after === null) return filter;
  const at = timeOfId(after);
  return order === 'asc'
    ? { ...filter, from: Math.max(filter.from, at) }
    : { ...filter, to: Math.min(filter.to, at + 1) };
}
