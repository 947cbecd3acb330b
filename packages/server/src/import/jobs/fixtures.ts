/** For tests: imports with real threads and a real spool in a folder of their own, into sinks that remember. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FrameSink, SinkAnswer } from '../sink.ts';
import { ImportJobs, type ImportJobsOptions } from './import-jobs.ts';
import type { ImportRunner, ReadResult, ReadTask } from './import-runner.ts';
import { ImportThreads } from './import-threads.ts';
import type { ReadProgress } from './job.ts';
import type { ClosingSink } from './preview.ts';
import { Spool } from './spool.ts';

export const START = Date.UTC(2026, 0, 10, 12, 30);

/** Takes everything for a call of its own. */
export class SinkDouble implements ClosingSink {
  readonly lines: Record<string, unknown>[] = [];
  readonly ends: boolean[] = [];
  closed = 0;
  before: () => Promise<void> = async () => undefined;

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    await this.before();
    const texts = Buffer.from(body).toString().split('\n');
    const lines = texts
      .filter((text) => text !== '')
      .map((text): Record<string, unknown> => JSON.parse(text));
    this.lines.push(...lines);
    this.ends.push(last);
    return { accepted: lines.length, duplicates: 0, rejected: [], entries: { exchange: lines.length } };
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

/** Real threads, held before they begin where that is wanted. */
export class RunnerDouble implements ImportRunner {
  readonly #threads = new ImportThreads();
  readonly tasks: ReadTask[] = [];
  #held: Promise<void> = Promise.resolve();
  release: () => void = () => undefined;

  hold(): void {
    this.#held = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  async read(
    task: ReadTask,
    sink: FrameSink,
    onProgress: (progress: ReadProgress) => void,
    signal: AbortSignal,
  ): Promise<ReadResult> {
    this.tasks.push(task);
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    if (!signal.aborted) await Promise.race([this.#held, stopped]);
    return this.#threads.read(task, sink, onProgress, signal);
  }
}

export interface Desk {
  readonly jobs: ImportJobs;
  readonly runner: RunnerDouble;
  /** Data folder. */
  readonly folder: string;
  readonly stored: SinkDouble;
  readonly dry: SinkDouble;
  /** Sites that were made. */
  readonly made: string[];
  readonly reports: string[];
  readonly clock: { now: number };
  /** Free bytes of the disk, as the spool sees it. */
  readonly spoolRoom: { bytes: number };
}

export async function desk(t: TestContext, change: Partial<ImportJobsOptions> = {}): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-imports-'));
  const [stored, dry, runner] = [new SinkDouble(), new SinkDouble(), new RunnerDouble()];
  const made: string[] = [];
  const reports: string[] = [];
  const clock = { now: START };
  const spoolRoom = { bytes: 2 ** 50 };
  const jobs = new ImportJobs({
    spool: new Spool(folder, async () => spoolRoom.bytes),
    runner,
    sinkOf: () => stored,
    drySinkOf: () => dry,
    makeSite: async (site) => void made.push(site),
    jobsMax: 3,
    unpackedMax: 2 ** 40,
    now: () => clock.now,
    report: (line) => void reports.push(line),
    ...change,
  });
  await jobs.start();
  t.after(async () => {
    await jobs.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { jobs, runner, folder, stored, dry, made, reports, clock, spoolRoom };
}
