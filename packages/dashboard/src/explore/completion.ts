/** What is offered while a search is typed, and what becomes of the text by taking it. */

import {
  type Completion,
  completionAt,
  literal,
  printQuery,
  QUERY_FIELDS,
  type QueryField,
} from '@ocpp-logs/core';

/** Fields whose existing values the server counts. */
const FACETED: ReadonlySet<string> = new Set([
  'site',
  'station',
  'connector',
  'action',
  'direction',
  'outcome',
  'status',
  'error',
  'version',
  'finding',
]);

const OFFERED_MAX = 12;

export interface Offer {
  readonly text: string;
  /** What it means, or how often it occurs. */
  readonly note: string;
}

export interface WantedValues {
  readonly field: QueryField;
  /** What is typed of the value. */
  readonly part: string;
}

/** Of which field existing values would help here. */
export function wantedValues(text: string, cursor: number): WantedValues | null {
  const { field = null, prefix = '' } = completionAt(text, cursor) ?? {};
  return field !== null && FACETED.has(field) ? { field, part: prefix.replaceAll(/["*?\\]/g, '') } : null;
}

export function offersAt(
  text: string,
  cursor: number,
  values: readonly { readonly value: string; readonly count: number }[],
): readonly Offer[] {
  const completion = completionAt(text, cursor);
  if (completion === null) return [];
  const { field, prefix, candidates } = completion;
  if (field === null) {
    // An empty search offers the short names; a letter offers every field that begins with it.
    const names = prefix === '' ? candidates.filter((name) => !name.includes('_')) : candidates;
    return names
      .slice(0, prefix === '' ? 16 : OFFERED_MAX)
      .map((name) => ({ text: name, note: describe(name) }));
  }
  const wanted = prefix.replaceAll(/["*?\\]/g, '').toLowerCase();
  const existing = values.filter(({ value }) => value.toLowerCase().includes(wanted));
  if (existing.length > 0) {
    return existing
      .slice(0, OFFERED_MAX)
      .map(({ value, count }) => ({ text: written(field, value), note: count.toLocaleString('en') }));
  }
  return candidates.slice(0, OFFERED_MAX).map((value) => ({ text: value, note: '' }));
}

function describe(name: string): string {
  if (name === 'has:') return 'entries that have a value of a field';
  // Safe: a lookup by a name that is none gives nothing.
  return QUERY_FIELDS.get(name.replace(/:$/, '') as QueryField)?.describe ?? '';
}

/** With quotes where the grammar needs them. */
function written(field: QueryField, value: string): string {
  if (QUERY_FIELDS.get(field)?.quantity != null) return value;
  const node = { kind: 'field', field, test: { test: 'is', pattern: literal(value) } } as const;
  return printQuery(node).slice(field.length + 1);
}

export interface Taken {
  readonly text: string;
  readonly cursor: number;
}

/** The offer in place of what was typed of it; behind a whole term a blank, so that the next can follow. */
export function takeOffer(text: string, cursor: number, offer: Offer): Taken {
  const completion: Completion | null = completionAt(text, cursor);
  if (completion === null) return { text, cursor };
  const behind = text.slice(completion.to);
  const blank = offer.text.endsWith(':') || /^[\s)]/.test(behind) ? '' : ' ';
  const before = text.slice(0, completion.from) + offer.text + blank;
  return { text: before + behind, cursor: before.length };
}
