/** An export that is made in the background, kept for a while and taken away. */

import {
  type ExportEstimate,
  type ExportProgress,
  type ExportResult,
  type ExportWish,
  readsOf,
} from '../export.ts';
import { EXPORT_FORMATS } from '../format.ts';
import { FORMATS } from '../formats.ts';

export const JOB_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** All that is needed to make the export again; without the key, which is never written beside it. */
export interface JobWish extends Omit<ExportWish, 'pseudonymKey'> {
  readonly pseudonymise: boolean;
}

export interface ExportJob {
  readonly id: string;
  /** Id of the key that asked for it. */
  readonly key: string;
  readonly wish: JobWish;
  readonly state: JobState;
  /** ms. */
  readonly created: number;
  /** ms; of one that has not ended, when it would at the earliest. */
  readonly expires: number;
  readonly estimate: ExportEstimate;
  /** Not on the disk: it begins anew with the server. */
  readonly progress: ExportProgress | null;
  /** Of one that is done. */
  readonly result: ExportResult | null;
  /** Of one that failed: why, for the person who asked. */
  readonly error: string | null;
}

/** What stays of a job whose file is gone, for a while. */
export interface GoneJob {
  readonly id: string;
  readonly key: string;
  readonly sites: readonly string[];
  /** ms. */
  readonly gone: number;
}

const VERSION = 2;
export const JOB_ID = /^[0-9a-f]{24}$/;

export function hasEnded({ state }: ExportJob): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** 0 to 100; 100 only when it is done. */
export function percentOf({ state, progress, estimate }: ExportJob): number {
  if (state === 'done') return 100;
  const reads = readsOf(estimate);
  if (progress === null || reads === 0) return 0;
  const { entries, pass, passes } = progress;
  const { names = 0 } = estimate;
  const done = pass < passes ? Math.min(entries, names) : names + Math.min(entries, estimate.entries);
  const share = done / reads;
  return Math.min(99.9, Math.floor(share * 1000) / 10);
}

/** `ocpp-logs-depot-20260105-20260106.csv`. */
export function fileNameOf({ query, form, format }: JobWish): string {
  const [only, another] = form.sites;
  const whose = another === undefined ? (only?.id ?? '') : `${form.sites.length}-sites`;
  const site = whose.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
  const from = Math.min(...query.filters.map((filter) => filter.from));
  const to = Math.max(...query.filters.map((filter) => filter.to));
  const name = ['ocpp-logs', site, day(from), day(to)].filter((part) => part !== '');
  return `${name.join('-').slice(0, 200)}.${FORMATS[format].extension}`;
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What {@link jobText} wrote, or null: then it is none of ours, or torn. */
export function readJob(text: string): ExportJob | GoneJob | null {
  const value = upgraded(parsed(text));
  if (
    !isMembers(value) ||
    value.version !== VERSION ||
    typeof value.id !== 'string' ||
    !JOB_ID.test(value.id)
  ) {
    return null;
  }
  if (typeof value.key !== 'string') return null;
  // Safe: the version says that jobText wrote it, and these are the members by which a torn or foreign text is told.
  if (typeof value.gone === 'number' && Array.isArray(value.sites)) return value as unknown as GoneJob;
  const { wish, state, result } = value;
  if (!isMembers(wish) || !isMembers(wish.query) || !isMembers(wish.form)) return null;
  if (!Array.isArray(wish.query.filters) || !Array.isArray(wish.form.sites)) return null;
  if (!EXPORT_FORMATS.some((format) => format === wish.format)) return null;
  if (!JOB_STATES.some((known) => known === state) || (state === 'done' && !isMembers(result))) return null;
  // Safe: as above.
  return value as unknown as ExportJob;
}

/** Version 1 knew exports of one site alone, and of all columns. */
function upgraded(value: unknown): unknown {
  if (!isMembers(value) || value.version !== 1) return value;
  if (typeof value.gone === 'number') return { ...value, version: VERSION, sites: [value.site] };
  const { wish } = value;
  if (!isMembers(wish) || !isMembers(wish.query) || !isMembers(wish.form)) return null;
  const { filter, ...query } = wish.query;
  const { site, siteName, ...form } = wish.form;
  return {
    ...value,
    version: VERSION,
    wish: {
      ...wish,
      query: { ...query, filters: [filter], only: null },
      form: { ...form, sites: [{ id: site, name: siteName }], columns: null },
    },
  };
}

export function jobText(job: ExportJob | GoneJob): string {
  return JSON.stringify({ version: VERSION, ...job, ...('gone' in job ? {} : { progress: null }) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
