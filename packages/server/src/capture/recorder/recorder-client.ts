/**
 * The recorder's thread as the server sees it. What capture hands in is packed and given over ten times a second;
 * nothing here waits, and what the thread has not committed yet is bounded: beyond it frames go unrecorded, are
 * counted, and leave a gap entry.
 */

import { Worker } from 'node:worker_threads';
import type { ConnectionEvent, SettingEvent } from '@ocpp-logs/core';
import { CallClient } from '../../store/rpc.ts';
import type { CapturedFrame, ConnectionNumber, OpenedConnection, RefusedConnection } from '../sink.ts';
import { BatchBuilder } from './batch.ts';
import type { CommittedChange, IngestAnswer, Recorder } from './recorder.ts';
import type { Committed, RecorderMethods, RecorderOptions, ThreadClock } from './recorder-worker.ts';

/** A commit comes at most 250 ms after a frame's arrival: this, and the time that the commit itself takes. */
const HAND_OVER_MS = 100;
/** Handed over at once when so much has come together. */
const BATCH_BYTES = 1024 * 1024;
/** Bytes handed over and not committed, at which frames go unrecorded; recording begins again at half of it. */
export const UNCOMMITTED_BYTES_MAX = 64 * 1024 * 1024;
/** What a frame costs beside its bytes. */
const FRAME_COST = 200;

type CommitListener = (site: string, changes: readonly CommittedChange[]) => void;

interface LiveConnection {
  readonly site: string;
  readonly charger: string;
  capturedThrough: number | null;
  /** Since when its frames go unrecorded, and why. */
  blind: { readonly from: number; readonly reason: string } | null;
}

export interface RecorderSettings extends RecorderOptions {
  readonly uncommittedBytesMax?: number;
  /** A line for the log. */
  readonly onReport: (line: string) => void;
  /** Told when the thread has ended by itself; nothing is recorded from then on. */
  readonly onFailure: (error: Error) => void;
}

