/**
 * One run of a mirror: what was missed before, then everything from a little before the checkpoint until shortly
 * before now, window by window. A window counts as read when its frames are on the disk; only then the checkpoint
 * says so, so that whatever ends the run, the next one goes on there. What comes twice the store recognises.
 */

import type { ChunkBounds, FrameSink } from '../import/sink.ts';
import { added, afterWindow, type Checkpoint, NO_COUNTS, type PullCounts } from './checkpoint.ts';
import { frameChunks } from './frame-chunks.ts';
import type { PullClock } from './patience.ts';
import { type PlanWish, planOf } from './plan.ts';
import { readWindow, WINDOW_LIMITS, type WindowLimits, type WindowReading } from './read-window.ts';
import { type Remote, RemoteAway, type RemoteEntry, RemoteRefusal, RemoteUnreadable } from './remote.ts';
import { lengthOf, merged, type TimeSpan, without } from './span.ts';
import { WINDOW_SIZES, WindowCutter, type WindowSizes } from './window-cutter.ts';

export interface CheckpointStore {
  read(): Checkpoint | null;
  /** On the disk when it returns. */
  write(checkpoint: Checkpoint): void;
  /** As if there had been no run. */
  remove(): void;
}

export interface PullProgress {
  readonly window: TimeSpan;
  /** What the run reads in the end; its gaps lie before it. */
  readonly span: TimeSpan;
  /** Entries read so far. */
  readonly entries: number;
}

export interface PullOptions extends PlanWish {
  readonly remote: Remote;
  readonly sink: FrameSink;
  readonly bounds: ChunkBounds;
  readonly checkpoints: CheckpointStore;
  readonly clock: PullClock;
  readonly signal: AbortSignal;
  readonly limits?: WindowLimits;
  readonly sizes?: WindowSizes;
  /** Another run follows soon: calls go on waiting for their answers. */
  readonly following?: boolean;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface UnreadWindow {
  readonly window: TimeSpan;
  readonly reason: string;
}

export interface PullReport {
  /** Where this run began to read, apart from gaps, and up to where it meant to. */
  readonly span: TimeSpan;
  readonly checkpoint: Checkpoint;
  /** Of this run. */
  readonly counts: PullCounts;
  /** Why parts were left out, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly unread: readonly UnreadWindow[];
  /** What ended the run early. */
  readonly error: string | null;
  /** A person has to change something before another run makes sense. */
  readonly refused: boolean;
  readonly interrupted: boolean;
}

/** Windows that fail one after the other: then it is the server, not the windows. */
const FAILURES_MAX = 3;
const UNREAD_TOLD = 20;
const NOTHING = new Uint8Array();

export async function pull(options: PullOptions): Promise<PullReport> {
  return await new PullRun(options).run();
}

class PullRun {
  readonly #options: PullOptions;
  readonly #span: TimeSpan;
  readonly #requestsBefore: number;
  readonly #countsBefore: PullCounts;
  #checkpoint: Checkpoint;
  #counts = NO_COUNTS;
  /** Times that were read by now: what comes of them again counts no second time. */
  #seen: readonly TimeSpan[];
  /** Entries of other times. */
  #firstSeen = 0;
  readonly #skipped = new Map<string, number>();
  readonly #unread: UnreadWindow[] = [];

  constructor(options: PullOptions) {
    this.#options = options;
    this.#requestsBefore = options.remote.requests;
    const saved = options.checkpoints.read();
    const plan = planOf(saved, options, options.clock.now());
    this.#seen = saved === null ? [] : readBefore(saved);
    this.#checkpoint = plan.checkpoint;
    this.#countsBefore = plan.checkpoint.counts;
    this.#span = plan.span;
  }

  async run(): Promise<PullReport> {
    const stopped = await this.#readAll();
    const { signal } = this.#options;
    const interrupted = stopped !== null && signal.aborted && stopped === signal.reason;
    const error = stopped === null || interrupted ? this.#shortfall(interrupted) : messageOf(stopped);
    this.#save({ lastError: error === null ? null : { at: this.#options.clock.now(), message: error } });
    // A fault of the store or of our own is for whoever called.
    if (stopped !== null && !interrupted && !isRemote(stopped)) throw stopped;
    // A mirror of which nothing could be read never came to be: a wrong address is told, not remembered.
    if (this.#checkpoint.counts.windows === 0) this.#options.checkpoints.remove();
    return {
      span: this.#span,
      checkpoint: this.#checkpoint,
      counts: this.#counts,
      skipped: this.#skipped,
      unread: this.#unread,
      error,
      refused: stopped instanceof RemoteRefusal,
      interrupted,
    };
  }

  /** What ended it early. */
  async #readAll(): Promise<unknown> {
    try {
      this.#save({});
      await this.#readGaps();
      await this.#readSpan(this.#span);
      await this.#endSource();
      return null;
    } catch (error) {
      return error;
    }
  }

