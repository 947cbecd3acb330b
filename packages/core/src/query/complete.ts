/** What can stand where the cursor is: names of fields, or values of one. */

import { QUERY_FIELDS, type QueryField, queryFieldNamed } from './query-fields.ts';

export interface Completion {
  /** The characters that a choice replaces, from, to. */
  readonly from: number;
  readonly to: number;
  /** What was typed of it. */
  readonly prefix: string;
  /** null: the name of a field is wanted; otherwise a value of this one. */
  readonly field: QueryField | null;
  /** Names, or the values of a list; empty where the values are those that exist. */
  readonly candidates: readonly string[];
}

const TERM = /(?:^|[\s(])-?(?:([A-Za-z_][A-Za-z0-9_]*):)?\(?([^\s()":]*)$/;

/** null inside quotes and behind what completes nothing. */
export function completionAt(text: string, cursor: number): Completion | null {
  const before = text.slice(0, cursor);
  if (insideQuotes(before)) return null;
  const match = TERM.exec(before);
  if (match === null) return null;
  const [, name, prefix = ''] = match;
  const place = { from: cursor - prefix.length, to: cursor, prefix };
  if (name === undefined) {
    const candidates = startingWith(prefix, [...QUERY_FIELDS.keys(), 'has']).map((field) => `${field}:`);
    return { ...place, field: null, candidates };
  }
  if (name.toLowerCase() === 'has') {
    return { ...place, field: null, candidates: startingWith(prefix, [...QUERY_FIELDS.keys()]) };
  }
  const field = queryFieldNamed(name);
  if (field === null) return null;
  const values = QUERY_FIELDS.get(field)?.values ?? [];
  return { ...place, field, candidates: startingWith(prefix, values) };
}

function startingWith(prefix: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase()));
}

function insideQuotes(text: string): boolean {
  let inside = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') inside = !inside;
  }
  return inside;
}
