/**
 * A reading thread as the pool sees it: begun again by the next query when it has ended by itself, and left for another
 * when it does not come back from what it was asked.
 */

import { Worker } from 'node:worker_threads';
import { CallClient, CallError } from '../rpc.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import type { ReaderMethods } from './reader-worker.ts';

export interface ReaderThreadOptions {
  readonly report?: (message: string) => void;
  /** Number of a site file in which a reader found damage: the writer should inspect it. */
  readonly onDamage?: (number: number) => void;
  /** Of the thread, where it reads something else than site files. */
  readonly script?: URL;
  /** What the thread is started with; the data folder's path if absent. */
  readonly given?: unknown;
}

/**
 * Rows and blocks die young. V8's own bound let the young generation of the thread that searches grow from 2 to 120 MiB
 * within half an hour of even work, and keep it.
 */
const MEMORY = { maxYoungGenerationSizeMb: 48 } as const;
/** Queries that may wait in one thread; more are refused at once. */
const WAITING_MAX = 1000;
/** Threads that were left and have not ended yet: SQLite comes back when it has read what it was told to. */
const LEFT_MAX = 2;

export interface Running {
  readonly worker: Worker;
  readonly calls: CallClient<ReaderMethods>;
  /** Whether another took its place; what waited here can be asked again. */
  left: boolean;
}

export class ReaderThread {
  readonly #folder: string;
  readonly #options: ReaderThreadOptions;
  #running: Running | null;
  #closed = false;
  #leaving = 0;
  #replaced = 0;

  constructor(folder: string, options: ReaderThreadOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#running = this.#start();
  }

  get waiting(): number {
    return this.#running?.calls.waiting ?? 0;
  }

  /** How often a thread was left for another. */
  get replaced(): number {
    return this.#replaced;
  }

  get running(): Running {
    if (this.#closed) throw new StoreUnavailableError('the reader is closed');
    this.#running ??= this.#start();
    return this.#running;
  }

  /** Of a thread that does not come back. */
  leave(running: Running): void {
    if (this.#running !== running || this.#closed || this.#leaving >= LEFT_MAX) return;
    running.left = true;
    this.#running = null;
    this.#leaving += 1;
    this.#replaced += 1;
    this.#options.report?.('a reading thread does not come back from a question; another took its place');
    running.worker.once('exit', () => {
      this.#leaving -= 1;
    });
    running.calls.ended('the reading thread was left');
    void running.worker.terminate();
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
    const own = import.meta.url.endsWith('.ts') ? './reader-worker.ts' : './reader-worker.js';
    const script = this.#options.script ?? new URL(own, import.meta.url);
    const worker = new Worker(script, {
      workerData: this.#options.given ?? this.#folder,
      name: 'reader',
      resourceLimits: MEMORY,
    });
    const calls = new CallClient<ReaderMethods>(worker, WAITING_MAX);
    const running: Running = { worker, calls, left: false };
    calls.on('report', (message) => this.#options.report?.(String(message)));
    calls.on('damage', (number) => this.#options.onDamage?.(Number(number)));
    let reason = 'the reading thread ended';
    worker.on('error', (error) => {
      reason = `the reading thread failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.once('exit', () => {
      calls.ended(reason);
      if (running.left) return;
      this.#running = null;
      if (!this.#closed) this.#options.report?.(`${reason}; the next query starts another`);
    });
    return running;
  }
}

export function isEnded(error: unknown): boolean {
  return error instanceof CallError && error.code === 'ENDED';
}

/** To a thread that is gone nothing need be told. */
export function hasEnded(error: unknown): void {
  if (!isEnded(error)) throw error;
}
