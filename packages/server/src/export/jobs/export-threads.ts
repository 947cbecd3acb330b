/** A thread for each export that runs, and one for estimates that ends when none came for a while. */

import { Worker } from 'node:worker_threads';
import type { ClickHouseOptions } from '../../store/clickhouse/sql.ts';
import { CallClient, CallError } from '../../store/rpc.ts';
import type { ExportEstimate, ExportProgress, ExportResult, ExportWish } from '../export.ts';
import type { ExportRun, ExportRunner } from './export-runner.ts';
import type { ExportMethods, ExportWorkerData } from './export-worker.ts';

const IDLE_MS = 30_000;
/** Entries die as soon as they are written. */
const MEMORY = { maxYoungGenerationSizeMb: 48 } as const;
/** Estimates that may wait; more are refused at once. */
const ESTIMATES_MAX = 50;

export interface ThreadOptions {
  readonly report: (line: string) => void;
  /** Number of a site file in which damage was found. */
  readonly onDamage: (number: number) => void;
  /** Where entries are read instead of the folder. */
  readonly clickhouse?: ClickHouseOptions | null;
}

interface Thread {
  readonly worker: Worker;
  readonly calls: CallClient<ExportMethods>;
}

export class ExportThreads implements ExportRunner {
  readonly #folder: string;
  readonly #options: ThreadOptions;
  readonly #threads = new Set<Thread>();
  #estimating: Thread | null = null;
  #idle: NodeJS.Timeout | null = null;

  /** `folder` is the data folder. */
  constructor(folder: string, options: ThreadOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  async estimate(wish: ExportWish): Promise<ExportEstimate> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const thread =
      this.#estimating ??
      this.#start(() => {
        this.#estimating = null;
      });
    this.#estimating = thread;
    try {
      return await thread.calls.call('estimate', [wish]);
    } finally {
      if (thread.calls.waiting === 0 && this.#estimating === thread) this.#endSoon(thread);
    }
  }

  async run(
    run: ExportRun,
    onProgress: (progress: ExportProgress) => void,
    signal: AbortSignal,
  ): Promise<ExportResult> {
    signal.throwIfAborted();
    const thread = this.#start();
    // Safe: the worker emits nothing else under this name.
    thread.calls.on('progress', (progress) => onProgress(progress as ExportProgress));
    const cancel = () => void thread.calls.call('cancel', []).catch(ignoreEnded);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await thread.calls.call('run', [run]);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      await this.#end(thread);
    }
  }

  async close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }

  #start(ended: () => void = () => undefined): Thread {
    const script = import.meta.url.endsWith('.ts') ? './export-worker.ts' : './export-worker.js';
    const worker = new Worker(new URL(script, import.meta.url), {
      workerData: {
        folder: this.#folder,
        clickhouse: this.#options.clickhouse ?? null,
      } satisfies ExportWorkerData,
      name: 'export',
      resourceLimits: MEMORY,
    });
    const calls = new CallClient<ExportMethods>(worker, ESTIMATES_MAX);
    const thread = { worker, calls };
    calls.on('report', (message) => this.#options.report(String(message)));
    calls.on('damage', (number) => this.#options.onDamage(Number(number)));
    let reason = 'the exporting thread ended';
    worker.on('error', (error) => {
      reason = `the exporting thread failed: ${error instanceof Error ? error.message : String(error)}`;
      this.#options.report(reason);
    });
    worker.once('exit', () => {
      calls.ended(reason);
      this.#threads.delete(thread);
      ended();
    });
    this.#threads.add(thread);
    return thread;
  }

  #endSoon(thread: Thread): void {
    const report = (error: unknown) => this.#options.report(`a thread did not end cleanly: ${String(error)}`);
    this.#idle = setTimeout(() => void this.#end(thread).catch(report), IDLE_MS);
    this.#idle.unref();
  }

  /** Terminating waits for nothing: what a run has written is a part that nobody keeps. */
  async #end(thread: Thread): Promise<void> {
    if (this.#estimating === thread) this.#estimating = null;
    if (!this.#threads.delete(thread)) return;
    await thread.calls.call('close', []).catch(ignoreEnded);
    await thread.worker.terminate();
  }
}

function ignoreEnded(error: unknown): void {
  if (!(error instanceof CallError && error.code === 'ENDED')) throw error;
}
