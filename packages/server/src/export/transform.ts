/** What is done to entries on their way out of the store. */

import type { EntryText } from '@ocpp-logs/core';
import type { ExportWish } from './export.ts';
import { pseudonymiser } from './pseudonymise.ts';

export interface Transform {
  /** Sees every entry before the first is written; null where that is not needed. */
  readonly collect: ((entries: readonly EntryText[]) => void) | null;
  readonly map: (entries: readonly EntryText[]) => readonly EntryText[];
}

const UNCHANGED: Transform = { collect: null, map: (entries) => entries };

/** One for each export. */
export function transformFor({ pseudonymKey }: ExportWish): Transform {
  return pseudonymKey === null ? UNCHANGED : pseudonymiser(pseudonymKey);
}
