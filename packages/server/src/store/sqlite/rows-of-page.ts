/** Rows of a page in one file: from a position on, or with some passed over. */

import type { EntryId } from '@ocpp-logs/core';
import type { SortOrder } from '../store.ts';
import type { Conditions } from './conditions.ts';
import type { Stretch } from './count.ts';
import { placeOfId } from './month.ts';
import type { ReaderFile } from './reader-files.ts';
import type { NumberRow } from './sql.ts';
import { findAfter, findRows } from './walk.ts';

export function findPage(
  file: ReaderFile,
  conditions: Conditions,
  stretches: Iterable<Stretch>,
  order: SortOrder,
  after: EntryId | null,
  skip: number,
  limit: number,
): NumberRow[] {
  if (after === null) return findRows(file.db, conditions, stretches, order, skip, limit);
  return findAfter(file.db, conditions, stretches, order, placeOfId(file.month, after), limit);
}
