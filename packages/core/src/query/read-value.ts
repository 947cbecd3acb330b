/** What stands behind `field:`: a text with wildcards, an amount with a unit, a comparison or a range. */

import { nearest } from '../nearest.ts';
import type { Amount, Bound, FieldTest, Pattern } from './ast.ts';
import { literalOf } from './ast.ts';
import type { Quantity, QueryField, QueryFieldRow } from './query-fields.ts';
import { QUANTITIES, QUERY_FIELDS } from './query-fields.ts';
import { patternOf, QueryFault, type Scan } from './scan.ts';

const AMOUNT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z%]*)$/;
const COMPARISONS = ['>=', '<=', '>', '<', '='] as const;

export function readValue(scan: Scan, field: QueryField): FieldTest {
  const row = QUERY_FIELDS.get(field);
  const start = scan.at;
  if (row === undefined) throw new QueryFault(start, `there is no field ${field}`);
  if (scan.atEnd() || scan.peek() === ')') throw new QueryFault(start, `a value of ${field} must follow`);
  const opening = scan.peek();
  if (opening === '[' || opening === '{') return readRange(scan, field, quantityOf(row, field, start));
  for (const sign of COMPARISONS) {
    if (!scan.take(sign)) continue;
    const quantity = quantityOf(row, field, start);
    return compared(sign, readAmount(scan.at, scan.word(), field, quantity));
  }
  if (row.quantity === null) return readText(scan, field, row);
  const word = scan.word();
  if (word === '*') return { test: 'present' };
  return compared('=', readAmount(start, word, field, row.quantity));
}

function quantityOf({ quantity }: QueryFieldRow, field: QueryField, at: number): Quantity {
  if (quantity !== null) return quantity;
  throw new QueryFault(
    at,
    `${field} is text: comparisons and ranges are for numbers; use * for a part, such as ${field}:Fault*`,
  );
}

function readText(scan: Scan, field: QueryField, { values }: QueryFieldRow): FieldTest {
  const start = scan.at;
  const quoted = scan.next() === '"';
  const pattern = quoted ? scan.pattern() : patternOf(scan.word());
  const [only] = pattern.pieces;
  if (pattern.pieces.length === 1 && only !== undefined && 'wild' in only && only.wild === 'many') {
    return { test: 'present' };
  }
  return { test: 'is', pattern: values === null ? pattern : known(pattern, field, values, start) };
}

/** A value of a list in the list's own spelling. */
function known(pattern: Pattern, field: QueryField, values: readonly string[], at: number): Pattern {
  const given = literalOf(pattern);
  if (given === null) return pattern;
  const value = values.find((each) => each.toLowerCase() === given.toLowerCase());
  if (value !== undefined) return { pieces: [{ text: value }] };
  const near = nearest(given, values);
  const hint = near === null ? `it is one of ${values.join(', ')}` : `did you mean ${near}?`;
  throw new QueryFault(at, `${field} is never "${given}"; ${hint}`);
}

function readAmount(at: number, word: string, field: QueryField, quantity: Quantity): Amount {
  const [, digits = '', unit = ''] = AMOUNT.exec(word) ?? [];
  const factors: Readonly<Record<string, number>> = QUANTITIES[quantity];
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  const units = Object.keys(factors).filter((name) => name !== '');
  const rule = units.length === 0 ? 'a number' : `a number with or without ${units.join(', ')}`;
  const value = factor === undefined || digits === '' ? Number.NaN : Number(digits) * factor;
  if (Number.isFinite(value)) return { value, text: word };
  throw new QueryFault(
    at,
    word === '' ? `${field} needs ${rule}` : `"${word}" is no value of ${field}: it takes ${rule}`,
  );
}

function compared(sign: (typeof COMPARISONS)[number], amount: Amount): FieldTest {
  const bound: Bound = { amount, inclusive: sign.includes('=') };
  return {
    test: 'range',
    from: sign.startsWith('<') ? null : bound,
    to: sign.startsWith('>') ? null : bound,
  };
}

/** `[3kW TO 7kW]`; a brace instead of a bracket leaves the bound itself out, `*` leaves a side open. */
function readRange(scan: Scan, field: QueryField, quantity: Quantity): FieldTest {
  const start = scan.at;
  const fromInclusive = scan.take('[') || !scan.take('{');
  const from = side(scan, field, quantity);
  if (!scan.keyword('TO')) throw new QueryFault(scan.at, `TO must follow, such as ${field}:[1 TO 5]`);
  const to = side(scan, field, quantity);
  const toInclusive = scan.take(']');
  if (!toInclusive && !scan.take('}')) throw new QueryFault(start, 'this range is never closed: add a ]');
  if (from !== null && to !== null && from.value > to.value) {
    throw new QueryFault(start, `the range is empty: ${from.text} is more than ${to.text}`);
  }
  return {
    test: 'range',
    from: from === null ? null : { amount: from, inclusive: fromInclusive },
    to: to === null ? null : { amount: to, inclusive: toInclusive },
  };
}

function side(scan: Scan, field: QueryField, quantity: Quantity): Amount | null {
  const start = scan.at;
  const word = scan.word(']}');
  return word === '*' ? null : readAmount(start, word, field, quantity);
}
