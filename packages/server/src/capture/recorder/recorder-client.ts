/**
 * The recorder's thread as the server sees it. What capture hands in is packed and given over fifty times a second;
 * nothing here waits. What is not committed yet is bounded: beyond it frames go unrecorded, counted, and leave a gap.
 */

import type { ConnectionEvent, SettingEvent } from '@ocpp-logs/core';
import type { SiteRetention } from '../../store/retention.ts';
import type { CapturedFrame, ConnectionNumber, OpenedConnection, RefusedConnection } from '../sink.ts';
import { alarmCounts } from './alarms.ts';
import { BatchBuilder, frameCost, ITEM_COST } from './batch.ts';
import { ErasingOrders } from './erasing-orders.ts';
import { DelaySum, type Delays } from './frame-delays.ts';
import { BEHIND, LiveConnections } from './live-connections.ts';
import type { CommittedChange, IngestAnswer, Recorder } from './recorder.ts';
import { RecorderThread } from './recorder-thread.ts';
import type { Committed, ErasureNews, ErasureOrder, RecorderOptions } from './recorder-worker.ts';
import type { SiteRules } from './recording-rules.ts';
import { Sequence } from './sequence.ts';
import { RecordedCounts } from './thread-count.ts';

/**
 * A commit is to come 250 ms after a frame's arrival: this, the recorder's 100 ms, and the commit itself. Often and
 * little, because on few cores a long turn of the recorder delays the relay.
 */
const HAND_OVER_MS = 20;
/** Handed over at once when so much has come together. */
const BATCH_BYTES = 1024 * 1024;
/** Memory of what is handed over and not committed, at which frames go unrecorded; recording begins again at half of it. */
export const UNCOMMITTED_BYTES_MAX = 256 * 1024 * 1024;
/** A thread that has ended is followed by a new one after this. */
const RESTART_MS = 1000;
/** Hand-overs that wait for their commit; far fewer than calls may wait. */
const HAND_OVERS_MAX = 1000;
/** The thread is told that nothing came, so often where nothing does: how far the recording reaches is known by it. */
const NOTHING_CAME_MS = 10_000;

type CommitListener = (site: string, changes: readonly CommittedChange[]) => void;

export interface RecorderSettings extends RecorderOptions {
  readonly uncommittedBytesMax?: number;
  /** A line for the log. */
  readonly onReport: (line: string) => void;
}

