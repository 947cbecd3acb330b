/** One record of a structured source, whether it came as an object of JSON or as a row of a table. */

/** A name may lead into an object: `exchange.direction`. */
export interface SourceRecord {
  /** 1-based, where it begins. */
  readonly line: number;
  /** JSON text of the object around the list that it stands in, that list emptied; '' where there is none. */
  readonly around: string;
  has(name: string): boolean;
  /** A text as it says, a number as it is written, true or false; null for anything else, and for an empty text. */
  text(name: string): string | null;
  /** Valid JSON text of an object or list, as it stands in the source, also where a text holds it. */
  json(name: string): string | null;
  /** What {@link json} says; null where it says nothing. */
  value(name: string): unknown;
}

/** What stands in the place of a record that cannot be read. */
export interface UnreadableRecord {
  readonly line: number;
  /** One of few. */
  readonly unreadable: string;
}

export type RecordOrNot = SourceRecord | UnreadableRecord;

/** The value of the first of these names that has one. */
export function firstText(record: SourceRecord, names: readonly string[]): string | null {
  for (const name of names) {
    const text = record.text(name);
    if (text !== null) return text;
  }
  return null;
}

export function firstJson(record: SourceRecord, names: readonly string[]): string | null {
  for (const name of names) {
    const json = record.json(name);
    if (json !== null) return json;
  }
  return null;
}

/** null for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export type JsonMembers = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text itself if it is that of an object or list. */
export function containerText(text: string): string | null {
  const bare = text.trim();
  return containerIn(bare) === null ? null : bare;
}

/** What a text says that is that of an object or list; null for any other one. */
export function containerIn(text: string): unknown {
  return /^\s*[[{]/.test(text) ? parsed(text) : null;
}
