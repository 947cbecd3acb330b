/** A filter as SQL over the tables of one file: names become the file's numbers. */

import { type EntryText, matcherOf, type QueryNode } from '@ocpp-logs/core';
import { findingsOf } from '../../validate/findings-of.ts';
import type { EntryFilter } from '../store.ts';
import { kindCode } from './codes.ts';
import { FREQUENT_MAX } from './layout.ts';
import type { Place } from './month.ts';
import { placeAt } from './month.ts';
import { ALWAYS, actionIds, queryConditions } from './query-conditions.ts';
import type { ReaderFile } from './reader-files.ts';
import type { Value } from './sql.ts';

/** Whether stations and connectors are told, by which many more rows come of it. */
export type RollUp = 'action' | 'charger';

export interface Conditions {
  /** Joined by AND; holds for rows of `entry` and of the roll-up alike. */
  readonly sql: string;
  readonly values: readonly Value[];
  /** The roll-up that can answer them. */
  readonly rollUp: RollUp;
  /** `entry`, and by which index its rows are found. */
  readonly entries: string;
  /** Whether matching rows are found without passing over others. */
  readonly indexed: boolean;
  /** Whether rows that match may be rare among others. */
  readonly selective: boolean;
  /** Places: from, up to, not including, to. */
  readonly from: Place;
  readonly to: Place;
  /** Of rows for which `sql` holds: whether the filter does. null: it does. */
  readonly residual: ((entry: EntryText) => boolean) | null;
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
  let plugs = filter.chargers !== null || filter.connectors !== null;
  let exact = true;
  if (filter.query !== null) {
    const query = queryConditions(file, filter.query);
    if (query.over.text === '0') return null;
    if (query.over.text !== ALWAYS.text) parts.push(query.over.text);
    values.push(...query.over.values);
    plugs ||= query.plugs;
    exact = query.exact;
    if (!indexed && onlyRare(file, filter.query)) {
      indexed = true;
      parts.push(`action > ${FREQUENT_MAX}`);
    }
  }
  return {
    sql: parts.join(' AND '),
    values,
    residual: exact ? null : matcherOf(filter.query, null, findingsOf),
    rollUp: plugs ? 'charger' : 'action',
    entries: `entry ${indexed ? 'INDEXED BY entry_rare' : 'NOT INDEXED'}`,
    indexed,
    selective: parts.length > 1 || !filter.kinds.includes('exchange'),
    from,
    to,
  };
}

/** Whether the search can hold for actions of the index of rare ones only. */
function onlyRare(file: ReaderFile, query: QueryNode): boolean {
  if (query.kind === 'all') return query.parts.some((part) => onlyRare(file, part));
  if (query.kind === 'any') return query.parts.every((part) => onlyRare(file, part));
  if (query.kind !== 'field' || query.field !== 'action' || query.test.test !== 'is') return false;
  return actionIds(file, query.test.pattern).every((action) => action > FREQUENT_MAX);
}

function idsOf(names: readonly string[], find: (name: string) => number | null): number[] {
  return [...new Set(names)].flatMap((name) => find(name) ?? []);
}
