/** The thread of alarms as the server sees it: begun anew where it has ended by itself, and never waited for. */

import { Worker } from 'node:worker_threads';
import { type EntryId, timeOfId } from '@ocpp-logs/core';
import { CallClient, CallError } from '../store/rpc.ts';
import type { AlarmMethods, AlarmWorkerData } from './alarm-worker.ts';
import { atMost } from './at-most.ts';
import type { ActiveAlarm, SeenFiring } from './evaluation.ts';
import type { Sending } from './sending.ts';
import type { Trial, TrialWish } from './trial.ts';

/** Ids that wait for the thread; with more, it reads anew what was left out. */
const IDS_MAX = 100_000;
const AGAIN_MS = 1_000;
/** It only reads: whatever it is at may be broken off. */
const CLOSE_MS = 1_000;
/** What is counted there, before it was asked for the first time. */
const NOTHING_YET = {
  alarms_entries_evaluated_total: 0,
  alarms_read_anew_total: 0,
  alarms_read_failures_total: 0,
  alarms_unread_left_out_total: 0,
  alarms_waiting: 0,
  alarms_waiting_dropped_total: 0,
  alarms_questions_late_total: 0,
  alarms_questions_left_out_total: 0,
};

export interface AlarmThreadOptions extends AlarmWorkerData {
  readonly onFirings: (firings: readonly SeenFiring[]) => void;
  readonly report: (line: string) => void;
  readonly onDamage: (number: number) => void;
}

/** What the server needs of it. */
export type AlarmEvaluator = Pick<
  AlarmThread,
  'set' | 'changed' | 'missed' | 'tick' | 'tryAlarm' | 'send' | 'counters' | 'close'
>;

export class AlarmThread {
  readonly #options: AlarmThreadOptions;
  #calls: CallClient<AlarmMethods>;
  #worker: Worker;
  #alarms: readonly ActiveAlarm[] = [];
  #waiting = 0;
  #lost = 0;
  /** By site: from where it must read anew, ms. */
  readonly #leftOut = new Map<string, number>();
  /** Sites at which what other nodes shipped must be read anew. */
  readonly #missed = new Set<string>();
  /** Sites whose changes at other nodes are told here. */
  readonly #followed = new Set<string>();
  #counted: Readonly<Record<string, number>> = NOTHING_YET;
  #through = 0;
  #begun = 1;
  #closing = false;

  constructor(options: AlarmThreadOptions) {
    this.#options = options;
    [this.#worker, this.#calls] = this.#start();
  }

  async set(alarms: readonly ActiveAlarm[]): Promise<void> {
    this.#alarms = alarms;
    await this.#ask('set', [alarms]);
  }

  /** `elsewhere`: another node has recorded them, and evaluates them, too. */
  changed(site: string, ids: readonly EntryId[], elsewhere: boolean): void {
    if (this.#waiting + ids.length > IDS_MAX) {
      this.#lost += ids.length;
      this.#leaveOut(site, ids, elsewhere);
      return;
    }
    this.#waiting += ids.length;
    void this.#ask('changed', [site, ids, elsewhere]).then((asked) => {
      this.#waiting -= ids.length;
      if (!asked) this.#leaveOut(site, ids, elsewhere);
    });
  }

  /** Changes of these sites at other nodes are told from now on; with the next tick it reads what came before. */
  missed(sites: readonly string[]): void {
    for (const site of sites) {
      this.#followed.add(site);
      this.#missed.add(site);
    }
  }

  /** Everything up to the result, ms, is evaluated; null: not all of it is. `told`: as of `Evaluation`. */
  async tick(told: number | null = null): Promise<number | null> {
    for (const [site, since] of this.#leftOut) {
      this.#leftOut.delete(site);
      await this.#ask('lost', [site, since]);
    }
    for (const site of this.#missed) {
      this.#missed.delete(site);
      await this.#ask('missed', [site]);
    }
    const through = await this.#calls.call('tick', [told]).catch(this.#unlessEnded);
    this.#counted = (await this.#calls.call('counters', []).catch(this.#unlessEnded)) ?? this.#counted;
    if (through === null || this.#leftOut.size > 0) return null;
    this.#through = through;
    return through;
  }

  tryAlarm(wish: TrialWish): Promise<Trial> {
    return this.#calls.call('tryAlarm', [wish]);
  }

  /** null: it was taken; otherwise why not. */
  async send(sending: Sending): Promise<string | null> {
    try {
      return await this.#calls.call('send', [sending]);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return 'the thread of alarms has ended';
    }
  }

  counters(): Readonly<Record<string, number>> {
    return {
      ...this.#counted,
      alarms_changes_waiting: this.#waiting,
      alarms_changes_left_out_total: this.#lost,
      alarms_threads_begun_total: this.#begun,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await atMost(CLOSE_MS, this.#calls.call('close', []).catch(this.#unlessEnded));
    await this.#worker.terminate();
  }

  /** False where it has ended before it was done. */
  async #ask<M extends 'set' | 'changed' | 'lost' | 'missed'>(
    method: M,
    args: Parameters<AlarmMethods[M]>,
  ): Promise<boolean> {
    try {
      await this.#calls.urge(method, args);
      return true;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.code !== 'ENDED') this.#options.report(`alarms: ${error.message}`);
      return false;
    }
  }

  #leaveOut(site: string, ids: readonly EntryId[], elsewhere: boolean): void {
    if (elsewhere) {
      this.#missed.add(site);
      return;
    }
    const since = ids.reduce((least, id) => Math.min(least, timeOfId(id)), Number.MAX_SAFE_INTEGER);
    this.#leftOut.set(site, Math.min(this.#leftOut.get(site) ?? since, since));
  }

  readonly #unlessEnded = (error: unknown): null => {
    if (error instanceof CallError && error.code === 'ENDED') return null;
    throw error;
  };

  #start(): [Worker, CallClient<AlarmMethods>] {
    const script = import.meta.url.endsWith('.ts') ? './alarm-worker.ts' : './alarm-worker.js';
    const { folder, clickhouse, allow, timeoutMs, report } = this.#options;
    const worker = new Worker(new URL(script, import.meta.url), {
      workerData: { folder, clickhouse, allow, timeoutMs } satisfies AlarmWorkerData,
      name: 'alarms',
    });
    const calls = new CallClient<AlarmMethods>(worker);
    // Safe: the worker emits nothing else under this name.
    calls.on('firings', (firings) => this.#options.onFirings(firings as readonly SeenFiring[]));
    calls.on('report', (line) => report(String(line)));
    calls.on('damage', (number) => this.#options.onDamage(Number(number)));
    let reason = 'the thread of alarms has ended';
    worker.on('error', (error) => {
      reason = `the thread of alarms failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.once('exit', () => {
      calls.ended(reason);
      if (this.#closing) return;
      report(reason);
      const timer = setTimeout(() => this.#again(), AGAIN_MS);
      timer.unref();
    });
    return [worker, calls];
  }

  #again(): void {
    if (this.#closing) return;
    this.#begun += 1;
    [this.#worker, this.#calls] = this.#start();
    const alarms = this.#alarms.map((alarm) => ({
      ...alarm,
      through: Math.max(alarm.through ?? 0, this.#through),
      anywhere: Math.max(alarm.anywhere ?? 0, this.#through),
    }));
    void this.#ask('set', [alarms]);
    this.missed([...this.#followed]);
  }
}
