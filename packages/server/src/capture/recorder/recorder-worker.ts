/** The recorder's thread: opens the data folder's log files, and runs the recording on its own clock. */

import { parentPort, workerData } from 'node:worker_threads';
import { counted, deriveEach, type SettingEvent } from '@ocpp-logs/core';
import { openSpool } from '../../store/clickhouse/open-spool.ts';
import { recall } from '../../store/clickhouse/recall.ts';
import { openSource } from '../../store/clickhouse/source.ts';
import { type ClickHouseOptions, Connection } from '../../store/clickhouse/sql.ts';
import { type ErasureProgress, erasedTagsOf, type SiteErasedTag } from '../../store/erasure.ts';
import type { SiteRetention } from '../../store/retention.ts';
import { RetentionLease } from '../../store/retention-lease.ts';
import { serveCalls } from '../../store/rpc.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { BEHIND_RELAY, standBehind } from '../../thread-priority.ts';
import { type Batch, handedOver } from './batch.ts';
import { Faults } from './faults.ts';
import { type Delays, FrameDelays } from './frame-delays.ts';
import { Ingest } from './ingest.ts';
import type { Committed } from './recording.ts';
import { Recording } from './recording.ts';
import type { SiteRules } from './recording-rules.ts';

export interface ErasureOrder {
  readonly id: string;
  readonly tag: SiteErasedTag;
  /** Only to count. */
  readonly dry: boolean;
}

export interface ErasureNews extends ErasureProgress {
  readonly id: string;
}

export type { Committed } from './recording.ts';

export interface RecorderOptions {
  /** Folder of the log files. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly redact: readonly string[];
  /** Of pseudonyms for id tags, where a site asks for them. */
  readonly pseudonymKey?: Uint8Array | null;
  /** No station is recorded; and with little memory, as a command may not take as much as a server. */
  readonly importOnly?: boolean;
  /** Of the sites that are known at the start. */
  readonly rules?: SiteRules;
  /** Of one site in the list of stations. */
  readonly chargersPerSite?: number;
  /** So often the thread is asked whether it answers; ms. */
  readonly watchMs?: number;
  /** What changed is noted to be shipped; shared with the thread that ships. */
  readonly settled?: SharedArrayBuffer;
  /** Days for which a month that was shipped stays. */
  readonly spoolKeepDays?: number;
  /** Where months are that were dropped. */
  readonly clickhouse?: ClickHouseOptions;
  /** Of a `RetentionLease`: nothing is removed while it does not hold; absent: it always does. */
  readonly lease?: SharedArrayBuffer;
}

/** `performance.now()` counts from the start of each thread; frames bear the main thread's. */
export interface ThreadClock {
  /** Microseconds of the system's monotonic clock when the main thread's `performance.now()` was 0. */
  readonly monotonicOrigin: number;
}

export type RecorderMethods = {
  ready: () => Promise<number>;
  /** Answered as soon as the thread is through with what it does. */
  alive: () => void;
  record: (batch: Batch) => Promise<void>;
  ingest: (site: string, source: string, body: Uint8Array, last: boolean) => ReturnType<Ingest['take']>;
  setting: (site: string, event: SettingEvent, at: number) => void;
  retention: (days: ReadonlyMap<string, SiteRetention>) => void;
  rules: (rules: SiteRules) => void;
  /** Begins to take an id tag out of what is stored; `erasing` tells how far it is. */
  erase: (order: ErasureOrder) => void;
  /** Looks at a site file that a reader found damaged, and sets it aside if it is. */
  inspect: (file: number) => void;
  close: () => Promise<void>;
};

/** What was taken in is committed within this, pending exchanges end, a store that was away is tried again. */
const TICK_MS = 100;
/** What came is on the disk within a second: this, beside 120 ms until it is committed and the time that the disk takes. */
const SYNC_MS = 750;
const MAINTAIN_MS = 1000;
/** How far an erasure is, is told so often. */
const NEWS_MS = 250;

