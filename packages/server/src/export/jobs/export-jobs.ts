/**
 * The exports of a server: a queue, what runs, and what is kept until it is fetched. What was asked for is on the disk
 * before it is answered, so that a server that was killed makes it again.
 */

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type ExportEstimate, type ExportWish, readsOf } from '../export.ts';
import type { ExportFormatName } from '../format.ts';
import type { ExportRunner } from './export-runner.ts';
import { NO_ROOM } from './file-sink.ts';
import { type ExportJob, type GoneJob, hasEnded, type JobWish } from './job.ts';
import { JobFiles } from './job-files.ts';
import { reasonOf } from './reason.ts';

const HOUR = 3_600_000;
/** Of those that are kept, the ended ones among them. */
const JOBS_MAX = 1_000;
const WAITING_MAX = 20;
/** Where up to so many entries are read an export does not wait behind those that take long. */
export const SMALL_ENTRIES = 50_000;
const SWEEP_MS = 60_000;
/** For how long a file that is gone is told from one that never was, and how many of them. */
const GONE_MS = 7 * 24 * HOUR;
const GONE_MAX = 1_000;

export interface JobsOptions {
  /** The data folder. */
  readonly folder: string;
  readonly runner: ExportRunner;
  /** ms after which an export that has ended is removed. */
  readonly keepMs: number;
  /** Of all files together. */
  readonly maxBytes: number;
  /** Exports that run at once, besides one small one. */
  readonly atOnce: number;
  /** Exports of one key or person that wait or run. */
  readonly perKey: number;
  readonly pseudonymKey: Uint8Array;
  /** Why none of the format can be made now; null where it can. */
  readonly lackOf: (format: ExportFormatName) => string | null;
  readonly now: () => number;
  readonly report: (line: string) => void;
}

/** No further export can be taken now. */
export class TooManyExportsError extends Error {
  override readonly name = 'TooManyExportsError';
}

type Listener = (job: ExportJob) => void;
type BeforeJob = (job: ExportJob) => Promise<void>;

interface Held {
  job: ExportJob;
  readonly stop: AbortController;
  readonly listeners: Set<Listener>;
  /** Whether it is on the disk; nothing is begun that is not. */
  stored: boolean;
  /** What is being written of it, one after the other. */
  writing: Promise<void>;
}

/** Why a run is stopped. */
type Stop = 'removed' | 'closing' | 'no room';

