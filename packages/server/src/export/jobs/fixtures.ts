/** For tests: exports of entries in memory, made when they are told to, in a folder of their own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { EntrySource } from '../../store/store.ts';
import { estimateExport } from '../estimate.ts';
import type { ExportEstimate, ExportProgress, ExportResult, ExportWish } from '../export.ts';
import { FORM, sourceOf, textsOf, VARIED, wishFor } from '../fixtures.ts';
import { runExport } from '../run.ts';
import { ExportJobs, type JobsOptions } from './export-jobs.ts';
import type { ExportRun, ExportRunner } from './export-runner.ts';
import { FileSink } from './file-sink.ts';
import type { JobWish } from './job.ts';

export const START = Date.UTC(2026, 0, 10, 12, 30);

/** Runs exports in this thread; while it is held, none begins to write. */
export class RunnerDouble implements ExportRunner {
  source: EntrySource = sourceOf(textsOf(VARIED), 1);
  estimated: ExportEstimate | null = null;
  readonly runs: ExportRun[] = [];
  closed = false;
  #held: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release();
    this.#held = Promise.resolve();
  }

  async estimate(wish: ExportWish): Promise<ExportEstimate> {
    return this.estimated ?? estimateExport(this.source, wish);
  }

  async run(
    run: ExportRun,
    onProgress: (progress: ExportProgress) => void,
    signal: AbortSignal,
  ): Promise<ExportResult> {
    this.runs.push(run);
    const sink = await FileSink.open(run.part, { room: run.room });
    try {
      signal.throwIfAborted();
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await Promise.race([this.#held, stopped]);
      signal.throwIfAborted();
      const result = await runExport(this.source, run.wish, sink, onProgress, signal);
      await sink.sync();
      return result;
    } finally {
      await sink.close();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export function jobWish(change: Partial<JobWish> = {}): JobWish {
  const { pseudonymKey: _, ...wish } = wishFor('ndjson');
  return { ...wish, form: FORM, pseudonymise: false, ...change };
}

export interface Desk {
  readonly folder: string;
  readonly clock: { now: number };
  readonly reports: string[];
  readonly runner: RunnerDouble;
  readonly jobs: ExportJobs;
  /** Another one over the same folder, as after a restart. */
  readonly again: (change?: Partial<JobsOptions>) => Promise<Desk>;
}

export async function desk(t: TestContext, change: Partial<JobsOptions> = {}): Promise<Desk> {
  const folder = change.folder ?? mkdtempSync(join(tmpdir(), 'exports-'));
  if (change.folder === undefined) t.after(() => rmSync(folder, { recursive: true }));
  const clock = { now: START };
  const runner = new RunnerDouble();
  const reports: string[] = [];
  const jobs = new ExportJobs({
    folder,
    runner,
    keepMs: 86_400_000,
    maxBytes: 1_000_000,
    atOnce: 1,
    perKey: 100,
    pseudonymKey: new Uint8Array(32).fill(7),
    lackOf: () => null,
    now: () => clock.now,
    report: (line) => reports.push(line),
    ...change,
  });
  await jobs.start();
  t.after(() => jobs.close());
  return { folder, clock, reports, runner, jobs, again: (other) => desk(t, { folder, ...other }) };
}