export class RecorderClient implements Recorder {
  readonly sequence = new Sequence();
  readonly #options: RecorderOptions;
  readonly #onReport: (line: string) => void;
  readonly #builder = new BatchBuilder();
  readonly #connections = new LiveConnections(this.#builder);
  readonly #listeners = new Set<CommitListener>();
  readonly #erasing = new ErasingOrders();
  readonly #bound: number;
  readonly #counts = {
    frames: 0,
    bytes: 0,
    unrecorded: 0,
    commits: 0,
    entries: 0,
    updates: 0,
    thread_failures: 0,
    thread_silences: 0,
  };
  #alarms: Committed['alarms'] = { 'duplicate-connection': 0, 'charger-moved': 0, 'serial-changed': 0 };
  #thread: RecorderThread;
  #timer: NodeJS.Timeout | null = null;
  #restart: NodeJS.Timeout | null = null;
  readonly #nothingCame: NodeJS.Timeout | null;
  #retention: ReadonlyMap<string, SiteRetention> = new Map();
  #rules: SiteRules;
  readonly #recorded = new RecordedCounts();
  readonly #delays = { committed: new DelaySum(), synced: new DelaySum() };
  #uncommitted = 0;
  #overrun = false;
  /** A hand-over is due, though it may be empty: it tells how far the last one reaches. */
  #owed = false;
  /** When the last hand-over was made, ms: all that is held came since. */
  #takenAt = Date.now();
  #ready = false;
  /** Whether the thread knows the connections and takes frames. */
  #accepting = true;
  #closed = false;

  constructor(settings: RecorderSettings) {
    const { uncommittedBytesMax = UNCOMMITTED_BYTES_MAX, onReport, ...options } = settings;
    this.#bound = uncommittedBytesMax;
    this.#options = options;
    this.#rules = options.rules ?? new Map();
    this.#onReport = onReport;
    this.#thread = this.#begin();
    this.#nothingCame = options.importOnly === true ? null : setInterval(() => this.#owe(), NOTHING_CAME_MS);
  }

  /** Resolves when the data folder is open and what an earlier run left unfinished is settled. */
  async ready(): Promise<void> {
    const from = await this.#thread.calls.call('ready', []);
    this.sequence.begin(from);
    this.#ready = true;
    if (this.#options.importOnly !== true) this.#owe();
  }

  /** Why frames are not recorded now; null where they are. */
  get fault(): string | null {
    if (!this.#ready || !this.#accepting) return 'The recorder has stopped, and begins again.';
    if (this.#overrun) return 'The store does not keep up with what is to be recorded.';
    return this.#thread.silence === 0 ? null : `The recorder has not answered for ${this.#thread.silence} s.`;
  }

  get committed(): number {
    return this.sequence.last;
  }

  opened(opened: OpenedConnection): ConnectionNumber {
    const connection = this.#connections.opened(opened, this.#full(ITEM_COST));
    this.#arm();
    return connection;
  }

  frame(connection: ConnectionNumber, frame: CapturedFrame): void {
    this.#counts.frames += 1;
    this.#counts.bytes += frame.bytes.length;
    const live = this.#connections.get(connection);
    if (live === undefined) {
      this.#counts.unrecorded += 1;
      return;
    }
    if (!this.#accepting) {
      this.#counts.unrecorded += 1;
      this.#connections.missFrames(live, frame.at, 'recording had stopped');
      return;
    }
    if (this.#full(frameCost(frame.bytes.length))) {
      this.#counts.unrecorded += 1;
      this.#connections.missFrames(live, frame.at, BEHIND);
      return;
    }
    this.#connections.recordsFrom(live, frame.at);
    this.#builder.frame(connection, frame);
    if (this.#builder.length >= BATCH_BYTES) this.#handOver();
    else this.#arm();
  }

  blind(connection: ConnectionNumber, reason: string): void {
    this.#connections.blind(connection, reason);
  }

  closed(connection: ConnectionNumber, closing: ConnectionEvent & { readonly event: 'closed' }): void {
    this.#connections.closed(connection, closing, this.#full(2 * ITEM_COST));
    this.#arm();
  }

  refused(refused: RefusedConnection): void {
    // Stations that are refused try again and again: what cannot be handed over must not pile up.
    if (!this.#accepting || this.#full(0)) {
      this.#connections.miss(refused.site, Date.now());
      return;
    }
    this.#builder.event({ kind: 'refused', refused, at: Date.now() });
    this.#arm();
  }

  /** A change of a site's level, retention or upstream becomes an entry. */
  setting(site: string, setting: SettingEvent): Promise<void> {
    return this.#thread.calls.call('setting', [site, setting, Date.now()]);
  }

  ingest(site: string, source: string, body: Uint8Array, last: boolean): Promise<IngestAnswer> {
    return this.#thread.calls.call('ingest', [site, source, body, last]);
  }

  /** How long entries of each site are kept, in days; 0 or absent is for ever. */
  retention(days: ReadonlyMap<string, SiteRetention>): Promise<void> {
    this.#retention = days;
    return this.#thread.calls.call('retention', [days]);
  }

  /** What is kept of each site; of what is handed over from now on. */
  rules(rules: SiteRules): Promise<void> {
    this.#rules = rules;
    // What came before was said under the rules before.
    this.#handOver();
    return this.#thread.calls.call('rules', [rules]);
  }

  /** Takes an id tag out of what is stored; resolves at the end of it, over failures of the thread too. */
  erase(order: ErasureOrder, onNews: (news: ErasureNews) => void): Promise<ErasureNews> {
    return this.#erasing.begin(order, onNews, {
      send: () => this.#thread.calls.call('erase', [order]),
      again: () => !this.#closed && !this.#thread.alive,
    });
  }

  /** A reader found this site file damaged: its writer looks, and sets it aside. */
  inspect(file: number): Promise<void> {
    return this.#thread.calls.call('inspect', [file]);
  }

  capturedThrough(site: string): ReadonlyMap<string, number> {
    const through = new Map<string, number>();
    // Where it is shipped, readers see what was: those who list stations tell how far.
    const live = this.#options.settled === undefined ? this.#connections.values() : [];
    for (const { opened, capturedThrough } of live) {
      if (opened.site !== site || capturedThrough === null) continue;
      through.set(opened.charger, Math.max(through.get(opened.charger) ?? 0, capturedThrough));
    }
    return through;
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  counters(): Readonly<Record<string, number>> {
    const totals = Object.entries(this.#counts).map(([name, count]) => [`${name}_total`, count]);
    return {
      ...Object.fromEntries(totals),
      ...this.#recorded.counters(),
      ...alarmCounts(this.#alarms),
      unrecorded_total: this.#counts.unrecorded + this.#connections.unrecorded,
      gaps_total: this.#connections.gaps,
      connections: this.#connections.size,
      uncommitted_bytes: this.#uncommitted + this.#builder.cost,
      thread_silence_seconds: this.#thread.silence,
    };
  }

  delays(): Delays {
    return this.#delays;
  }

  /** Hands over what is left, commits, puts it on the disk, and ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#restart !== null) clearTimeout(this.#restart);
    if (this.#nothingCame !== null) clearInterval(this.#nothingCame);
    this.#handOver();
    await this.#thread.close();
  }

  /** Ends the thread as a fault would; for tests. */
  killThread(): Promise<void> {
    return this.#thread.kill();
  }

  #begin(): RecorderThread {
    return new RecorderThread(
      { ...this.#options, rules: this.#rules },
      {
        onCommitted: (committed) => this.#onCommitted(committed),
        onErasing: (news) => this.#erasing.hear(news),
        onDelays: ({ committed, synced }) => {
          this.#delays.committed.addAll(committed);
          this.#delays.synced.addAll(synced);
        },
        onReport: this.#onReport,
        onEnd: (error) => this.#onEnd(error),
        onSilent: () => this.#counts.thread_silences++,
      },
    );
  }

  /** A first start that fails is the caller's to tell; later the relay goes on and a new thread takes over. */
  #onEnd(error: Error): void {
    if (this.#closed || !this.#ready) return;
    this.#counts.thread_failures += 1;
    this.#recorded.threadEnded();
    this.#accepting = false;
    this.#onReport(`recording has stopped and begins again in ${RESTART_MS} ms: ${error.message}`);
    this.#restart = setTimeout(() => {
      this.#thread = this.#begin();
      this.#resume().catch((problem: Error) =>
        this.#onReport(`recording did not begin again: ${problem.message}`),
      );
    }, RESTART_MS);
  }

  /** The new thread settles what the old one left, then hears of the connections that are still there. */
  async #resume(): Promise<void> {
    await this.ready();
    await this.retention(this.#retention);
    const again = new BatchBuilder();
    // What came before the thread ended, and was not handed over, is not older than this.
    const at = this.#takenAt;
    this.#connections.tellAgain(again, at);
    await this.#thread.calls.call('record', [again.take(at)]);
    for (const order of this.#erasing.orders) await this.#thread.calls.call('erase', [order]);
    this.#accepting = true;
    this.#owed = true;
    this.#handOver();
  }

  /** `more`: what comes beside what is there. */
  #full(more: number): boolean {
    const wanted = this.#uncommitted + this.#builder.cost + more;
    if (wanted > this.#bound) this.#overrun = true;
    else if (wanted < this.#bound / 2) this.#overrun = false;
    return this.#overrun;
  }

  #owe(): void {
    this.#owed = true;
    this.#arm();
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#handOver();
    }, HAND_OVER_MS);
  }

  #handOver(): void {
    if (!this.#accepting) return;
    // At the end in any case: a recording that ended in order has no gap at its next start.
    if (this.#connections.hasMissed && (this.#closed || !this.#full(0))) this.#connections.tellMissed();
    if (this.#builder.empty && !this.#owed) return;
    if (!this.#closed && this.#thread.calls.waiting >= HAND_OVERS_MAX) {
      // The store is away: what comes meanwhile gathers here, within the bound.
      this.#arm();
      return;
    }
    const { cost, frames } = this.#builder;
    const batch = this.#builder.take();
    this.#takenAt = batch.takenAt;
    this.#owed = frames > 0 && this.#builder.lastAt === batch.takenAt;
    if (this.#owed && !this.#closed) this.#arm();
    this.#connections.handedOver();
    this.#uncommitted += cost;
    this.#thread.calls
      .call('record', [batch], [batch.rows.buffer, batch.bytes.buffer])
      .catch((error: Error) => {
        // The gap that the next thread writes says since when.
        if (frames > 0) this.#onReport(`frames that were handed over may be lost: ${error.message}`);
      })
      .finally(() => {
        this.#uncommitted -= cost;
        if (!this.#full(0) && this.#connections.hasMissed) this.#arm();
      });
  }

  #onCommitted(committed: Committed): void {
    this.#counts.commits += 1;
    this.#alarms = committed.alarms;
    this.#recorded.tell(committed);
    for (const [connection, through] of committed.through) {
      const live = this.#connections.get(connection);
      if (live !== undefined) live.capturedThrough = through;
    }
    for (const { site, ids, fresh } of committed.sites) {
      const numbered = this.sequence.number(ids, fresh);
      const entries = numbered.filter(({ change }) => change === 'entry').length;
      this.#counts.entries += entries;
      this.#counts.updates += numbered.length - entries;
      for (const listener of this.#listeners) listener(site, numbered);
    }
  }
}