export class ExportJobs {
  readonly #options: JobsOptions;
  readonly #files: JobFiles;
  readonly #held = new Map<string, Held>();
  readonly #gone = new Map<string, GoneJob>();
  readonly #runs = new Map<string, Promise<void>>();
  /** Those that are being told, by their wish; the runner bounds them. */
  readonly #estimates = new Map<string, Promise<ExportEstimate>>();
  readonly #counts = { done: 0, failed: 0, cancelled: 0, refused: 0 };
  #sweeping: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#files = new JobFiles(options.folder);
  }

  /** Once, before anything else. What an earlier run did not finish begins again. */
  async start(): Promise<void> {
    const { report } = this.#options;
    const { jobs, gone } = await this.#files.open(report);
    for (const each of gone) this.#gone.set(each.id, each);
    for (const job of jobs) {
      this.#hold({ ...job, progress: null, state: hasEnded(job) ? job.state : 'waiting' }, true);
    }
    await this.sweep();
    const failed = (error: unknown) => report(`exports could not be tidied: ${String(error)}`);
    this.#sweeping = setInterval(() => void this.sweep().catch(failed), SWEEP_MS);
    this.#sweeping.unref();
    this.#next();
  }

  lackOf(format: ExportFormatName): string | null {
    return this.#options.lackOf(format);
  }

  /** Told once where it is asked again meanwhile, as by a person who does not wait for it and has the file made. */
  estimate(wish: JobWish): Promise<ExportEstimate> {
    const key = JSON.stringify(wish);
    const known = this.#estimates.get(key);
    if (known !== undefined) return known;
    const estimate = this.#options.runner.estimate(this.#whole(wish)).finally(() => {
      this.#estimates.delete(key);
    });
    this.#estimates.set(key, estimate);
    return estimate;
  }

  /**
   * Throws a TooManyExportsError. `before` is awaited before the job is on the disk or runs: where it rejects, so does
   * this, and there is no such job.
   */
  async create(key: string, wish: JobWish, estimate: ExportEstimate, before?: BeforeJob): Promise<ExportJob> {
    this.#admit(key);
    const created = this.#options.now();
    const held = this.#hold(
      {
        id: randomBytes(12).toString('hex'),
        key,
        wish,
        state: 'waiting',
        created,
        expires: created + this.#options.keepMs,
        estimate,
        progress: null,
        result: null,
        error: null,
      },
      false,
    );
    try {
      held.writing = this.#store(held, before);
      await held.writing;
    } catch (error) {
      this.#held.delete(held.job.id);
      throw error;
    }
    held.stored = true;
    this.#next();
    return held.job;
  }

  async #store(held: Held, before?: BeforeJob): Promise<void> {
    await before?.(held.job);
    await this.#files.save(held.job);
  }

  #admit(key: string): void {
    const refusal = this.#refusal(key);
    if (refusal === null) return;
    this.#counts.refused += 1;
    throw new TooManyExportsError(refusal);
  }

  #refusal(key: string): string | null {
    const { perKey } = this.#options;
    if (this.#closed) return 'the server is closing';
    const own = this.list().filter((job) => job.key === key && !hasEnded(job)).length;
    if (own >= perKey) return `${own} exports of this key or person are not finished`;
    const waiting = this.#inState('waiting').length;
    if (waiting >= WAITING_MAX) return `${waiting} exports wait already`;
    return this.#held.size >= JOBS_MAX ? `${JOBS_MAX} exports are kept; remove some` : null;
  }

  list(): readonly ExportJob[] {
    return [...this.#held.values()].map(({ job }) => job);
  }

  get(id: string): ExportJob | GoneJob | null {
    return this.#held.get(id)?.job ?? this.#gone.get(id) ?? null;
  }

  /** Called with every change; the last call has a job that has ended. Returns the call that ends it. */
  follow(id: string, listener: Listener): () => void {
    const held = this.#held.get(id);
    held?.listeners.add(listener);
    return () => held?.listeners.delete(listener);
  }

  /** The job when it has ended; as it is then when `signal` is aborted before. */
  async ended(id: string, signal: AbortSignal): Promise<ExportJob | null> {
    const held = this.#held.get(id);
    if (held === undefined) return null;
    if (hasEnded(held.job) || signal.aborted) return held.job;
    return new Promise((resolve) => {
      const settle = (job: ExportJob) => {
        held.listeners.delete(onChange);
        signal.removeEventListener('abort', onAbort);
        resolve(job);
      };
      const onChange = (job: ExportJob) => {
        if (hasEnded(job)) settle(job);
      };
      const onAbort = () => settle(held.job);
      held.listeners.add(onChange);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Opened, so that it can be read to its end whatever becomes of the job; null where it is gone. */
  async file(job: ExportJob): Promise<FileHandle | null> {
    try {
      return await open(this.#files.pathOf(job), constants.O_RDONLY);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Cancels what has not ended, and removes what there is of it. */
  async remove(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    if (!hasEnded(held.job)) {
      this.#counts.cancelled += 1;
      held.stop.abort('removed' satisfies Stop);
      this.#change(held, { state: 'cancelled' });
    }
    this.#held.delete(id);
    const { key, wish } = held.job;
    const gone = { id, key, sites: wish.form.sites.map((site) => site.id), gone: this.#options.now() };
    this.#gone.set(id, gone);
    await this.#runs.get(id);
    await held.writing.catch(() => undefined);
    await this.#files.discard(held.job);
    await this.#files.save(gone);
    this.#next();
  }

  /** Removes what has expired. */
  async sweep(): Promise<void> {
    const now = this.#options.now();
    for (const { job } of [...this.#held.values()]) {
      if (hasEnded(job) && job.expires <= now) await this.remove(job.id);
    }
    const oldest = [...this.#gone.values()].sort((a, b) => a.gone - b.gone);
    const beyond = oldest.filter(({ gone }, at) => gone + GONE_MS <= now || at < oldest.length - GONE_MAX);
    for (const { id } of beyond) {
      this.#gone.delete(id);
      await this.#files.forget(id);
    }
  }

  /** Bytes of the files, those that are being written among them. */
  get bytes(): number {
    return this.list().reduce(
      (sum, { result, progress }) => sum + (result?.bytes ?? progress?.bytes ?? 0),
      0,
    );
  }

  counters(): Readonly<Record<string, number>> {
    return {
      exports_waiting: this.#inState('waiting').length,
      exports_running: this.#inState('running').length,
      exports_bytes: this.bytes,
      exports_done_total: this.#counts.done,
      exports_failed_total: this.#counts.failed,
      exports_cancelled_total: this.#counts.cancelled,
      exports_refused_total: this.#counts.refused,
    };
  }

  /** What has not ended goes on with the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    for (const { job, stop } of this.#held.values()) {
      if (!hasEnded(job)) stop.abort('closing' satisfies Stop);
    }
    await Promise.all(this.#runs.values());
    await Promise.all([...this.#held.values()].map(({ writing }) => writing.catch(() => undefined)));
    await this.#options.runner.close();
  }

  #hold(job: ExportJob, stored: boolean): Held {
    const held = {
      job,
      stop: new AbortController(),
      listeners: new Set<Listener>(),
      stored,
      writing: Promise.resolve(),
    };
    this.#held.set(job.id, held);
    return held;
  }

  #inState(state: ExportJob['state']): readonly Held[] {
    return [...this.#held.values()].filter(({ job }) => job.state === state);
  }

  #whole({ pseudonymise, ...wish }: JobWish): ExportWish {
    return { ...wish, pseudonymKey: pseudonymise ? this.#options.pseudonymKey : null };
  }

  #change(held: Held, change: Partial<ExportJob>): void {
    held.job = { ...held.job, ...change };
    for (const listener of [...held.listeners]) listener(held.job);
  }

  #save(held: Held): Promise<void> {
    const { job } = held;
    held.writing = held.writing.catch(() => undefined).then(() => this.#files.save(job));
    return held.writing;
  }

  /** Begins what may begin: large ones up to their number, and one small one beside them. */
  #next(): void {
    if (this.#closed) return;
    for (const held of this.#inState('waiting').filter(({ stored }) => stored)) {
      const small = isSmall(held.job);
      const running = this.#inState('running').filter(({ job }) => isSmall(job) === small).length;
      if (running >= (small ? 1 : this.#options.atOnce)) continue;
      this.#change(held, { state: 'running' });
      const run = this.#run(held).finally(() => {
        this.#runs.delete(held.job.id);
        this.#next();
      });
      this.#runs.set(held.job.id, run);
    }
  }

  /** Never rejects. */
  async #run(held: Held): Promise<void> {
    const { id, wish } = held.job;
    const { runner, maxBytes, now, keepMs, report } = this.#options;
    try {
      const run = {
        wish: this.#whole(wish),
        part: this.#files.partOf(held.job),
        room: Math.max(0, maxBytes - this.bytes),
      };
      const result = await runner.run(
        run,
        (progress) => {
          if (held.job.state !== 'running') return;
          this.#change(held, { progress });
          if (this.bytes > maxBytes) held.stop.abort('no room' satisfies Stop);
        },
        held.stop.signal,
      );
      held.stop.signal.throwIfAborted();
      await this.#files.finish(held.job);
      const done = { ...held.job, state: 'done', result, expires: now() + keepMs } as const;
      await this.#files.save(done);
      if (held.stop.signal.aborted) return;
      this.#counts.done += 1;
      this.#change(held, done);
    } catch (error) {
      const stop: unknown = held.stop.signal.aborted ? held.stop.signal.reason : null;
      if (stop === 'removed' || stop === 'closing') return;
      const told = stop === 'no room' ? NO_ROOM : reasonOf(error);
      if (told === null)
        report(`export ${id} failed: ${error instanceof Error ? error.message : String(error)}`);
      await this.#fail(held, told ?? 'the export failed; the log of the server says why');
    }
  }

  async #fail(held: Held, error: string): Promise<void> {
    const { now, keepMs, report } = this.#options;
    this.#counts.failed += 1;
    this.#change(held, { state: 'failed', error, expires: now() + keepMs });
    try {
      await this.#files.discard(held.job);
      await this.#save(held);
    } catch (problem) {
      // It is told to whoever asks now; the next start makes the export again.
      report(`export ${held.job.id} cannot be kept as failed: ${String(problem)}`);
    }
  }
}

function isSmall({ estimate }: ExportJob): boolean {
  return readsOf(estimate) <= SMALL_ENTRIES;
}
