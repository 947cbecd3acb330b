/** A server on doubles, for tests: entries in memory, a recorder that commits when it is told to. */

import type { TestContext } from 'node:test';
import type { EntryId, Kind } from '@ocpp-logs/core';
import { firstIdAt, timeOfId } from '@ocpp-logs/core';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { createKey, type KeyWish, type ShownKey } from '../auth/keys.ts';
import type { CommittedChange, IngestAnswer } from '../capture/recorder/recorder.ts';
import { Sequence } from '../capture/recorder/sequence.ts';
import { Erasures, type ErasuresOptions } from '../erasure/erasures.ts';
import { ExportJobs, type JobsOptions } from '../export/jobs/export-jobs.ts';
import { ImportJobs, type ImportJobsOptions } from '../import/jobs/import-jobs.ts';
import { Spool } from '../import/jobs/spool.ts';
import { NO_PROGRESS } from '../store/erasure.ts';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from '../store/fleet/question.ts';
import type { SessionAnswer, SessionQuery, SessionsPage, SessionsQuery } from '../store/sessions/question.ts';
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
import { alarms } from './alarms-double.ts';
import { ControlDouble } from './control-double.ts';
import { type ApiOptions, addRoutes, httpOptions } from './routes.ts';
import { Unparsed } from './unparsed.ts';

export { ControlDouble, DEPOT } from './control-double.ts';

export const NOW = Date.UTC(2026, 0, 10, 12, 30);
export const ADMIN = 'admin-token-of-the-tests-0123456789';
export const SECRET_KEY = new Uint8Array(32).fill(9);
const BARE = { adminToken: ADMIN, runToken: null, clockSkewSeconds: 300, publicPath: '' };
const AUTH = { ...BARE, secretKey: SECRET_KEY };
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

  readonly fleetAsked: FleetQuery[] = [];
  fleetDays: FleetAnswer['days'] = [];
  readonly sizesAsked: SizesQuery[] = [];
  sampled: SizesAnswer['stations'] = [];

  async fleet(query: FleetQuery): Promise<FleetAnswer> {
    this.#fail();
    this.fleetAsked.push(query);
    const days = this.fleetDays.filter(({ day }) => day >= query.from && day < query.to);
    return { days, read: days.length, cut: false };
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

export class RecorderDouble {
  readonly sequence = new Sequence();

  constructor() {
    this.sequence.begin(100);
  }

  get committed(): number {
    return this.sequence.last;
  }

  readonly taken: { site: string; source: string; body: string; last: boolean }[] = [];
  answer: () => Promise<IngestAnswer> = async () => ({
    accepted: 1,
    duplicates: 0,
    rejected: [],
    entries: {},
  });
  readonly #listeners = new Set<(site: string, changes: readonly CommittedChange[]) => void>();

  async ingest(site: string, source: string, bytes: Uint8Array, last: boolean) {
    this.taken.push({ site, source, body: Buffer.from(bytes).toString(), last });
    return this.answer();
  }

  onCommit(listener: (site: string, changes: readonly CommittedChange[]) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  commit(site: string, ...changed: (readonly [EntryId, 'entry' | 'update'])[]): void {
    const changes = changed.map(([id, change]) => ({ seq: this.sequence.next(), id, change }));
    for (const listener of this.#listeners) listener(site, changes);
  }

  /** Site, charger, time: what is committed of the connections that are there now. */
  through: readonly (readonly [site: string, charger: string, at: number])[] = [];

  capturedThrough(site: string): ReadonlyMap<string, number> {
    return new Map(
      this.through.flatMap(([of, charger, at]) => (of === site ? [[charger, at] as const] : [])),
    );
  }

  counters() {
    return { frames_total: 3 };
  }
}

/** Makes no export unless it is given something that does. */
export function exportJobs(change: Partial<JobsOptions> = {}): ExportJobs {
  return new ExportJobs({
    folder: 'no-such-folder',
    runner: {
      estimate: () => Promise.reject(new Error('no export is made here')),
      run: () => Promise.reject(new Error('no export is made here')),
      close: async () => {},
    },
    keepMs: 86_400_000,
    maxBytes: 1_000_000_000,
    atOnce: 1,
    perKey: 10,
    pseudonymKey: new Uint8Array(32),
    now: () => NOW,
    report: () => {},
    ...change,
  });
}

/** Finds nothing in any site. */
export function erasures(control: ControlDouble, change: Partial<ErasuresOptions> = {}): Erasures {
  return new Erasures({
    control,
    shared: null,
    recorder: { erase: async ({ id }) => ({ id, ...NO_PROGRESS, ended: true }) },
    exports: { count: async () => 0, remove: async () => 0 },
    pseudonymKey: new Uint8Array(32),
    setAside: () => 0,
    now: () => NOW,
    report: () => {},
    ...change,
  });
}

/** Reads no import unless it is given something that does. */
export function importJobs(change: Partial<ImportJobsOptions> = {}): ImportJobs {
  const sink = {
    ingest: () => Promise.reject(new Error('nothing is imported here')),
    close: async () => {},
  };
  return new ImportJobs({
    spool: new Spool('no-such-folder'),
    runner: { read: () => Promise.reject(new Error('no import is read here')) },
    sinkOf: () => sink,
    drySinkOf: () => sink,
    makeSite: async () => {},
    jobsMax: 8,
    unpackedMax: 2 ** 40,
    now: () => NOW,
    report: () => {},
    ...change,
  });
}

export interface ServerDouble {
  readonly app: FastifyInstance;
  /** All that Fastify serves, whether the API's document has it or not. */
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  readonly reader: ReaderDouble;
  readonly recorder: RecorderDouble;
  readonly control: ControlDouble;
  readonly clock: { now: number };
  readonly key: (wish?: Partial<KeyWish>) => Promise<ShownKey>;
}

export function server(
  t: TestContext,
  change: Partial<ApiOptions> = {},
  loggerInstance?: FastifyBaseLogger,
): ServerDouble {
  const [reader, recorder, control] = [new ReaderDouble(), new RecorderDouble(), new ControlDouble()];
  const clock = { now: NOW };
  const unparsed = new Unparsed();
  const app: FastifyInstance = Fastify({
    ...httpOptions(change.trustProxy ?? false, unparsed),
    ...(loggerInstance ? { loggerInstance } : {}),
  });
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((each) => ({ method: each, url })));
  });
  addRoutes(
    app,
    {
      reader,
      recorder,
      control,
      csms: { connected: () => null },
      exports: exportJobs(),
      exportWait: 60_000,
      imports: importJobs(),
      erasures: erasures(control),
      alarms: alarms(),
      importBytes: 1024 * 1024,
      unready: () => null,
      counters: () => ({ connections: 2 }),
      auth: AUTH,
      own: { bound: '127.0.0.1', names: [] },
      version: '1.2.3',
      ingestBytes: 1024 * 1024,
      tails: 3,
      now: () => clock.now,
      passwordCost: { ln: 4, r: 8, p: 1 },
      ...change,
    },
    unparsed,
  );
  t.after(() => app.close());
  const key = async (wish: Partial<KeyWish> = {}) => {
    const all = { name: 'test', scopes: ['read'], sites: null, expires: null, ...wish } as const;
    const { record, shown } = createKey(all, SECRET_KEY, clock.now);
    await control.putKey(record);
    return shown;
  };
  return { app, routes, reader, recorder, control, clock, key };
}

export const asAdmin = { authorization: `Bearer ${ADMIN}` };
export const DAY = 'from=2026-01-05&to=2026-01-06';
