/**
 * Reading at a node: from ClickHouse, which holds what all nodes have shipped. Entries that are asked for by their ids,
 * as by the live tail, are looked for in the node's own files first: there they are before they are shipped. What a site
 * list or a status page needs is told from there, too, while ClickHouse is away.
 */

import { type EntryId, KINDS } from '@ocpp-logs/core';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from '../fleet/question.ts';
import type {
  SessionAnswer,
  SessionQuery,
  SessionsPage,
  SessionsQuery,
  StationTold,
  StationToldQuery,
} from '../sessions/question.ts';
import type { ReaderPool } from '../sqlite/reader-pool.ts';
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
import { StoreUnavailableError } from '../unavailable.ts';

export type CountedReader = EntryReader & Pick<ReaderPool, 'counters'>;

export class NodeReader implements CountedReader {
  readonly #shared: CountedReader;
  readonly #own: CountedReader;

  /** `own`: over the node's files. */
  constructor(shared: CountedReader, own: CountedReader) {
    this.#shared = shared;
    this.#own = own;
  }

  page(query: PageQuery, signal?: AbortSignal): Promise<Page> {
    return this.#shared.page(query, signal);
  }

  facets(query: FacetsQuery, signal?: AbortSignal): Promise<Facets> {
    return this.#shared.facets(query, signal);
  }

  histogram(query: HistogramQuery, signal?: AbortSignal): Promise<Histogram> {
    return this.#shared.histogram(query, signal);
  }

  sessions(query: SessionsQuery, signal?: AbortSignal): Promise<SessionsPage> {
    return this.#shared.sessions(query, signal);
  }

  session(query: SessionQuery, signal?: AbortSignal): Promise<SessionAnswer> {
    return this.#shared.session(query, signal);
  }

  stationTold(query: StationToldQuery, signal?: AbortSignal): Promise<StationTold> {
    return this.#shared.stationTold(query, signal);
  }

  fleet(query: FleetQuery, signal?: AbortSignal): Promise<FleetAnswer> {
    return this.#shared.fleet(query, signal);
  }

  sizes(query: SizesQuery, signal?: AbortSignal): Promise<SizesAnswer> {
    return this.#shared.sizes(query, signal);
  }

  stream(query: StreamQuery, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#shared.stream(query, signal);
  }

  async pick(
    filter: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
  ): Promise<readonly PickedEntry[]> {
    const found = new Map<EntryId, PickedEntry>();
    for (const each of await this.#own.pick(filter, rendering, ids)) found.set(each.id, each);
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return ids.flatMap((id) => found.get(id) ?? []);
    // What is here and does not match, need not be asked for elsewhere: a tail asks several times a second.
    const here = new Set((await this.#own.pick(anyAt(filter), BARE, missing)).map(({ id }) => id));
    const elsewhere = missing.filter((id) => !here.has(id));
    if (elsewhere.length > 0) {
      for (const each of await this.#shared.pick(filter, rendering, elsewhere)) found.set(each.id, each);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /**
   * While ClickHouse is away: what this node knows. A station that is connected here is so at once; how far it is captured
   * is told when that can be read.
   */
  async chargers(site: string): Promise<readonly ChargerSummary[]> {
    const [all, own] = await Promise.all([
      this.#orOwn((reader) => reader.chargers(site)),
      this.#own.chargers(site),
    ]);
    const here = new Map(own.map((each) => [each.id, each]));
    const known = all.map((each) => {
      const connected = each.connected || here.get(each.id)?.connected === true;
      here.delete(each.id);
      return { ...each, connected };
    });
    const fresh = [...here.values()].map((each) => ({ ...each, capturedThrough: null }));
    return [...known, ...fresh].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  actions(sites: readonly string[]): Promise<readonly string[]> {
    return this.#orOwn((reader) => reader.actions(sites));
  }

  /** Room is that of the fuller disk: entries go through both. */
  async storage(): Promise<LogStorage> {
    const own = await this.#own.storage();
    const { months, freeBytes } = await this.#orOwn((reader) => reader.storage());
    return { months, freeBytes: Math.min(freeBytes, own.freeBytes), setAside: own.setAside };
  }

  async #orOwn<T>(ask: (reader: EntryReader) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#shared);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      return ask(this.#own);
    }
  }

  counters(): Readonly<Record<string, number>> {
    const own = this.#own.counters();
    return Object.fromEntries(
      Object.entries(this.#shared.counters()).map(([name, count]) => [name, count + (own[name] ?? 0)]),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#shared.close(), this.#own.close()]);
  }
}

const BARE: Rendering = { siteName: '', exchange: false, raw: false };

function anyAt({ site, from, to }: EntryFilter): EntryFilter {
  return { site, from, to, kinds: KINDS, actions: null, chargers: null, connectors: null, query: null };
}
