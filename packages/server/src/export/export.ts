/** One export from beginning to end, in whichever thread it runs. */

import type { Kind } from '@ocpp-logs/core';
import type { EntriesQuery } from '../store/store.ts';
import type { ExportForm, ExportFormatName, Remark } from './format.ts';

export interface ExportWish {
  readonly query: EntriesQuery;
  readonly form: ExportForm;
  readonly format: ExportFormatName;
  /** Key of the hashes that replace what names a person or a device; null to leave everything as it is. */
  readonly pseudonymKey: Uint8Array | null;
}

export interface ExportProgress {
  /** Of this pass. */
  readonly entries: number;
  readonly bytes: number;
  /** Pseudonymising takes one pass more, before the others: over all of the site, to know every value. */
  readonly pass: number;
  readonly passes: number;
}

export interface ExportResult {
  readonly entries: number;
  readonly bytes: number;
  /** Hex SHA-256 of what was written. */
  readonly sha256: string;
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  readonly remarks: readonly Remark[];
}

export interface ExportEstimate {
  /** Exact at the time of asking. */
  readonly entries: number;
  /** By writing some of them. */
  readonly bytes: number;
  /** With pseudonyms: entries of the whole site, which are read before. */
  readonly names?: number;
}

/** Entries that are read, which is what takes time. */
export function readsOf({ entries, names = 0 }: ExportEstimate): number {
  return entries + names;
}
