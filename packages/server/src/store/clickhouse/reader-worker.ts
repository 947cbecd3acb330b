/** A reading thread over ClickHouse: asked by the same pool, with the same calls, as one over site files. */

import { parentPort, workerData } from 'node:worker_threads';
import { BEHIND_RELAY, standBehind } from '../../thread-priority.ts';
import { serveCalls, Transferring } from '../rpc.ts';
import type { ReaderMethods } from '../sqlite/reader-worker.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { ClickHouseReader } from './reader.ts';
import { type ClickHouseOptions, Connection } from './sql.ts';

export interface ReaderWorkerData extends ClickHouseOptions {
  readonly cluster: string | null;
}

/** As {@link ReaderMethods}, of which some are answered at once there. */
type AsyncMethods = {
  [Name in keyof ReaderMethods]: (
    ...args: Parameters<ReaderMethods[Name]>
  ) => ReturnType<ReaderMethods[Name]> | Promise<Awaited<ReturnType<ReaderMethods[Name]>>>;
};

/** Streams under way in one thread; each keeps one batch at most. */
const STREAMS_MAX = 100;

if (parentPort === null) throw new Error('reader-worker.ts runs as a worker thread only');
// Safe: the server starts this thread with these.
const given = workerData as ReaderWorkerData;
const reader = new ClickHouseReader({ connection: new Connection(given), cluster: given.cluster });
const questions = new Map<number, AbortController>();
const streams = new Map<
  number,
  { readonly chunks: AsyncIterator<Uint8Array>; readonly stop: AbortController }
>();
let last = 0;

async function asked<T>(question: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  questions.set(question, stop);
  try {
    return await ask(stop.signal);
  } finally {
    questions.delete(question);
  }
}

const methods: AsyncMethods = {
  page: async (question, query) => {
    const page = await asked(question, (signal) => reader.page(query, signal));
    return new Transferring(page, [bufferOf(page.body)]);
  },
  facets: (question, query) => asked(question, (signal) => reader.facets(query, signal)),
  histogram: (question, query) => asked(question, (signal) => reader.histogram(query, signal)),
  sessions: async (question, query) => {
    const page = await asked(question, (signal) => reader.sessions(query, signal));
    return new Transferring(page, [page.body.buffer]);
  },
  session: async (question, query) => {
    const found = await asked(question, (signal) => reader.session(query, signal));
    return new Transferring(found, found.body === null ? [] : [found.body.buffer]);
  },
  stationTold: (question, query) => asked(question, (signal) => reader.stationTold(query, signal)),
  fleet: async (question, query) => {
    const answer = await asked(question, (signal) => reader.fleet(query, signal));
    return new Transferring(
      answer,
      answer.days.map(({ body }) => body.buffer),
    );
  },
  sizes: (question, query) => asked(question, (signal) => reader.sizes(query, signal)),
  abandon: (question) =>
    questions.get(question)?.abort(new StoreUnavailableError('the question was given up')),
  open: (query) => {
    if (streams.size >= STREAMS_MAX) throw new StoreUnavailableError('too many streams at a time');
    const stop = new AbortController();
    last += 1;
    streams.set(last, { chunks: reader.stream(query, stop.signal)[Symbol.asyncIterator](), stop });
    return last;
  },
  next: async (stream) => {
    const chunk = await streams
      .get(stream)
      ?.chunks.next()
      .catch((error: unknown) => {
        // Given up meanwhile: its end is what is waited for.
        if (!streams.has(stream)) return null;
        streams.delete(stream);
        throw error;
      });
    if (chunk == null || chunk.done === true) {
      streams.delete(stream);
      return new Transferring(null, []);
    }
    return new Transferring(chunk.value, [bufferOf(chunk.value)]);
  },
  cancel: (stream) => {
    const found = streams.get(stream);
    streams.delete(stream);
    found?.stop.abort(new StoreUnavailableError('the stream was given up'));
  },
  pick: async (_question, filter, rendering, ids) => {
    const picked = await reader.pick(filter, rendering, ids);
    return new Transferring(picked, [...new Set(picked.map(({ body }) => bufferOf(body)))]);
  },
  chargers: (site) => reader.chargers(site),
  actions: (sites) => reader.actions(sites),
  storage: () => reader.storage(),
  close: () => reader.close(),
};

standBehind(BEHIND_RELAY.readers);

serveCalls(parentPort, methods);

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  // Safe: the writers of core make their bytes in ordinary buffers.
  return bytes.buffer as ArrayBuffer;
}
