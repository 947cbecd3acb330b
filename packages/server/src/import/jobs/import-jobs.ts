/**
 * Imports of uploaded files: a preview first, then the import, one at a time for a site and few for all. Jobs live in
 * memory, as the keys of their files do: with the server they are gone, and importing again adds nothing.
 */

import { randomBytes } from 'node:crypto';
import { PatientSink } from '../patient-sink.ts';
import { type NoRoomError, RoomySink } from '../room.ts';
import type { FrameSink } from '../sink.ts';
import type { ImportRunner, ReadResult } from './import-runner.ts';
import {
  type BeforeJob,
  hasEnded,
  type ImportJob,
  ImportRemovedError,
  type JobOptions,
  type NewImport,
  type ReadProgress,
} from './job.ts';
import { LackingOptionsError, lacksOf } from './lacks.ts';
import { type ClosingSink, lookAt } from './preview.ts';
import { Rate } from './rate.ts';
import type { Spool, SpooledFile } from './spool.ts';
import { TooManyImportsError, UnprovenUploads } from './unproven-uploads.ts';

/** What was previewed and not begun is removed after this, and what is told of one that has ended. */
const KEPT_MS = 3_600_000;
const SWEEP_MS = 30_000;
/** Ended ones that are told of. */
const ENDED_MAX = 100;
/** The recorder is one thread: more at once are no faster, one could keep a small one waiting for long. */
const RUNNING_MAX = 2;
const FAILED = 'the server failed, its log says why; import again, nothing is added twice';

export interface ImportJobsOptions {
  readonly spool: Spool;
  readonly runner: ImportRunner;
  /** Records what it gets; the site is there. */
  readonly sinkOf: (site: string) => FrameSink;
  /** Counts what would be recorded. */
  readonly drySinkOf: (site: string) => ClosingSink;
  /** Makes it where it is not there, for whoever began the import. */
  readonly makeSite: (site: string, begun: { readonly by: string; readonly id: string }) => Promise<void>;
  /** Jobs at once that have not ended, and uploads. */
  readonly jobsMax: number;
  /** Bytes that may come out of all that is packed in one import. */
  readonly unpackedMax: number;
  readonly now: () => number;
  readonly report: (line: string) => void;
}

type Listener = (job: ImportJob) => void;

interface Held {
  job: ImportJob;
  options: JobOptions;
  readonly files: readonly SpooledFile[];
  readonly stop: AbortController;
  readonly listeners: Set<Listener>;
  /** Somebody waits until its beginning is read, or it is written down. `upload`: its upload still has a place for it. */
  waited: 'upload' | 'run' | null;
}

