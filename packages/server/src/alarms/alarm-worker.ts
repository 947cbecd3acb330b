/** The thread of alarms: evaluates what is committed, tries alarms on what is stored, and tells targets. */

import { parentPort, workerData } from 'node:worker_threads';
import type { EntryId } from '@ocpp-logs/core';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { ClickHouseOptions } from '../store/clickhouse/sql.ts';
import { serveCalls } from '../store/rpc.ts';
import type { EntriesQuery } from '../store/store.ts';
import { BEHIND_RELAY, standBehind } from '../thread-priority.ts';
import { type ActiveAlarm, Evaluation } from './evaluation.ts';
import { openLookup } from './open-lookup.ts';
import { type Sending, send } from './sending.ts';
import { type Trial, type TrialWish, tryAlarm } from './trial.ts';

export interface AlarmWorkerData {
  /** The data folder. */
  readonly folder: string;
  readonly clickhouse: ClickHouseOptions | null;
  /** `alarms.allow`. */
  readonly allow: readonly string[];
  /** For how long a call waits for its answer, ms. */
  readonly timeoutMs: number;
}

export type AlarmMethods = {
  set: (alarms: readonly ActiveAlarm[]) => Promise<void>;
  changed: (site: string, ids: readonly EntryId[], elsewhere: boolean) => Promise<void>;
  lost: (site: string, since: number) => Promise<void>;
  missed: (site: string) => Promise<void>;
  /** As of {@link Evaluation}. */
  tick: (told: number | null) => Promise<number | null>;
  tryAlarm: (wish: TrialWish) => Promise<Trial>;
  /** null: it was taken; otherwise why not. */
  send: (sending: Sending) => Promise<string | null>;
  counters: () => Readonly<Record<string, number>>;
  close: () => Promise<void>;
};

/** Entries may come this much after their time: at once to the files of this node, and later from others. ms */
const GRACE_MS = 2_000;
const GRACE_OF_OTHERS_MS = 15_000;
/** Of one trial. */
const TRIAL_MS = 10_000;
const TRIAL_ENTRIES = 200_000;
const TRIAL_FIRINGS = 100;

if (parentPort === null) throw new Error('alarm-worker.ts runs as a worker thread only');
standBehind(BEHIND_RELAY.alarms);
// Safe: alarm-thread.ts starts this thread with these.
const { folder, clickhouse, allow, timeoutMs } = workerData as AlarmWorkerData;

const rule = new UpstreamRule(allow, 'alarms.allow');
const lookup = await openLookup({
  folder,
  clickhouse,
  report: (line) => emit('report', line),
  onDamage: (number) => emit('damage', number),
});
const evaluation = new Evaluation({
  lookup,
  now: Date.now,
  grace: clickhouse === null ? GRACE_MS : GRACE_OF_OTHERS_MS,
  changing: timeoutMs + 60_000,
  emit: (firings) => emit('firings', firings),
  report: (line) => emit('report', line),
});

const methods: AlarmMethods = {
  set: (alarms) => evaluation.set(alarms),
  changed: (site, ids, elsewhere) => evaluation.changed(site, ids, elsewhere),
  lost: (site, since) => evaluation.lost(site, since),
  missed: (site) => evaluation.missed(site),
  tick: (told) => evaluation.tick(told),
  tryAlarm: (wish) => {
    const end = performance.now() + TRIAL_MS;
    const stored = { entries: (query: EntriesQuery) => lookup.stored(query, () => end - performance.now()) };
    return tryAlarm(stored, wish, {
      entries: TRIAL_ENTRIES,
      firings: TRIAL_FIRINGS,
      late: () => performance.now() >= end,
    });
  },
  send: (sending) => send(sending, { lookup, rule, now: Date.now }),
  counters: () => ({ ...evaluation.counters(), ...lookup.counters() }),
  close: () => lookup.close(),
};

const emit = serveCalls(parentPort, methods);
