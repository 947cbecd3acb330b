/** What entries of a day are counted by: a few groupings by what seldom differs, instead of one of all combinations. */

import { QUERY_FIELDS, type QueryNode } from '@ocpp-logs/core';
import type { EntryFilter } from '../store.ts';

export interface RolledGroup {
  /** Its column. */
  readonly name: 'by_hour' | 'by_station' | 'by_told' | 'by_connector';
  /** As those of entries are named; `hour` is that of the day, UTC. */
  readonly columns: readonly string[];
}

/** Each counts every entry once. By every one can be filtered by kind and action. */
export const ROLLED_GROUPS: readonly RolledGroup[] = [
  { name: 'by_hour', columns: ['hour', 'kind', 'action', 'outcome', 'direction', 'ocpp'] },
  { name: 'by_station', columns: ['charger', 'kind', 'action'] },
  { name: 'by_told', columns: ['statuses', 'errors', 'findings', 'kind', 'action'] },
  { name: 'by_connector', columns: ['connector', 'kind', 'action'] },
];

/** The one that has them all; null: none, or nothing is known of what is asked. */
export function rolledGroupOf(columns: readonly string[] | null): RolledGroup | null {
  if (columns === null) return null;
  return ROLLED_GROUPS.find((group) => columns.every((column) => group.columns.includes(column))) ?? null;
}

/** By which a filter asks; null where more than columns of a group tells whether an entry matches. */
export function columnsAsked(filter: EntryFilter): readonly string[] | null {
  const ofQuery = filter.query === null ? [] : columnsOfQuery(filter.query);
  if (ofQuery === null) return null;
  return [
    ...ofQuery,
    ...(filter.actions === null ? [] : ['action']),
    ...(filter.chargers === null ? [] : ['charger']),
    ...(filter.connectors === null ? [] : ['connector']),
  ];
}

/** Of kind and outcome alone SQL tells all: the letters of other values may be odd. */
function columnsOfQuery(node: QueryNode): readonly string[] | null {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const parts = node.parts.map(columnsOfQuery);
      return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
    }
    case 'not':
      return columnsOfQuery(node.part);
    case 'field': {
      const source = QUERY_FIELDS.get(node.field)?.source;
      if (source?.of !== 'column' || node.test.test === 'range') return null;
      return source.column === 'kind' || source.column === 'outcome' ? [source.column] : null;
    }
    default:
      return null;
  }
}
