/** Shipping as the server sees it: a thread that is begun again when it ends by itself. */

import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EngineErased } from '../erasure.ts';
import type { SiteRetention } from '../retention.ts';
import { CallClient, CallError } from '../rpc.ts';
import type { ChangeNumber } from './outbox.ts';
import type { ShipperCounts, ShipperMethods, ShipperWorkerData } from './shipper-worker.ts';
import { SpoolState } from './spool-state.ts';

export interface ShippingOptions extends Omit<ShipperWorkerData, 'retention'> {
  /** A line for the log. */
  readonly report: (line: string) => void;
}

/** A thread that has ended is followed by a new one after this. */
const RESTART_MS = 1000;
/** Counts are asked for so often. */
const COUNTS_MS = 1000;
/** Whoever waits for what was erased looks so often, once it was shipped. */
const LOOK_MS = 500;

export class Shipping {
  readonly #options: ShippingOptions;
  #retention: ReadonlyMap<string, SiteRetention> = new Map();
  #running: { readonly worker: Worker; readonly calls: CallClient<ShipperMethods> };
  #counts: ShipperCounts | null = null;
  #stationsThrough: number | null = null;
  #restart: NodeJS.Timeout | null = null;
  readonly #asking: NodeJS.Timeout;
  readonly #closing = new AbortController();

  constructor(options: ShippingOptions) {
    this.#options = options;
    this.#running = this.#start();
    this.#asking = setInterval(() => void this.#ask().catch(ignoreEnded), COUNTS_MS);
  }

  /** What sites keep from now on. */
  async retention(retention: ReadonlyMap<string, SiteRetention>): Promise<void> {
    this.#retention = retention;
    await this.#running.calls.call('retention', [retention]).catch(ignoreEnded);
  }

  /** Up to when others can read what stations said here, ms, as it was a second ago; null: not known since the start. */
  get stationsThrough(): number | null {
    return this.#stationsThrough;
  }

  /** As they were a second ago at most. */
  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  /** Once what a run of an erasure has replaced has left ClickHouse; false: it had not when this was closed. */
  async gone(erasure: string, number: ChangeNumber, onNews: (news: EngineErased) => void): Promise<boolean> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const task = await this.#running.calls.call('erased', [erasure, number]).catch(nullWhereEnded);
      if (task !== null) onNews(task.told);
      if (task?.told.state === 'done') return true;
      if (task?.told.state === 'shipping')
        await new SpoolState(this.#options.settled).reached(task.last, signal);
      if (!signal.aborted) await pause(LOOK_MS, undefined, { ref: false });
    }
    return false;
  }

  /** Ships what waits, within two seconds; the rest is shipped by the next run. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#asking);
    if (this.#restart !== null) clearTimeout(this.#restart);
    await this.#running.calls.call('close', []).catch(ignoreEnded);
    await this.#running.worker.terminate();
  }

  async #ask(): Promise<void> {
    this.#counts = await this.#running.calls.call('counts', []);
    this.#stationsThrough = (await this.#running.calls.call('stationsThrough', [])) ?? this.#stationsThrough;
  }

  #start() {
    const { report, ...given } = this.#options;
    const script = import.meta.url.endsWith('.ts') ? './shipper-worker.ts' : './shipper-worker.js';
    const worker = new Worker(new URL(script, import.meta.url), {
      workerData: { ...given, retention: this.#retention } satisfies ShipperWorkerData,
      name: 'shipper',
    });
    const calls = new CallClient<ShipperMethods>(worker);
    calls.on('report', (line) => report(String(line)));
    let reason = 'it ended';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.once('exit', () => {
      calls.ended(reason);
      if (this.#closing.signal.aborted) return;
      report(`the shipping thread failed and is begun again: ${reason}`);
      this.#restart = setTimeout(() => {
        this.#running = this.#start();
      }, RESTART_MS);
    });
    return { worker, calls };
  }
}

/** A thread that has ended is told by the next one's start. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof CallError && error.code === 'ENDED')) throw error;
}

function nullWhereEnded(error: unknown): null {
  ignoreEnded(error);
  return null;
}
