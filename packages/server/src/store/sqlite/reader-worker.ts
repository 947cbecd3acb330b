/** A reading thread: one reader, called from the server's thread. */

import { parentPort, workerData } from 'node:worker_threads';
import type { EntryId } from '@ocpp-logs/core';
import { serveCalls, Transferring } from '../rpc.ts';
import type {
  ChargerSummary,
  EntryFilter,
  Page,
  PageQuery,
  PickedEntry,
  Rendering,
  StreamQuery,
} from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { SqliteReader } from './reader.ts';

export type ReaderMethods = {
  page: (query: PageQuery) => Transferring<Page>;
  open: (query: StreamQuery) => number;
  /** null at the end. */
  next: (stream: number) => Transferring<Uint8Array | null>;
  cancel: (stream: number) => void;
  pick: (
    filter: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
  ) => Transferring<readonly PickedEntry[]>;
  chargers: (site: string) => readonly ChargerSummary[];
  actions: (sites: readonly string[]) => readonly string[];
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
const streams = new Map<number, Iterator<Uint8Array<ArrayBuffer>>>();
let last = 0;

const methods: ReaderMethods = {
  page: (query) => {
    const page = reader.page(query);
    return new Transferring(page, [bufferOf(page.body)]);
  },
  open: (query) => {
    if (streams.size >= STREAMS_MAX) throw new StoreUnavailableError('too many streams at a time');
    last += 1;
    streams.set(last, reader.stream(query));
    return last;
  },
  next: (stream) => {
    const step = streams.get(stream)?.next();
    if (step !== undefined && !step.done) return new Transferring(step.value, [step.value.buffer]);
    streams.delete(stream);
    return new Transferring(null, []);
  },
  cancel: (stream) => {
    streams.delete(stream);
  },
  pick: (filter, rendering, ids) => {
    const picked = reader.pick(filter, rendering, ids);
    return new Transferring(picked, [...new Set(picked.map(({ body }) => bufferOf(body)))]);
  },
  chargers: (site) => reader.chargers(site),
  actions: (sites) => reader.actions(sites),
  close: () => reader.close(),
};

const emit = serveCalls(parentPort, methods);

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  // Safe: the writers of core make their bytes in ordinary buffers.
  return bytes.buffer as ArrayBuffer;
}
