/**
 * The reading side on the server's own thread: hands queries to reading threads, each to the one with the fewest
 * waiting. A thread that crashes fails its queries; the next query starts another.
 */

import { Worker } from 'node:worker_threads';
import type { EntryId } from '@ocpp-logs/core';
import { CallClient, CallError } from '../rpc.ts';
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
import type { ReaderMethods } from './reader-worker.ts';

export interface ReaderPoolOptions {
  readonly threads?: number;
  readonly report?: (message: string) => void;
  /** Number of a site file in which a reader found damage: the writer should inspect it. */
  readonly onDamage?: (number: number) => void;
}

const THREADS = 2;
/** Queries that may wait in one thread; more are refused at once. */
const WAITING_MAX = 1000;

/** `folder` is the data folder. */
export function openReader(folder: string, options: ReaderPoolOptions = {}): ReaderPool {
  return new ReaderPool(folder, options);
}

export class ReaderPool implements EntryReader {
  readonly #threads: readonly Thread[];
  #questions = 0;

  constructor(folder: string, options: ReaderPoolOptions) {
    const { threads = THREADS } = options;
    if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`${threads} reading threads`);
    this.#threads = Array.from({ length: threads }, () => new Thread(folder, options));
  }

  async page(query: PageQuery, signal?: AbortSignal): Promise<Page> {
    return this.#ask(signal, (calls, question) => calls.call('page', [question, query]));
  }

  async facets(query: FacetsQuery, signal?: AbortSignal): Promise<Facets> {
    return this.#ask(signal, (calls, question) => calls.call('facets', [question, query]));
  }

  async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<Histogram> {
    return this.#ask(signal, (calls, question) => calls.call('histogram', [question, query]));
  }

  async *stream(query: StreamQuery, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { calls } = this.#idlest();
    const stream = await told(calls.call('open', [query]));
    let ended = false;
    // The chunk that is waited for then comes at once, as the end.
    const cancel = () => void calls.call('cancel', [stream]).catch(hasEnded);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    try {
      for (;;) {
        const chunk = await told(calls.call('next', [stream]));
        ended = chunk === null;
        if (chunk === null) return;
        yield chunk;
      }
    } catch (error) {
      ended = true;
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (!ended) await told(calls.call('cancel', [stream]));
    }
  }

  async pick(
    filter: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
  ): Promise<readonly PickedEntry[]> {
    return told(this.#idlest().calls.call('pick', [filter, rendering, ids]));
  }

  async chargers(site: string): Promise<readonly ChargerSummary[]> {
    return told(this.#idlest().calls.call('chargers', [site]));
  }

  async actions(sites: readonly string[]): Promise<readonly string[]> {
    return told(this.#idlest().calls.call('actions', [sites]));
  }

  async storage(): Promise<LogStorage> {
    return told(this.#idlest().calls.call('storage', []));
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** Queries that wait for an answer. */
  get waiting(): number {
    return this.#threads.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** A question that is given up with its signal. */
  async #ask<T>(
    signal: AbortSignal | undefined,
    ask: (calls: CallClient<ReaderMethods>, question: number) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const { calls } = this.#idlest();
    this.#questions += 1;
    const question = this.#questions;
    // What could not be told to a thread that is gone need not be told.
    const abandon = () => void calls.call('abandon', [question]).catch(hasEnded);
    signal?.addEventListener('abort', abandon, { once: true });
    try {
      return await told(ask(calls, question));
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abandon);
    }
  }

  #idlest(): Thread {
    return this.#threads.reduce((best, each) => (each.waiting < best.waiting ? each : best));
  }
}

/** A worker, begun again by the next query when it has ended by itself: a thread that cannot start is not tried in a loop. */
class Thread {
  readonly #folder: string;
  readonly #options: ReaderPoolOptions;
  #running: Running | null = null;
  #closed = false;

  constructor(folder: string, options: ReaderPoolOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#running = this.#start();
  }

  get waiting(): number {
    return this.#running?.calls.waiting ?? 0;
  }

  get calls(): CallClient<ReaderMethods> {
    if (this.#closed) throw new StoreUnavailableError('the reader is closed');
    this.#running ??= this.#start();
    return this.#running.calls;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    if (running === null) return;
    // A thread that ended at this moment has nothing to close.
    await running.calls.call('close', []).catch(hasEnded);
    await running.worker.terminate();
  }

  #start(): Running {
    const script = import.meta.url.endsWith('.ts') ? './reader-worker.ts' : './reader-worker.js';
    const worker = new Worker(new URL(script, import.meta.url), { workerData: this.#folder, name: 'reader' });
    const calls = new CallClient<ReaderMethods>(worker, WAITING_MAX);
    calls.on('report', (message) => this.#options.report?.(String(message)));
    calls.on('damage', (number) => this.#options.onDamage?.(Number(number)));
    let reason = 'the reading thread ended';
    worker.on('error', (error) => {
      reason = `the reading thread failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.once('exit', () => {
      calls.ended(reason);
      this.#running = null;
      if (!this.#closed) this.#options.report?.(`${reason}; the next query starts another`);
    });
    return { worker, calls };
  }
}

function hasEnded(error: unknown): void {
  if (!(error instanceof CallError && error.code === 'ENDED')) throw error;
}

interface Running {
  readonly worker: Worker;
  readonly calls: CallClient<ReaderMethods>;
}

/** What the caller can do nothing about but come again: a thread gone or overrun, a store away. */
function told<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof CallError && ['ENDED', 'BUSY', 'STORE_UNAVAILABLE'].includes(error.code ?? '')) {
      throw new StoreUnavailableError(error.message, error);
    }
    throw error;
  });
}
