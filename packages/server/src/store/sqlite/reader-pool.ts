/**
 * The reading side on the server's own thread: hands queries to reading threads, each to the one with the fewest
 * waiting. A thread that crashes fails its queries; the next query starts another.
 */

import type { EntryId } from '@ocpp-logs/core';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from '../fleet/question.ts';
import { QueryTimeError } from '../query-time.ts';
import { type CallClient, CallError } from '../rpc.ts';
import type {
  SessionAnswer,
  SessionQuery,
  SessionsPage,
  SessionsQuery,
  StationTold,
  StationToldQuery,
} from '../sessions/question.ts';
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
import { hasEnded, isEnded, ReaderThread, type ReaderThreadOptions, type Running } from './reader-thread.ts';
import type { ReaderMethods } from './reader-worker.ts';

export interface ReaderPoolOptions extends ReaderThreadOptions {
  readonly threads?: number;
  /** ms after which a question, or the next chunk of a stream, is given up. */
  readonly queryMs?: number;
}

const THREADS = 2;
const QUERY_MS = 60_000;
/** A thread that was told to give a question up has so long to come back from its step. */
const GRACE_MS = 1_000;

type Calls = CallClient<ReaderMethods>;

/** `folder` is the data folder. */
export function openReader(folder: string, options: ReaderPoolOptions = {}): ReaderPool {
  return new ReaderPool(folder, options);
}

export class ReaderPool implements EntryReader {
  readonly #threads: readonly ReaderThread[];
  readonly #queryMs: number;
  #questions = 0;
  #late = 0;
  #ofSessions = 0;
  #ofFleets = 0;

  constructor(folder: string, options: ReaderPoolOptions) {
    const { threads = THREADS, queryMs = QUERY_MS } = options;
    if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`${threads} reading threads`);
    this.#threads = Array.from({ length: threads }, () => new ReaderThread(folder, options));
    this.#queryMs = queryMs;
  }

  async page(query: PageQuery, signal?: AbortSignal): Promise<Page> {
    return this.#ask((calls, question) => calls.call('page', [question, query]), signal);
  }

  async facets(query: FacetsQuery, signal?: AbortSignal): Promise<Facets> {
    return this.#ask((calls, question) => calls.call('facets', [question, query]), signal);
  }

  async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<Histogram> {
    return this.#ask((calls, question) => calls.call('histogram', [question, query]), signal);
  }

  async sessions(query: SessionsQuery, signal?: AbortSignal): Promise<SessionsPage> {
    return this.#counted(
      await this.#ask((calls, question) => calls.call('sessions', [question, query]), signal),
    );
  }

  async session(query: SessionQuery, signal?: AbortSignal): Promise<SessionAnswer> {
    return this.#counted(
      await this.#ask((calls, question) => calls.call('session', [question, query]), signal),
    );
  }

  async stationTold(query: StationToldQuery, signal?: AbortSignal): Promise<StationTold> {
    return this.#counted(
      await this.#ask((calls, question) => calls.call('stationTold', [question, query]), signal),
    );
  }

  async fleet(query: FleetQuery, signal?: AbortSignal): Promise<FleetAnswer> {
    const answer = await this.#ask((calls, question) => calls.call('fleet', [question, query]), signal);
    this.#ofFleets += answer.read;
    return answer;
  }

  async sizes(query: SizesQuery, signal?: AbortSignal): Promise<SizesAnswer> {
    const answer = await this.#ask((calls, question) => calls.call('sizes', [question, query]), signal);
    this.#ofFleets += answer.read;
    return answer;
  }

  async *stream(query: StreamQuery, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const thread = this.#idlest();
    const { running } = thread;
    const { calls } = running;
    const stream = await told(calls.call('open', [query]));
    let ended = false;
    // The chunk that is waited for then comes at once, as the end.
    const cancel = () => calls.urge('cancel', [stream]).catch(hasEnded);
    const leave = () => void cancel();
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted === true) leave();
    try {
      for (;;) {
        const chunk = await this.#inTime(thread, running, calls.call('next', [stream]), cancel);
        ended = chunk === null;
        if (chunk === null) return;
        yield chunk;
      }
    } catch (error) {
      ended = true;
      throw toldError(error);
    } finally {
      signal?.removeEventListener('abort', leave);
      if (!ended) await told(calls.urge('cancel', [stream]));
    }
  }

  async pick(
    filter: EntryFilter,
    rendering: Rendering,
    ids: readonly EntryId[],
  ): Promise<readonly PickedEntry[]> {
    return this.#ask((calls, question) => calls.call('pick', [question, filter, rendering, ids]));
  }

  async chargers(site: string): Promise<readonly ChargerSummary[]> {
    return this.#ask((calls) => calls.call('chargers', [site]));
  }

  async actions(sites: readonly string[]): Promise<readonly string[]> {
    return this.#ask((calls) => calls.call('actions', [sites]));
  }

  async storage(): Promise<LogStorage> {
    return this.#ask((calls) => calls.call('storage', []));
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** Queries that wait for an answer. */
  get waiting(): number {
    return this.#threads.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  counters(): Readonly<Record<string, number>> {
    return {
      reader_queries_waiting: this.waiting,
      reader_queries_given_up_total: this.#late,
      reader_session_entries_total: this.#ofSessions,
      reader_fleet_entries_total: this.#ofFleets,
      reader_threads_replaced_total: this.#threads.reduce((sum, { replaced }) => sum + replaced, 0),
    };
  }

  /** A question that is given up with its signal, and after its time. One whose thread was left is asked again. */
  async #ask<T>(ask: (calls: Calls, question: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const begun = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      const thread = this.#idlest();
      const { running } = thread;
      const { calls } = running;
      this.#questions += 1;
      const question = this.#questions;
      const abandon = () => calls.urge('abandon', [question]).catch(hasEnded);
      const leave = () => void abandon();
      signal?.addEventListener('abort', leave, { once: true });
      try {
        const spent = performance.now() - begun;
        return await this.#inTime(thread, running, ask(calls, question), abandon, spent);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(running.left && isEnded(error))) throw toldError(error);
      } finally {
        signal?.removeEventListener('abort', leave);
      }
    }
  }

  /** @param giveUp tells the thread; resolves when it has been heard */
  async #inTime<T>(
    thread: ReaderThread,
    running: Running,
    answer: Promise<T>,
    giveUp: () => Promise<unknown>,
    spent = 0,
  ): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => {
        this.#late += 1;
        late.reject(new QueryTimeError(this.#queryMs));
        const grace = setTimeout(() => thread.leave(running), GRACE_MS);
        void giveUp().finally(() => clearTimeout(grace));
      },
      Math.max(0, this.#queryMs - spent),
    );
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
      // Of one that came late nobody waits for the answer any more.
      answer.catch(() => undefined);
    }
  }

  #counted<T extends { readonly read: number }>(answer: T): T {
    this.#ofSessions += answer.read;
    return answer;
  }

  #idlest(): ReaderThread {
    return this.#threads.reduce((best, each) => (each.waiting < best.waiting ? each : best));
  }
}

/** What the caller can do nothing about but come again: a thread gone or overrun, a store away. */
function toldError(error: unknown): unknown {
  const away = ['ENDED', 'BUSY', 'STORE_UNAVAILABLE'];
  if (error instanceof CallError && away.includes(error.code ?? '')) {
    return new StoreUnavailableError(error.message, error);
  }
  return error;
}

function told<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw toldError(error);
  });
}
