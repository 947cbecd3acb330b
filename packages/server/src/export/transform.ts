/** What is done to entries on their way out of the store. */

import type { SiteEntry } from '../store/store.ts';
import type { ExportWish } from './export.ts';
import { pseudonymiser } from './pseudonymise.ts';

export interface Transform {
  /** Sees every entry before the first is written; null where that is not needed. */
  readonly collect: ((entries: readonly SiteEntry[]) => void) | null;
  readonly map: (entries: readonly SiteEntry[]) => readonly SiteEntry[];
}

const UNCHANGED: Transform = { collect: null, map: (entries) => entries };

/** One for each export. */
export function transformFor({ pseudonymKey }: ExportWish): Transform {
  return pseudonymKey === null ? UNCHANGED : pseudonymiser(pseudonymKey);
}