  /** What has no answer there by now is `unanswered`; the next run still completes it. */
  async #endSource(): Promise<void> {
    const { sink, remote, following = false } = this.#options;
    const reached = this.#checkpoint.through >= this.#span.to;
    if (following || !reached || this.#counts.entries === 0 || remote.exact === false) return;
    await sink.ingest(NOTHING, true);
  }

  /** Why the end was not reached although nothing stopped the run. */
  #shortfall(interrupted: boolean): string | null {
    if (interrupted || this.#checkpoint.through >= this.#span.to) return null;
    return this.#unread.at(-1)?.reason ?? null;
  }

  #save(change: Partial<Checkpoint>): void {
    const requests = this.#options.remote.requests - this.#requestsBefore;
    this.#counts = { ...this.#counts, requests };
    const sums = added(this.#countsBefore, this.#counts);
    const counts = { ...sums, entries: this.#countsBefore.entries + this.#firstSeen };
    this.#checkpoint = { ...this.#checkpoint, ...change, counts };
    this.#options.checkpoints.write(this.#checkpoint);
  }

  async #readGaps(): Promise<void> {
    for (const gap of this.#checkpoint.gaps) {
      // What cannot be read again must not keep from the rest; the next run tries it first.
      if (!(await this.#readSpan(gap))) return;
    }
  }

  /** False where the server failed at windows one after the other. */
  async #readSpan(span: TimeSpan): Promise<boolean> {
    const cutter = new WindowCutter(span, this.#sizesFor(span));
    let failures = 0;
    let failed: TimeSpan[] = [];
    for (let window = cutter.window; window !== null; window = cutter.window) {
      this.#options.signal.throwIfAborted();
      this.#options.onProgress?.({ window, span: this.#span, entries: this.#counts.entries });
      const reading = await this.#read(window, cutter.divisible);
      if (reading.kind === 'too-much') {
        cutter.shrink(reading.count);
      } else if (reading.kind === 'unreadable') {
        failures += 1;
        if (failures === 1 && cutter.narrow()) continue;
        failed.push(window);
        if (this.#unread.length < UNREAD_TOLD) this.#unread.push({ window, reason: reading.reason });
        if (failures === FAILURES_MAX) return false;
        cutter.advance(null);
      } else {
        await this.#store(reading.entries);
        this.#counts = added(this.#counts, { windows: 1, entries: reading.entries.length });
        this.#see(window, reading.entries);
        this.#save(afterWindow(this.#checkpoint, window, failed));
        failures = 0;
        failed = [];
        cutter.advance(reading.entries.length);
      }
    }
    return true;
  }

  #see(window: TimeSpan, entries: readonly RemoteEntry[]): void {
    const known = this.#seen.filter(({ from, to }) => from < window.to && to > window.from);
    this.#firstSeen += entries.filter(
      ({ at }) => !known.some(({ from, to }) => at >= from && at < to),
    ).length;
    this.#seen = merged([...this.#seen, window]);
  }

  /** A gap that could not be read as a whole is read in parts. */
  #sizesFor(span: TimeSpan): WindowSizes {
    const sizes = this.#options.sizes ?? WINDOW_SIZES;
    if (span === this.#span) return sizes;
    return { ...sizes, first: Math.max(1, Math.min(sizes.first, Math.ceil(lengthOf(span) / 2))) };
  }

  async #read(window: TimeSpan, divisible: boolean): Promise<WindowReading> {
    const { remote, signal, limits = WINDOW_LIMITS } = this.#options;
    try {
      return await readWindow(remote, { window, divisible, limits }, signal);
    } catch (error) {
      if (error instanceof RemoteUnreadable) return { kind: 'unreadable', reason: error.message };
      throw error;
    }
  }

  async #store(entries: readonly RemoteEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { sink, remote, bounds } = this.#options;
    const { bodies, skipped } = frameChunks(entries, bounds);
    for (const body of bodies) {
      // Published pages tell of no answer but the status of an id tag: a call without one did not time out.
      const { accepted, duplicates, rejected } = await sink.ingest(body, remote.exact === false);
      this.#counts = added(this.#counts, { accepted, duplicates });
      for (const { reason } of rejected) this.#skip(reason, 1);
    }
    for (const [reason, count] of skipped) this.#skip(reason, count);
  }

  #skip(reason: string, count: number): void {
    this.#counts = added(this.#counts, { skipped: count });
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + count);
  }
}

function readBefore({ from, through, gaps }: Checkpoint): readonly TimeSpan[] {
  return gaps.reduce(without, [{ from, to: through }]);
}

function isRemote(error: unknown): boolean {
  return error instanceof RemoteRefusal || error instanceof RemoteAway;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
