/** A filter as SQL over the tables of one file: names become the file's numbers. */

import type { EntryFilter } from '../store.ts';
import { kindCode } from './codes.ts';
import { FREQUENT_MAX } from './layout.ts';
import type { Place } from './month.ts';
import { placeAt } from './month.ts';
import type { ReaderFile } from './reader-files.ts';
import type { Value } from './sql.ts';

export interface Conditions {
  /** Joined by AND; holds for rows of `entry` and of the roll-up alike. */
  readonly sql: string;
  readonly values: readonly Value[];
  /** The roll-up that can answer them. */
  readonly rollUp: 'hour_action' | 'hour_charger';
  /** `entry`, and by which index its rows are found. */
  readonly entries: string;
  /** Whether matching rows are found without passing over others. */
  readonly indexed: boolean;
  /** Places: from, up to, not including, to. */
  readonly from: Place;
  readonly to: Place;
}

/** null where nothing in the file can match. */
export function conditionsFor(file: ReaderFile, filter: EntryFilter): Conditions | null {
  const from = Math.max(0, placeAt(file.month, filter.from));
  const to = Math.min(file.end, placeAt(file.month, filter.to));
  if (from >= to || filter.kinds.length === 0) return null;
  const parts: string[] = [];
  const values: Value[] = [];
  const among = (column: string, numbers: readonly number[]): boolean => {
    const [only] = numbers;
    parts.push(numbers.length === 1 ? `${column} = ?` : `${column} IN (SELECT value FROM json_each(?))`);
    values.push(numbers.length === 1 && only !== undefined ? only : JSON.stringify(numbers));
    return numbers.length > 0;
  };
  // At most 2^6 kinds of SQL text come of this.
  parts.push(`kind IN (${[...new Set(filter.kinds.map(kindCode))].sort().join(',')})`);
  let indexed = false;
  if (filter.actions !== null) {
    const actions = idsOf(filter.actions, (name) => file.actions.find(name));
    if (!among('action', actions)) return null;
    indexed = actions.every((action) => action > FREQUENT_MAX);
    if (indexed) parts.push(`action > ${FREQUENT_MAX}`);
    parts.push('kind = 0');
  }
  if (filter.chargers !== null) {
    if (
      !among(
        'charger',
        idsOf(filter.chargers, (name) => file.chargers.find(name)),
      )
    )
      return null;
  }
  if (filter.connectors !== null && !among('connector', filter.connectors)) return null;
  return {
    sql: parts.join(' AND '),
    values,
    rollUp: filter.chargers === null && filter.connectors === null ? 'hour_action' : 'hour_charger',
    entries: `entry ${indexed ? 'INDEXED BY entry_rare' : 'NOT INDEXED'}`,
    indexed,
    from,
    to,
  };
}

function idsOf(names: readonly string[], find: (name: string) => number | null): number[] {
  return [...new Set(names)].flatMap((name) => find(name) ?? []);
}