if (parentPort === null) throw new Error('recorder-worker.ts runs as a worker thread only');
// Safe: recorder-client.ts starts this thread with these.
const options = workerData as RecorderOptions & ThreadClock;
const methods: RecorderMethods = {
  ready: async () => {
    await begun;
    return clock.now() * 1000;
  },
  alive: () => undefined,
  record: async (batch) => {
    await recording.batch(batch);
    const handed = handedOver(batch);
    if (handed !== null) delays.committed(handed);
  },
  ingest: (site, source, body, last) => ingest.take(site, source, body, last),
  setting: (site, event, at) => recording.setting(site, event, at),
  retention: (days) => {
    retention = days;
  },
  rules: (rules) => recording.keptOut.follow(rules),
  erase: (order) => {
    const { pseudonymKey: key = null } = options;
    if (key === null) throw new Error('there is no key by which an id tag is known');
    void recalled(order.tag.site).then(() => {
      if (!ended.signal.aborted) eraseOne(order, key);
    });
  },
  inspect: (file) => {
    files.inspect(file);
  },
  close: async () => {
    for (const timer of timers) clearInterval(timer);
    ended.abort();
    await recalling;
    const whole = recording.commit();
    await syncing;
    await writer.sync();
    if (whole) recording.end();
    writer.close();
  },
};
// First of all: opening the files may have something to report. Calls are answered only after this module has run.
const emit = serveCalls(parentPort, methods);
const faults = new Faults(report, () => performance.now());
let unlisted = 0;
const lease = options.lease === undefined ? null : new RetentionLease(options.lease);
const { writer, files } = openSpool(
  {
    folder: options.folder,
    derive: deriveEach(faults.caught),
    report,
    onUnlisted: () => {
      unlisted += 1;
    },
    ...(options.chargersPerSite === undefined ? {} : { chargersPerSite: options.chargersPerSite }),
    mayRemove: () => lease?.holds(Date.now()) ?? true,
  },
  options.settled === undefined
    ? null
    : { settled: options.settled, keepDays: options.spoolKeepDays ?? Number.POSITIVE_INFINITY },
);
// Where cores are short the relay comes first.
standBehind(BEHIND_RELAY.recorder);
const clock = {
  now: () => Date.now(),
  monotonic: () => Number(process.hrtime.bigint() / 1000n) - options.monotonicOrigin,
};
const delays = new FrameDelays(clock.monotonic);
const onCommitted = (committed: Committed) => emit('committed', { ...committed, unlisted });
const recording = new Recording({ ...options, writer, clock, onCommitted, report, faults });
const ingest = new Ingest(recording, writer);
let retention: ReadonlyMap<string, SiteRetention> = new Map();
let syncing: Promise<void> = Promise.resolve();
let recalling: Promise<void> = Promise.resolve();
const ended = new AbortController();

recording.recover();
if (options.importOnly !== true) recording.begin();
// No station comes before it is on the disk that one may come.
const begun = writer.sync().catch(report);

const timers = [
  setInterval(() => recording.tick(), TICK_MS),
  setInterval(() => {
    syncing = syncing.then(sync).catch(report);
  }, SYNC_MS),
  setInterval(() => maintain(), MAINTAIN_MS),
];

async function sync(): Promise<void> {
  const taken = delays.takeUnsynced();
  try {
    await writer.sync();
    delays.synced(taken);
  } catch (error) {
    delays.notSynced(taken);
    throw error;
  } finally {
    emit('delays', delays.take() satisfies Delays);
  }
  // How far it reaches is told also where nothing comes.
  recording.commit();
}

/** One step at a time, so that frames never wait for more than one. */
function maintain(): void {
  if (recording.failing) return;
  try {
    if (writer.maintain(clock.now(), retention)) setImmediate(maintain);
  } catch (error) {
    // A full disk, or a damaged file that was set aside just now: the next round goes on.
    if (!(error instanceof StoreUnavailableError)) throw error;
    report(error);
  }
}

/** What of the site was dropped is here again; where it cannot be, the erasure tells of it. Never rejects. */
function recalled(site: string): Promise<void> {
  const { clickhouse } = options;
  if (clickhouse === undefined) return Promise.resolve();
  recalling = recalling.then(async () => {
    const connection = new Connection({ ...clickhouse, queryTime: null });
    try {
      const { missing } = await recall(site, {
        recalls: files.recalls,
        source: openSource(connection),
        retention: retention.get(site),
        now: clock.now(),
        signal: ended.signal,
      });
      if (missing > 0)
        report(
          `${counted(missing, 'entry', 'entries')} of ${site} that ${missing === 1 ? 'was' : 'were'} dropped from the data folder ${missing === 1 ? 'is' : 'are'} not in ClickHouse any more`,
        );
    } catch (error) {
      if (!ended.signal.aborted) report(error);
    } finally {
      await connection.close();
    }
  });
  return recalling;
}

function eraseOne({ id, tag, dry }: ErasureOrder, key: Uint8Array): void {
  const tags = erasedTagsOf(key, tag.site, [tag]);
  let told = 0;
  writer.erase({
    id,
    site: tag.site,
    entry: (text) => tags.entry(text),
    name: (name) => tags.text(name),
    occurrences: (text) => tags.occurrences(text),
    dry,
    onProgress: (progress) => {
      if (progress.ended) files.recalls.release(tag.site);
      const now = performance.now();
      if (!progress.ended && now < told + NEWS_MS) return;
      told = now;
      emit('erasing', { id, ...progress } satisfies ErasureNews);
    },
  });
  setImmediate(maintain);
}

function report(problem: unknown): void {
  emit('report', problem instanceof Error ? problem.message : String(problem));
}