export class RecorderClient implements Recorder {
  readonly #worker: Worker;
  readonly #calls: CallClient<RecorderMethods>;
  readonly #builder = new BatchBuilder();
  readonly #connections = new Map<ConnectionNumber, LiveConnection>();
  readonly #listeners = new Set<CommitListener>();
  readonly #bound: number;
  readonly #counts = {
    frames: 0,
    bytes: 0,
    unrecorded: 0,
    gaps: 0,
    commits: 0,
    entries: 0,
    updates: 0,
    failures: 0,
  };
  #timer: NodeJS.Timeout | null = null;
  #uncommitted = 0;
  #overrun = false;
  #lastConnection = 0;
  #committed = 0;
  #alive = true;

  constructor(settings: RecorderSettings) {
    const { uncommittedBytesMax = UNCOMMITTED_BYTES_MAX, onFailure, onReport, ...options } = settings;
    this.#bound = uncommittedBytesMax;
    const monotonicOrigin = Number(process.hrtime.bigint() / 1000n) - Math.round(performance.now() * 1000);
    const script = import.meta.url.endsWith('.ts') ? './recorder-worker.ts' : './recorder-worker.js';
    this.#worker = new Worker(new URL(script, import.meta.url), {
      workerData: { ...options, monotonicOrigin } satisfies RecorderOptions & ThreadClock,
      name: 'recorder',
    });
    this.#calls = new CallClient<RecorderMethods>(this.#worker);
    // Safe: recorder-worker.ts sends nothing else under this name.
    this.#calls.on('committed', (value) => this.#onCommitted(value as Committed));
    this.#calls.on('report', (line) => onReport(String(line)));
    const fail = (error: Error) => {
      if (!this.#alive) return;
      this.#alive = false;
      this.#calls.ended(error.message);
      onFailure(error);
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', (code) => fail(new Error(`the recorder's thread ended with ${code}`)));
  }

  /** Resolves when the data folder is open and what an earlier run left unfinished is settled. */
  async ready(): Promise<void> {
    this.#committed = await this.#calls.call('ready', []);
  }

  get committed(): number {
    return this.#committed;
  }

  opened(opened: OpenedConnection): ConnectionNumber {
    this.#lastConnection += 1;
    const connection = this.#lastConnection;
    const { site, charger } = opened;
    this.#connections.set(connection, { site, charger, capturedThrough: null, blind: null });
    this.#builder.event({ kind: 'opened', connection, opened, at: Date.now() });
    this.#arm();
    return connection;
  }

  frame(connection: ConnectionNumber, frame: CapturedFrame): void {
    this.#counts.frames += 1;
    this.#counts.bytes += frame.bytes.length;
    const live = this.#connections.get(connection);
    if (live === undefined || !this.#alive) {
      this.#counts.unrecorded += 1;
      return;
    }
    if (this.#full(frame.bytes.length)) {
      this.#counts.unrecorded += 1;
      live.blind ??= { from: frame.at, reason: 'the store did not keep up' };
      return;
    }
    if (live.blind !== null) this.#endGap(connection, live, frame.at);
    this.#builder.frame(connection, frame);
    if (this.#builder.length >= BATCH_BYTES) this.#handOver();
    else this.#arm();
  }

  blind(connection: ConnectionNumber, reason: string): void {
    const live = this.#connections.get(connection);
    if (live !== undefined) live.blind ??= { from: Date.now(), reason };
  }

  closed(connection: ConnectionNumber, closing: ConnectionEvent & { readonly event: 'closed' }): void {
    const live = this.#connections.get(connection);
    if (live === undefined) return;
    const at = Date.now();
    if (live.blind !== null) this.#endGap(connection, live, at);
    this.#connections.delete(connection);
    this.#builder.event({ kind: 'closed', connection, closing, at });
    this.#arm();
  }

  refused(refused: RefusedConnection): void {
    this.#builder.event({ kind: 'refused', refused, at: Date.now() });
    this.#arm();
  }

  /** A change of a site's level, retention or upstream becomes an entry. */
  setting(site: string, setting: SettingEvent): Promise<void> {
    return this.#calls.call('setting', [site, setting, Date.now()]);
  }

  ingest(site: string, source: string, body: Uint8Array, last: boolean): Promise<IngestAnswer> {
    return this.#calls.call('ingest', [site, source, body, last]);
  }

  /** How long entries of each site are kept, in days; 0 or absent is for ever. */
  retention(days: ReadonlyMap<string, number>): Promise<void> {
    return this.#calls.call('retention', [days]);
  }

  capturedThrough(site: string): ReadonlyMap<string, number> {
    const through = new Map<string, number>();
    for (const live of this.#connections.values()) {
      if (live.site !== site || live.capturedThrough === null) continue;
      through.set(live.charger, Math.max(through.get(live.charger) ?? 0, live.capturedThrough));
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
      connections: this.#connections.size,
      uncommitted_bytes: this.#uncommitted,
    };
  }

  /** Hands over what is left, commits, puts it on the disk, and ends the thread. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#handOver();
    if (this.#alive) await this.#calls.call('close', []);
    this.#alive = false;
    this.#calls.ended('the recorder is closed');
    await this.#worker.terminate();
  }

  #full(bytes: number): boolean {
    const wanted = this.#uncommitted + this.#builder.length + bytes;
    if (wanted > this.#bound) this.#overrun = true;
    else if (wanted < this.#bound / 2) this.#overrun = false;
    return this.#overrun;
  }

  #endGap(connection: ConnectionNumber, live: LiveConnection, to: number): void {
    if (live.blind === null) return;
    const { from, reason } = live.blind;
    live.blind = null;
    this.#counts.gaps += 1;
    this.#builder.event({ kind: 'gap', connection, from, to, reason });
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#handOver();
    }, HAND_OVER_MS);
  }

  #handOver(): void {
    if (this.#builder.empty || !this.#alive) return;
    const cost = this.#builder.length + this.#builder.frames * FRAME_COST;
    const batch = this.#builder.take();
    this.#uncommitted += cost;
    this.#calls.call('record', [batch], [batch.rows.buffer, batch.bytes.buffer]).then(
      () => {
        this.#uncommitted -= cost;
      },
      () => {
        // The thread has ended: onFailure has been told, and every further frame is counted as unrecorded.
        this.#counts.failures += 1;
        this.#uncommitted -= cost;
      },
    );
  }

  #onCommitted(committed: Committed): void {
    this.#counts.commits += 1;
    for (const [connection, through] of committed.through) {
      const live = this.#connections.get(connection);
      if (live !== undefined) live.capturedThrough = through;
    }
    for (const { site, changes } of committed.sites) {
      const numbered = changes.map((change) => {
        this.#committed += 1;
        if (change.change === 'entry') this.#counts.entries += 1;
        else this.#counts.updates += 1;
        return { ...change, seq: this.#committed };
      });
      for (const listener of this.#listeners) listener(site, numbered);
    }
  }
}
