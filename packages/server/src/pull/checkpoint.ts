/** How far a mirror has come. Pure: files are {@link CheckpointFile}'s. */

import { atMost, merged, type TimeSpan, without } from './span.ts';

/** One site of another server and the site here that it is mirrored into. */
export interface MirrorPair {
  readonly url: string;
  readonly site: string;
  readonly into: string;
}

export interface PullCounts {
  readonly windows: number;
  readonly requests: number;
  /** Entries of the other server; of all runs each once, by the times that were read already. */
  readonly entries: number;
  /** Frames that were new. */
  readonly accepted: number;
  /** Frames that were stored already. */
  readonly duplicates: number;
  /** Frames that were not taken, and what could not be read of entries. */
  readonly skipped: number;
}

export interface Checkpoint extends MirrorPair {
  readonly version: 1;
  /** Where the mirror begins, ms. */
  readonly from: number;
  /** All from `from` up to here was read, apart from the gaps; ms. */
  readonly through: number;
  readonly gaps: readonly TimeSpan[];
  /** What ended the last run early; null where nothing did. */
  readonly lastError: { readonly at: number; readonly message: string } | null;
  /** Of all runs. */
  readonly counts: PullCounts;
}

export const GAPS_MAX = 1000;
export const NO_COUNTS: PullCounts = {
  windows: 0,
  requests: 0,
  entries: 0,
  accepted: 0,
  duplicates: 0,
  skipped: 0,
};

export function fresh({ url, site, into }: MirrorPair, from: number): Checkpoint {
  return { version: 1, url, site, into, from, through: from, gaps: [], lastError: null, counts: NO_COUNTS };
}

/** `window` is stored; `failed` before it could not be read. */
export function afterWindow(
  checkpoint: Checkpoint,
  window: TimeSpan,
  failed: readonly TimeSpan[],
): Checkpoint {
  const gaps = merged([...without(checkpoint.gaps, window), ...failed]);
  const through = Math.max(checkpoint.through, window.to);
  return { ...checkpoint, through, gaps: atMost(gaps, GAPS_MAX) };
}

/** Reads again from `from`: what was read before counts as missing. */
export function readAgain(checkpoint: Checkpoint, from: number): Checkpoint {
  if (from >= checkpoint.through) return checkpoint;
  const gaps = merged([...checkpoint.gaps, { from, to: checkpoint.through }]);
  return { ...checkpoint, from: Math.min(checkpoint.from, from), gaps };
}

export function added(counts: PullCounts, more: Partial<PullCounts>): PullCounts {
  return {
    windows: counts.windows + (more.windows ?? 0),
    requests: counts.requests + (more.requests ?? 0),
    entries: counts.entries + (more.entries ?? 0),
    accepted: counts.accepted + (more.accepted ?? 0),
    duplicates: counts.duplicates + (more.duplicates ?? 0),
    skipped: counts.skipped + (more.skipped ?? 0),
  };
}
