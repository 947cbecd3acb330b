/** A reading thread: one reader, called from the server's thread. */

import { parentPort, workerData } from 'node:worker_threads';
import type { EntryId } from '@ocpp-logs/core';
import { BEHIND_RELAY, standBehind } from '../../thread-priority.ts';
import { fleetAnswer } from '../fleet/days.ts';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from '../fleet/question.ts';
import { sampledSizes } from '../fleet/sizes.ts';
import { completed, renderedAt } from '../neighbours/completed.ts';
import { settledFilters, settledScopes } from '../neighbours/neighbour-search.ts';
import { serveCalls, Transferring } from '../rpc.ts';
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
  StreamQuery,
} from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { SqliteReader } from './reader.ts';
import type { Steps } from './steps.ts';
import { Turns } from './turns.ts';

export type ReaderMethods = {
  /** `question` names it for {@link ReaderMethods.abandon}. */
  page: (question: number, query: PageQuery) => Promise<Transferring<Page>>;
  facets: (question: number, query: FacetsQuery) => Promise<Facets>;
  histogram: (question: number, query: HistogramQuery) => Promise<Histogram>;
  sessions: (question: number, query: SessionsQuery) => Promise<Transferring<SessionsPage>>;
  session: (question: number, query: SessionQuery) => Promise<Transferring<SessionAnswer>>;
  stationTold: (question: number, query: StationToldQuery) => Promise<StationTold>;
  fleet: (question: number, query: FleetQuery) => Promise<Transferring<FleetAnswer>>;
  sizes: (question: number, query: SizesQuery) => Promise<SizesAnswer>;
  abandon: (question: number) => void;
  open: (query: StreamQuery) => number | Promise<number>;
  /** null at the end. */
  next: (stream: number) => Promise<Transferring<Uint8Array | null>>;
  cancel: (stream: number) => void;
  pick: (
    question: number,
    filter: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
  ) => Promise<Transferring<readonly PickedEntry[]>>;
  chargers: (site: string) => readonly ChargerSummary[];
  actions: (sites: readonly string[]) => readonly string[];
  storage: () => LogStorage;
  close: () => void;
};

/** Streams under way in one thread; each keeps nothing but its position. */
const STREAMS_MAX = 1000;

if (parentPort === null) throw new Error('reader-worker.ts runs as a worker thread only');
// Safe: reader-pool.ts starts this thread with the data folder's path.
const folder = workerData as string;
const reader = new SqliteReader({
  folder,
  report: (message) => emit('report', message),
  onDamage: (number) => emit('damage', number),
});
const streams = new Map<number, Iterator<Uint8Array<ArrayBuffer> | undefined>>();
const turns = new Turns();
/** Chunks have no question of their own: a stream is ended by `cancel`. */
const NO_QUESTION = 0;
let last = 0;

const methods: ReaderMethods = {
  page: async (question, asked) => {
    const read = readFor(question);
    const query = { ...asked, scopes: await settledScopes(read, asked.scopes) };
    const page = await turns.run(question, reader.pageSteps(query));
    const [body = page.body] = await completed(read, renderedAt(query.scopes), [page.body]);
    return new Transferring({ ...page, body }, [bufferOf(body)]);
  },
  facets: async (question, query) => {
    const filters = await settledFilters(readFor(question), query.filters);
    return turns.run(question, reader.facetsSteps({ ...query, filters }));
  },
  histogram: async (question, query) => {
    const filters = await settledFilters(readFor(question), query.filters);
    return turns.run(question, reader.histogramSteps({ ...query, filters }));
  },
  sessions: async (question, query) => {
    const page = await listSessions(readFor(question), query);
    return new Transferring(page, [page.body.buffer]);
  },
  session: async (question, query) => {
    const found = await findSession(readFor(question), query);
    return new Transferring(found, found.body === null ? [] : [found.body.buffer]);
  },
  stationTold: (question, query) => stationTold(readFor(question), query),
  fleet: async (question, query) => {
    const answer = await fleetAnswer(readFor(question), query);
    return new Transferring(
      answer,
      answer.days.map(({ body }) => body.buffer),
    );
  },
  sizes: (question, query) => sampledSizes(readFor(question), query),
  abandon: (question) => turns.abandon(question),
  open: async (query) => {
    const scopes = await settledScopes(readFor(NO_QUESTION), query.scopes);
    if (streams.size >= STREAMS_MAX) throw new StoreUnavailableError('too many streams at a time');
    last += 1;
    streams.set(last, reader.stream({ ...query, scopes }));
    return last;
  },
  next: async (stream) => {
    const chunk = await turns.run(NO_QUESTION, chunkOf(stream));
    if (chunk !== null) return new Transferring(chunk, [chunk.buffer]);
    streams.delete(stream);
    return new Transferring(null, []);
  },
  cancel: (stream) => {
    streams.delete(stream);
  },
  pick: async (question, filter, rendering, ids) => {
    const read = readFor(question);
    const [settled = filter] = await settledFilters(read, [filter]);
    const found = reader.pick(settled, rendering, ids);
    const bodies = await completed(
      read,
      [{ site: filter.site, rendering }],
      found.map(({ body }) => body),
    );
    const picked = found.map((each, at) => ({ ...each, body: bodies[at] ?? each.body }));
    return new Transferring(picked, [...new Set(picked.map(({ body }) => bufferOf(body)))]);
  },
  chargers: (site) => reader.chargers(site),
  actions: (sites) => reader.actions(sites),
  storage: () => reader.storage(),
  close: () => reader.close(),
};

standBehind(BEHIND_RELAY.readers);

const emit = serveCalls(parentPort, methods);

/** null at the end, and where the stream was given up meanwhile. */
function* chunkOf(stream: number): Steps<Uint8Array<ArrayBuffer> | null> {
  for (;;) {
    const step = streams.get(stream)?.next();
    if (step === undefined || step.done) return null;
    if (step.value !== undefined) return step.value;
    yield;
  }
}

function readFor(question: number): ReadEntries {
  return (query) => entriesOf(question, query);
}

/** Every batch waits for its turn, where the question can be given up. */
async function* entriesOf(question: number, query: EntriesQuery): AsyncGenerator<readonly SiteEntry[]> {
  const batches = reader.entries(query);
  for (;;) {
    const batch = await turns.run(question, nextOf(batches));
    if (batch === null) return;
    yield batch;
  }
}

function* nextOf(batches: Iterator<readonly SiteEntry[]>): Steps<readonly SiteEntry[] | null> {
  yield;
  const { done, value } = batches.next();
  return done === true ? null : value;
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  // Safe: the writers of core make their bytes in ordinary buffers.
  return bytes.buffer as ArrayBuffer;
}
