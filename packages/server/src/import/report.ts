/** What is told of each file in the end, for scripts and over HTTP. */

import type { Kind } from '@ocpp-logs/core';
import type { FileOutcome, FirstEntry, SkippedReason } from './file-outcome.ts';
import type { LackedOption } from './format.ts';

export interface FileReport {
  readonly file: string;
  readonly format: string | null;
  readonly frames: number;
  /** Kinds of which there are any. */
  readonly entries: Readonly<Partial<Record<Kind, number>>>;
  /** The first 1,000, by line. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly from: string | null;
  readonly to: string | null;
  readonly chargers: readonly string[];
  readonly evidence: string;
  readonly guess: string | null;
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  /** Left out by the level of the site. */
  readonly left_out_by_level: number;
  readonly skipped_lines: number;
  readonly skipped_reasons: readonly SkippedReason[];
  readonly failure: string | null;
  /** The option without which it cannot be read; null where none would help. */
  readonly lacks: LackedOption | null;
  /** What was not as it should be, and is read all the same. */
  readonly notes: readonly string[];
  /** Only its beginning was read. */
  readonly partial: boolean;
  readonly first_entries: readonly FirstEntry[];
}

export function fileReport(outcome: FileOutcome): FileReport {
  const { file, recognised, range } = outcome;
  return {
    file,
    format: recognised.format,
    frames: outcome.frames,
    entries: outcome.entries,
    skipped: outcome.skipped,
    from: range?.from ?? null,
    to: range?.to ?? null,
    chargers: outcome.chargers,
    evidence: recognised.evidence,
    guess: recognised.guess,
    events: outcome.events,
    accepted: outcome.accepted,
    duplicates: outcome.duplicates,
    left_out_by_level: outcome.leftOut,
    skipped_lines: outcome.skippedLines,
    skipped_reasons: outcome.reasons,
    failure: outcome.failure,
    lacks: outcome.lacks,
    notes: outcome.notes,
    partial: outcome.partial,
    first_entries: outcome.first,
  };
}

export interface Totals {
  readonly frames: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly left_out_by_level: number;
  readonly entries: number;
  readonly skipped_lines: number;
}

export function totals(files: readonly FileReport[]): Totals {
  const sum = (count: (file: FileReport) => number) => files.reduce((all, file) => all + count(file), 0);
  return {
    frames: sum(({ frames }) => frames),
    accepted: sum(({ accepted }) => accepted),
    duplicates: sum(({ duplicates }) => duplicates),
    left_out_by_level: sum(({ left_out_by_level }) => left_out_by_level),
    entries: sum(({ entries }) => Object.values(entries).reduce((all, count) => all + count, 0)),
    skipped_lines: sum(({ skipped_lines }) => skipped_lines),
  };
}
