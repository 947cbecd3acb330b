/**
 * The compact text of derived fields: one line a field, its place in FIELDS as one character, then its JSON.
 * JSON holds no raw line feed (RFC 8259 7), so lines need no escaping, and a page is written without parsing.
 */

import type { FieldName, Fields, FieldValue, SchedulePeriod } from './fields.ts';
import { FIELDS } from './fields.ts';

/** '0' is field 0, '1' field 1, and so on through ASCII. */
const FIRST = 48;
const PLACES: ReadonlyMap<string, number> = new Map(FIELDS.map((name, place) => [name, place]));
const MARKS = FIELDS.map((_, place) => String.fromCharCode(FIRST + place));

/** Most entries have few of them: so those that are there are put in order, instead of asking for each. */
export function encodeFields(fields: Fields): string {
  const places: number[] = [];
  for (const name in fields) {
    const place = PLACES.get(name);
    if (place !== undefined) insert(places, place);
  }
  let text = '';
  for (const place of places) {
    const name = FIELDS[place];
    const value = name === undefined ? undefined : fields[name];
    if (value !== undefined) text += `${MARKS[place]}${valueText(value)}\n`;
  }
  return text;
}

/** In order. */
function insert(places: number[], place: number): void {
  let at = places.push(place) - 1;
  for (let before = places[at - 1] ?? -1; before > place; before = places[at - 1] ?? -1) {
    places[at] = before;
    at -= 1;
  }
  places[at] = place;
}

/**
 * Calls back with each field that is present, in order: its place in FIELDS and its JSON text. Throws a RangeError where
 * damage has left a field without an end, or out of order. Fields of a later version are passed over.
 */
export function eachField(text: string, visit: (place: number, json: string) => void): void {
  let last = -1;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const place = text.charCodeAt(start) - FIRST;
    if (end < 0 || place <= last) throw new RangeError('a field without an end or out of order');
    if (place < FIELDS.length) visit(place, text.slice(start + 1, end));
    last = place;
    start = end + 1;
  }
}

export function decodeFields(text: string): Fields {
  const fields: { [N in FieldName]?: FieldValue } = {};
  eachField(text, (place, json) => {
    const name = FIELDS[place];
    if (name !== undefined) fields[name] = readValue(json);
  });
  return fields;
}

function valueText(value: FieldValue): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

function readValue(json: string): FieldValue {
  if (/^-?\d{16,}$/.test(json)) {
    const exact = BigInt(json);
    return exact === BigInt(Number(json)) && Number.isSafeInteger(Number(json)) ? Number(json) : exact;
  }
  // Written by valueText from a FieldValue, so that is what it holds.
  return JSON.parse(json) as string | number | boolean | readonly SchedulePeriod[];
}