export class ImportJobs {
  readonly #options: ImportJobsOptions;
  readonly #held = new Map<string, Held>();
  /** What really runs: of a removed one until it has stopped. */
  readonly #runs = new Map<Held, Promise<void>>();
  readonly #counts = { done: 0, failed: 0, cancelled: 0 };
  readonly unproven: UnprovenUploads;
  /** Keys of the uploads that go on. */
  readonly #uploads: string[] = [];
  #sweeping: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: ImportJobsOptions) {
    this.#options = options;
    this.unproven = new UnprovenUploads(options.jobsMax);
  }

  get spool(): Spool {
    return this.#options.spool;
  }

  /** Once, before anything else. */
  async start(): Promise<void> {
    await this.spool.open();
    this.#sweeping = setInterval(() => void this.sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  /**
   * Takes a place for an upload; it is given back by what is returned. One key has half of the places at most, but its
   * oldest previews make room. They are removed when the upload is there: not before, nobody knows yet whose it is.
   * Throws a TooManyImportsError.
   */
  admit(key: string): () => void {
    const { jobsMax } = this.#options;
    const room = this.#previewsOf(key).length;
    const [open, own] = [this.#open().length - room, this.#openOf(key) - room];
    if (this.#closed || open >= jobsMax)
      throw new TooManyImportsError(`${open} imports are there already; remove or finish one`);
    if (own >= this.#keyMax)
      throw new TooManyImportsError(
        `${own} imports of this key are there already; wait for one, or remove it`,
      );
    this.#uploads.push(key);
    let given = false;
    return () => {
      if (!given) this.#uploads.splice(this.#uploads.indexOf(key), 1);
      given = true;
    };
  }

  get #keyMax(): number {
    return Math.ceil(this.#options.jobsMax / 2);
  }

  /** Keys of the places that are taken. */
  #open(): readonly string[] {
    const held = [...this.#held.values()].filter(({ job, waited }) => !hasEnded(job) && waited !== 'upload');
    return [...this.#uploads, ...held.map(({ job }) => job.key)];
  }

  #openOf(key: string): number {
    return this.#open().filter((taken) => taken === key).length;
  }

  /** Those that nobody waits for, the oldest first. */
  #previewsOf(key: string): readonly ImportJob[] {
    return [...this.#held.values()]
      .filter(({ job, waited }) => job.key === key && job.state === 'previewed' && waited === null)
      .map(({ job }) => job);
  }

  #makeRoom(key: string): void {
    const { jobsMax } = this.#options;
    for (const { id } of this.#previewsOf(key)) {
      if (this.#openOf(key) <= this.#keyMax && this.#open().length <= jobsMax) return;
      this.remove(id).catch((error: unknown) => this.#reportFiles(id, error));
    }
  }

  /** What lacked something is looked at once more, with what is given now. */
  async #lookAgain(held: Held, options: JobOptions): Promise<void> {
    const { files } = await this.#look(held, options);
    held.stop.signal.throwIfAborted();
    const lacks = lacksOf(files);
    if (lacks.length > 0) throw new LackingOptionsError(lacks);
    this.#change(held, { files });
  }

  #look({ files, job, stop }: Held, options: JobOptions): Promise<ReadResult> {
    const { runner, unpackedMax } = this.#options;
    return lookAt(runner, { files, options, unpackedMax }, this.#options.drySinkOf(job.site), stop.signal);
  }

  /** Reads the beginning of the files into a report. The files are this job's now. */
  async preview(wanted: NewImport, before?: BeforeJob): Promise<ImportJob> {
    const held = await this.#taken(wanted, before, async (fresh) => {
      const result = await this.#look(fresh, wanted.options);
      if (fresh.job.state === 'previewed')
        this.#change(fresh, { files: result.files, error: this.#told(fresh, result.error) });
    });
    return held.job;
  }

  /** Without a preview. The files are this job's now. */
  async begin(wanted: NewImport, before?: BeforeJob): Promise<ImportJob> {
    const held = await this.#taken(wanted, before, async (fresh) => this.#begin(fresh));
    return held.job;
  }

  /** What goes wrong before it is there, `before` included, leaves nothing of it. */
  async #taken(
    wanted: NewImport,
    before: BeforeJob | undefined,
    then: (held: Held) => Promise<void>,
  ): Promise<Held> {
    this.#makeRoom(wanted.key);
    const held = this.#hold(wanted);
    held.waited = 'upload';
    try {
      await before?.(held.job);
      held.stop.signal.throwIfAborted();
      await then(held);
      if (held.job.state === 'cancelled') throw new ImportRemovedError();
    } catch (error) {
      this.#held.delete(held.job.id);
      await this.spool.remove(wanted.files);
      throw error;
    } finally {
      held.waited = null;
    }
    return held;
  }

  #begin(held: Held): void {
    this.#change(held, { state: 'waiting', expires: null });
    this.#next();
  }

  /**
   * Begins what was previewed; options that are given here count instead of the earlier ones. null: it was begun before.
   * Throws a {@link LackingOptionsError} where something is still missing, and what `before` rejects with: the preview is
   * then as it was.
   */
  async run(id: string, given: Partial<JobOptions> = {}, before?: BeforeJob): Promise<ImportJob | null> {
    const held = this.#held.get(id);
    if (held === undefined || held.job.state !== 'previewed' || held.waited !== null) return null;
    const options = { ...held.options, ...given };
    held.waited = 'run';
    try {
      if (lacksOf(held.job.files).length > 0) await this.#lookAgain(held, options);
      await before?.(held.job);
      held.stop.signal.throwIfAborted();
    } finally {
      held.waited = null;
    }
    held.options = options;
    this.#begin(held);
    return held.job;
  }

  /** The newest first. */
  list(): readonly ImportJob[] {
    return [...this.#held.values()].map(({ job }) => job).reverse();
  }

  get(id: string): ImportJob | null {
    return this.#held.get(id)?.job ?? null;
  }

  /** Called with every change; the last call has a job that has ended. Returns the call that ends it. */
  follow(id: string, listener: Listener): () => void {
    const held = this.#held.get(id);
    held?.listeners.add(listener);
    return () => held?.listeners.delete(listener);
  }

  /** Stops what has not ended, and removes what there is of it. What was recorded stays. */
  async remove(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    if (!hasEnded(held.job)) {
      this.#counts.cancelled += 1;
      held.stop.abort(new ImportRemovedError());
      this.#change(held, { state: 'cancelled' });
    }
    await this.spool.remove(held.files);
  }

  /** Removes what has expired. */
  async sweep(): Promise<void> {
    const now = this.#options.now();
    const ended = [...this.#held.values()].filter(({ job }) => hasEnded(job));
    const beyond = new Set(ended.slice(0, Math.max(0, ended.length - ENDED_MAX)));
    for (const held of [...this.#held.values()]) {
      const { expires, id } = held.job;
      if (beyond.has(held) || (expires !== null && expires <= now)) await this.remove(id);
    }
  }

  counters(): Readonly<Record<string, number>> {
    const inState = (state: ImportJob['state']) =>
      [...this.#held.values()].filter(({ job }) => job.state === state).length;
    return {
      imports_uploading: this.#uploads.length,
      imports_unproven: this.unproven.size,
      imports_previewed: inState('previewed'),
      imports_waiting: inState('waiting'),
      imports_running: inState('running'),
      imports_done_total: this.#counts.done,
      imports_failed_total: this.#counts.failed,
      imports_cancelled_total: this.#counts.cancelled,
    };
  }

  /** Ends what runs; what was recorded of it stays. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sweeping !== null) clearInterval(this.#sweeping);
    for (const { job } of [...this.#held.values()]) await this.remove(job.id);
    await Promise.all(this.#runs.values());
  }

  #hold({ key, site, options, files }: NewImport): Held {
    const created = this.#options.now();
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const held: Held = {
      job: {
        id: randomBytes(12).toString('hex'),
        key,
        site,
        state: 'previewed',
        created,
        expires: created + KEPT_MS,
        files: [],
        progress: { bytes: 0, totalBytes, frames: 0, entriesPerSecond: 0 },
        error: null,
      },
      options,
      files,
      stop: new AbortController(),
      listeners: new Set(),
      waited: null,
    };
    this.#held.set(held.job.id, held);
    return held;
  }

  #change(held: Held, change: Partial<ImportJob>): void {
    held.job = { ...held.job, ...change };
    for (const listener of [...held.listeners]) listener(held.job);
  }

  /** Begins what may begin. Two of one site at once would share its conversations. */
  #next(): void {
    for (const held of this.#held.values()) {
      const { site, state } = held.job;
      if (state !== 'waiting' || this.#closed || this.#runs.size >= RUNNING_MAX) continue;
      if ([...this.#runs.keys()].some(({ job }) => job.site === site)) continue;
      this.#change(held, { state: 'running' });
      const run = this.#run(held).finally(() => {
        this.#runs.delete(held);
        this.#next();
      });
      this.#runs.set(held, run);
    }
  }

  /** Never rejects. */
  async #run(held: Held): Promise<void> {
    const { files, options, stop } = held;
    const { id, site } = held.job;
    let onItsWay: Promise<unknown> = Promise.resolve();
    try {
      await this.#options.makeSite(site, { by: held.job.key, id });
      const roomy = new RoomySink(this.#options.sinkOf(site), () => this.spool.room());
      const patient = new PatientSink(roomy, stop.signal);
      const sink: FrameSink = {
        ingest: (body, last) => {
          const taken = patient.ingest(body, last);
          onItsWay = Promise.allSettled([onItsWay, taken]).then(() => undefined);
          return taken;
        },
      };
      const task = { files, options, bytesMax: null, unpackedMax: this.#options.unpackedMax };
      const result = await this.#options.runner.read(task, sink, this.#progressOf(held), stop.signal);
      this.#end(held, result, roomy.refused);
    } catch (error) {
      if (stop.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#end(held, { files: held.job.files, error: why }, null);
    } finally {
      // A removed one was given up at once: what the recorder has of it comes before another import of the site.
      await onItsWay;
      await this.spool.remove(files).catch((error: unknown) => this.#reportFiles(id, error));
    }
  }

  #reportFiles(id: string, error: unknown): void {
    this.#options.report(`files of import ${id} cannot be removed: ${String(error)}`);
  }

  #progressOf(held: Held): (progress: ReadProgress) => void {
    const { now } = this.#options;
    const rate = new Rate(now());
    return ({ bytes, frames, entries }) => {
      const { totalBytes } = held.job.progress;
      const entriesPerSecond = rate.take(now(), entries);
      this.#change(held, { progress: { bytes, totalBytes, frames, entriesPerSecond } });
    };
  }

  /** What went wrong in the server is the server's matter. */
  #told({ job }: Held, error: string | null): string | null {
    if (error === null) return null;
    this.#options.report(`import ${job.id} failed: ${error}`);
    return FAILED;
  }

  #end(held: Held, result: ReadResult, refused: NoRoomError | null): void {
    const { files } = result;
    // Not a fault of the server: whoever asked can do something about it.
    const error = refused?.message ?? this.#told(held, result.error);
    const failed = error !== null || files.every(({ failure }) => failure !== null);
    this.#counts[failed ? 'failed' : 'done'] += 1;
    const { progress } = held.job;
    const frames = files.reduce((sum, file) => sum + file.frames, 0);
    this.#change(held, {
      state: failed ? 'failed' : 'done',
      files,
      error,
      progress: { ...progress, bytes: failed ? progress.bytes : progress.totalBytes, frames },
      expires: this.#options.now() + KEPT_MS,
    });
  }
}
