/** What the result can be narrowed by, and how its values are told. */

import type { QueryField } from '@ocpp-logs/core';
import { FINDINGS } from '@ocpp-logs/core';
import { outcomeWords } from './outcomes.ts';

export interface FacetField {
  /** As the API and the search name it. */
  readonly field: FacetQueryField;
  readonly label: string;
  readonly open: boolean;
}

export type FacetQueryField = Extract<
  QueryField,
  | 'site'
  | 'station'
  | 'connector'
  | 'action'
  | 'direction'
  | 'outcome'
  | 'status'
  | 'error'
  | 'version'
  | 'finding'
>;

export const FACET_FIELDS: readonly FacetField[] = [
  { field: 'action', label: 'Action', open: true },
  { field: 'station', label: 'Charging station', open: true },
  { field: 'outcome', label: 'Outcome', open: true },
  { field: 'status', label: 'Status', open: true },
  { field: 'error', label: 'Error code', open: true },
  { field: 'connector', label: 'Charging point', open: false },
  { field: 'direction', label: 'Direction', open: false },
  { field: 'version', label: 'OCPP version', open: false },
  { field: 'finding', label: 'Finding', open: false },
  { field: 'site', label: 'Site', open: false },
];

/** Fields of so many values that one is looked for by a part of it. */
const FINDABLE: ReadonlySet<string> = new Set(['station', 'action', 'status', 'error']);

export function isFindable(field: QueryField): boolean {
  return FINDABLE.has(field);
}

const DIRECTIONS: Readonly<Record<string, string>> = {
  station_to_csms: 'Station to CSMS',
  csms_to_station: 'CSMS to station',
};

export function valueWords(
  field: FacetField['field'],
  value: string,
  siteNames: ReadonlyMap<string, string>,
): string {
  if (field === 'direction') return DIRECTIONS[value] ?? value;
  if (field === 'outcome') return outcomeWords(value).label;
  if (field === 'version') return `OCPP ${value}`;
  if (field === 'site') return siteNames.get(value) ?? value;
  return value;
}

/** What a value means, where its words do not say it. */
export function valueMeaning(field: FacetField['field'], value: string): string {
  if (field === 'outcome') return outcomeWords(value).means;
  // Safe: a lookup by a code that is none gives nothing.
  const finding = field === 'finding' ? FINDINGS[value as keyof typeof FINDINGS] : undefined;
  return finding?.text ?? value;
}
