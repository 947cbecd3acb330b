/** The reading side over ClickHouse. */

import type { EntryId } from '@ocpp-logs/core';
import { EntryCsvWriter, EntryJsonWriter } from '@ocpp-logs/core';
import { entryFormOf } from '../entry-form.ts';
import { fleetAnswer } from '../fleet/days.ts';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from '../fleet/question.ts';
import { sampledSizes } from '../fleet/sizes.ts';
import { completed, renderedAt } from '../neighbours/completed.ts';
import { settledFilters, settledScopes } from '../neighbours/neighbour-search.ts';
import { findSession, listSessions } from '../sessions/list.ts';
import type {
  SessionAnswer,
  SessionQuery,
  SessionsPage,
  SessionsQuery,
  StationTold,
  StationToldQuery,
} from '../sessions/question.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import { stationTold } from '../sessions/station-told.ts';
import type { LogStorage } from '../storage.ts';
import type {
  ChargerSummary,
  EntryFilter,
  EntryReader,
  Facets,
  FacetsQuery,
  Histogram,
  HistogramQuery,
  Page,
  PageQuery,
  PickedEntry,
  Rendering,
  StreamQuery,
} from '../store.ts';
import { textsOfIds } from './by-ids.ts';
import { facetsOf } from './facets.ts';
import { histogramOf } from './histogram.ts';
import { actionsOf, chargersOf } from './known-values.ts';
import { pageOf } from './pages.ts';
import { batches } from './source.ts';
import type { Connection } from './sql.ts';
import { storageOf } from './storage.ts';

export interface ReaderOptions {
  readonly connection: Connection;
  readonly cluster?: string | null;
  /** ms for which a search looks at texts to count, or to fill a page. */
  readonly patience?: number;
  /** ms, never going back. */
  readonly clock?: () => number;
}

const PATIENCE_MS = 2000;
/** Bytes at which a chunk is given out. */
const CHUNK_BYTES = 1024 * 1024;

export class ClickHouseReader implements EntryReader {
  readonly #connection: Connection;
  readonly #cluster: string | null;
  readonly #patience: number;
  readonly #clock: () => number;

  constructor({ connection, cluster, patience, clock }: ReaderOptions) {
    this.#connection = connection;
    this.#cluster = cluster ?? null;
    this.#patience = patience ?? PATIENCE_MS;
    this.#clock = clock ?? (() => performance.now());
  }

  async page(asked: PageQuery, signal?: AbortSignal): Promise<Page> {
    const read = this.#read(signal);
    const query = { ...asked, scopes: await settledScopes(read, asked.scopes) };
    const page = await pageOf(this.#connection, query, this.#lateness(), signal);
    const [body = page.body] = await completed(read, renderedAt(query.scopes), [page.body]);
    return { ...page, body };
  }

  async facets(query: FacetsQuery, signal?: AbortSignal): Promise<Facets> {
    const filters = await settledFilters(this.#read(signal), query.filters);
    return facetsOf(this.#connection, { ...query, filters }, this.#lateness(), signal);
  }

  async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<Histogram> {
    const filters = await settledFilters(this.#read(signal), query.filters);
    return histogramOf(this.#connection, { ...query, filters }, this.#lateness(), signal);
  }

  sessions(query: SessionsQuery, signal?: AbortSignal): Promise<SessionsPage> {
    return listSessions(this.#read(signal), query);
  }

  session(query: SessionQuery, signal?: AbortSignal): Promise<SessionAnswer> {
    return findSession(this.#read(signal), query);
  }

  stationTold(query: StationToldQuery, signal?: AbortSignal): Promise<StationTold> {
    return stationTold(this.#read(signal), query);
  }

  fleet(query: FleetQuery, signal?: AbortSignal): Promise<FleetAnswer> {
    return fleetAnswer(this.#read(signal), query);
  }

  sizes(query: SizesQuery, signal?: AbortSignal): Promise<SizesAnswer> {
    return sampledSizes(this.#read(signal), query);
  }

  async *stream(query: StreamQuery, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { order, format, take } = query;
    const scopes = await settledScopes(this.#read(signal), query.scopes);
    const [only] = scopes;
    if (only === undefined) return;
    const { filter, rendering } = only;
    const csv = format === 'csv' ? new EntryCsvWriter(filter.site, rendering) : null;
    const writer = csv ?? new EntryJsonWriter(filter.site, entryFormOf(rendering));
    csv?.header();
    const names = new Map(scopes.map((scope) => [scope.filter.site, scope.rendering.siteName]));
    const asked = { filters: scopes.map((scope) => scope.filter), order, take, only: null };
    let { site } = filter;
    let left = take ?? Number.POSITIVE_INFINITY;
    for await (const found of batches(this.#connection, asked, signal)) {
      signal?.throwIfAborted();
      for (const entry of found.slice(0, left)) {
        if (entry.site !== site) writer.of(entry.site, names.get(entry.site) ?? '');
        site = entry.site;
        writer.line(entry);
        if (writer.length >= CHUNK_BYTES) yield writer.take();
      }
      left -= Math.min(left, found.length);
      if (left === 0) break;
    }
    const rest = writer.take();
    if (rest.length > 0) yield rest;
  }

  async pick(
    asked: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
  ): Promise<readonly PickedEntry[]> {
    const read = this.#read();
    const [filter = asked] = await settledFilters(read, [asked]);
    const found = await textsOfIds(this.#connection, filter, ids);
    const picked = ids.flatMap((id) => {
      const text = found.get(id);
      if (text === undefined) return [];
      const writer = new EntryJsonWriter(filter.site, entryFormOf(rendering));
      writer.object(text);
      return [{ id, body: writer.take() }];
    });
    const bodies = await completed(
      read,
      [{ site: filter.site, rendering }],
      picked.map(({ body }) => body),
    );
    return picked.map((each, at) => ({ ...each, body: bodies[at] ?? each.body }));
  }

  chargers(site: string): Promise<readonly ChargerSummary[]> {
    return chargersOf(this.#connection, site);
  }

  actions(sites: readonly string[]): Promise<readonly string[]> {
    return actionsOf(this.#connection, sites);
  }

  storage(): Promise<LogStorage> {
    return storageOf(this.#connection, this.#cluster);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #read(signal?: AbortSignal): ReadEntries {
    return (query) => batches(this.#connection, query, signal);
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
}
