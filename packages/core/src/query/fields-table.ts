/** The short names of searched fields as a table for docs/search.md. */

import { FIELDS } from '../fields.ts';
import type { QueryFieldRow } from './query-fields.ts';
import { QUANTITIES, QUERY_FIELDS } from './query-fields.ts';

/** More values than these are not listed. */
const LISTED = 12;

export function searchFields(): string {
  const own: readonly string[] = FIELDS;
  const rows = [...QUERY_FIELDS]
    .filter(([name]) => !own.includes(name))
    .map(([name, row]) => {
      const also = row.aliases.map((alias) => `\`${alias}\``).join(', ');
      return `| \`${name}\` | ${also} | ${valuesOf(row)} | ${row.describe} |`;
    });
  return ['| field | also | values | |', '|---|---|---|---|', ...rows].join('\n');
}

function valuesOf({ quantity, values }: QueryFieldRow): string {
  if (values !== null) {
    return values.length > LISTED ? 'codes of findings' : values.map((value) => `\`${value}\``).join(', ');
  }
  if (quantity === null) return 'text';
  const units = Object.keys(QUANTITIES[quantity]).filter((unit) => unit !== '');
  return units.length === 0 ? 'number' : `number, ${units.map((unit) => `\`${unit}\``).join(' ')}`;
}
