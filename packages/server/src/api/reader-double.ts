/** Entries in memory, read as a store's are. */

import type { EntryId, FoundDay, Kind, StationDay } from '@ocpp-logs/core';
import { firstIdAt, timeOfId } from '@ocpp-logs/core';
import { packedDays } from '../store/fleet/packed.ts';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from '../store/fleet/question.ts';
import type {
  SessionAnswer,
  SessionQuery,
  SessionsPage,
  SessionsQuery,
  StationTold,
  StationToldQuery,
} from '../store/sessions/question.ts';
import type { LogStorage } from '../store/storage.ts';
import type {
  ChargerSummary,
  EntryFilter,
  EntryReader,
  Facets,
  FacetsQuery,
  Histogram,
  HistogramQuery,
  PageQuery,
  PickedEntry,
  Rendering,
  Scope,
  StreamQuery,
} from '../store/store.ts';

export interface StoredDouble {
  readonly id: EntryId;
  readonly site: string;
  readonly charger: string;
  readonly connector: number | null;
  readonly kind: Kind;
  readonly action: string | null;
}

export function entryAt(time: string, ordinal: bigint, change: Partial<StoredDouble> = {}): StoredDouble {
  return {
    id: firstIdAt(Date.parse(time)) + ordinal,
    site: 'depot',
    charger: 'CP-1',
    connector: 1,
    kind: 'exchange',
    action: 'Heartbeat',
    ...change,
  };
}

function body({ id, action }: StoredDouble, { siteName, exchange, raw }: Rendering): Uint8Array {
  const groups = { ...(exchange ? { exchange: { id: String(id) } } : {}), ...(raw ? { raw: {} } : {}) };
  const time = new Date(timeOfId(id)).toISOString();
  return Buffer.from(JSON.stringify({ occurrence_time: time, action, site_name: siteName, ...groups }));
}

function matches(entry: StoredDouble, filter: EntryFilter): boolean {
  const at = timeOfId(entry.id);
  return (
    entry.site === filter.site &&
    at >= filter.from &&
    at < filter.to &&
    filter.kinds.includes(entry.kind) &&
    (!filter.actions || (entry.action !== null && filter.actions.includes(entry.action))) &&
    (!filter.chargers || filter.chargers.includes(entry.charger)) &&
    (!filter.connectors || (entry.connector !== null && filter.connectors.includes(entry.connector)))
  );
}

export class ReaderDouble implements EntryReader {
  entries: StoredDouble[] = [];
  seen: string[] = [];
  stored: LogStorage = { months: [], freeBytes: 0, setAside: 0 };
  summaries: ChargerSummary[] = [];
  failure: Error | null = null;
  readonly asked: (PageQuery | StreamQuery)[] = [];
  picks = 0;
  /** Chunks given by streams, and whether the last one was ended. */
  streamed = 0;
  ended = false;
  chunk: Uint8Array | null = null;
  countExact = true;
  readonly counted: (FacetsQuery | HistogramQuery)[] = [];
  counts: Facets = { facets: [], count: 0, exact: true };
  bins: Histogram = { bins: [], exact: true };

  async facets(query: FacetsQuery) {
    this.#fail();
    this.counted.push(query);
    return this.counts;
  }

  async histogram(query: HistogramQuery) {
    this.#fail();
    this.counted.push(query);
    return this.bins;
  }

  readonly sessionsAsked: (SessionsQuery | SessionQuery)[] = [];
  sessionBodies: string[] = [];
  moreSessions: SessionsPage['last'] = null;

  async sessions(query: SessionsQuery): Promise<SessionsPage> {
    this.#fail();
    this.sessionsAsked.push(query);
    const { sessionBodies: all, moreSessions: last } = this;
    return { body: Buffer.from(all.join(',')), sessions: all.length, last, more: last !== null, read: 0 };
  }

  async session(query: SessionQuery): Promise<SessionAnswer> {
    this.#fail();
    this.sessionsAsked.push(query);
    const [first] = this.sessionBodies;
    return { body: first === undefined ? null : Buffer.from(first), read: 0 };
  }

  readonly stationsAsked: StationToldQuery[] = [];
  told: StationTold = { conclusions: [], findings: [], read: 0, cutAt: null };

  async stationTold(query: StationToldQuery): Promise<StationTold> {
    this.#fail();
    this.stationsAsked.push(query);
    return this.told;
  }

  readonly fleetAsked: FleetQuery[] = [];
  fleetDays: readonly StationDay[] = [];
  foundDays: readonly FoundDay[] = [];
  readonly sizesAsked: SizesQuery[] = [];
  sampled: SizesAnswer['stations'] = [];

  async fleet(query: FleetQuery): Promise<FleetAnswer> {
    this.#fail();
    this.fleetAsked.push(query);
    const all: readonly (StationDay | FoundDay)[] = query.findings === true ? this.foundDays : this.fleetDays;
    const days = all.filter(({ day }) => day >= query.from && day < query.to);
    return { days: packedDays(days), read: days.length, cut: false };
  }

  async sizes(query: SizesQuery): Promise<SizesAnswer> {
    this.#fail();
    this.sizesAsked.push(query);
    return { stations: this.sampled, read: 0 };
  }

  async page(query: PageQuery) {
    this.#fail();
    this.asked.push(query);
    const all = this.#select(query.scopes, query.order);
    const { after } = query;
    const rest =
      after === null
        ? all
        : all.filter(({ entry: { id } }) => (query.order === 'asc' ? id > after.id : id < after.id));
    const wanted = rest.slice(query.skip, query.skip + query.take);
    const bodies = wanted.flatMap(({ entry, rendering }, at) => [
      ...(at > 0 ? [Buffer.from(',')] : []),
      body(entry, rendering),
    ]);
    const last = wanted.at(-1)?.entry;
    return {
      body: Buffer.concat(bodies),
      entries: wanted.length,
      count: all.length,
      countExact: this.countExact,
      last: last === undefined ? null : { id: last.id, site: last.site },
      more: rest.length > query.skip + wanted.length,
    };
  }

  async *stream(query: StreamQuery) {
    this.#fail();
    this.asked.push(query);
    try {
      if (query.format === 'csv') yield Buffer.from('occurrence_time\r\n');
      const all = this.#select(query.scopes, query.order).slice(0, query.take ?? undefined);
      for (const { entry, rendering } of all) {
        this.streamed += 1;
        yield this.chunk ?? Buffer.concat([body(entry, rendering), Buffer.from('\n')]);
      }
    } finally {
      this.ended = true;
    }
  }

  async pick(filter: EntryFilter, rendering: Rendering, ids: readonly EntryId[]): Promise<PickedEntry[]> {
    this.#fail();
    this.picks += 1;
    return ids.flatMap((id) => {
      const entry = this.entries.find((stored) => stored.id === id && matches(stored, filter));
      return entry ? [{ id, body: this.chunk ?? body(entry, rendering) }] : [];
    });
  }

  async chargers() {
    this.#fail();
    return this.summaries;
  }

  async actions(sites: readonly string[]) {
    this.#fail();
    return sites.includes('depot') ? this.seen : [];
  }

  async storage() {
    this.#fail();
    return this.stored;
  }

  async close() {}

  #fail(): void {
    if (this.failure) throw this.failure;
  }

  #select(scopes: readonly Scope[], order: 'asc' | 'desc'): { entry: StoredDouble; rendering: Rendering }[] {
    const found = scopes
      .flatMap(({ filter, rendering }) =>
        this.entries.filter((entry) => matches(entry, filter)).map((entry) => ({ entry, rendering })),
      )
      .sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
    return order === 'asc' ? found : found.reverse();
  }
}
