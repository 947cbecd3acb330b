/** An import of uploaded files, from its preview to its report. It lives as long as the server at most. */

import type { OcppVersion } from '@ocpp-logs/core';
import type { SeenFrom } from '../direction-finder.ts';
import type { ImportProgress } from '../engine.ts';
import type { FileReport } from '../report.ts';
import type { SpooledFile } from './spool.ts';

export const JOB_STATES = ['previewed', 'waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What can be handed to a thread of the options of an import. */
export interface JobOptions {
  /** Name of a format; null: recognised by content. */
  readonly format: string | null;
  readonly charger: string | null;
  readonly start: string | null;
  readonly timeZone: string | null;
  readonly date: string | null;
  readonly version: OcppVersion | null;
  readonly seenFrom: SeenFrom | null;
}

export interface JobProgress {
  /** Read of the files as they were sent. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly frames: number;
  readonly entriesPerSecond: number;
}

export interface ImportJob {
  readonly id: string;
  /** Id of the key that asked for it. */
  readonly key: string;
  readonly site: string;
  readonly state: JobState;
  /** ms. */
  readonly created: number;
  /** ms, after which it is removed; null while it waits or runs. */
  readonly expires: number | null;
  /** Of the preview; of the import, once that has ended. */
  readonly files: readonly FileReport[];
  readonly progress: JobProgress;
  /** Of one that failed as a whole: why, for the person who asked. */
  readonly error: string | null;
}

export const JOB_ID = /^[0-9a-f]{24}$/;

export function hasEnded({ state }: ImportJob): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** What a thread tells while it reads. */
export type ReadProgress = Pick<ImportProgress, 'bytes' | 'frames' | 'entries'>;

export interface NewImport {
  readonly key: string;
  readonly site: string;
  readonly options: JobOptions;
  readonly files: readonly SpooledFile[];
}

/** It was removed while its uploader waited for it. */
export class ImportRemovedError extends Error {
  override readonly name = 'ImportRemovedError';

  constructor() {
    super('the import was removed');
  }
}

/** Awaited before anything is done for a job; where it rejects, nothing is. */
export type BeforeJob = (job: ImportJob) => Promise<void>;
