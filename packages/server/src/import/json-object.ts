/** An object of JSON as a record. Texts of its members are cut from its own text, so that digits and spelling stay. */

import { memberSpan } from '@ocpp-logs/core';
import {
  containerIn,
  containerText,
  isObject,
  type JsonMembers,
  parsed,
  type SourceRecord,
} from './source-record.ts';

/** null where `text` is that of no object. */
export function jsonObject(line: number, text: string, around = ''): SourceRecord | null {
  const members = parsed(text);
  return isObject(members) ? new JsonObjectRecord(line, text, members, around) : null;
}

class JsonObjectRecord implements SourceRecord {
  readonly line: number;
  readonly around: string;
  readonly #text: string;
  readonly #members: JsonMembers;

  constructor(line: number, text: string, members: JsonMembers, around: string) {
    this.line = line;
    this.around = around;
    this.#text = text;
    this.#members = members;
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  text(name: string): string | null {
    const value = this.#get(name);
    if (typeof value === 'string') return value === '' ? null : value;
    if (typeof value === 'boolean') return String(value);
    if (typeof value !== 'number') return null;
    return Number.isSafeInteger(value) ? String(value) : this.#source(name);
  }

  json(name: string): string | null {
    const value = this.#get(name);
    if (typeof value === 'string') return containerText(value);
    return typeof value === 'object' && value !== null ? this.#source(name) : null;
  }

  value(name: string): unknown {
    const value = this.#get(name);
    if (typeof value === 'string') return containerIn(value);
    return typeof value === 'object' ? value : null;
  }

  #get(name: string): unknown {
    return this.#path(name).reduce<unknown>(
      (value, part) => (isObject(value) ? own(value, part) : undefined),
      this.#members,
    );
  }

  #source(name: string): string | null {
    let text = this.#text;
    for (const part of this.#path(name)) {
      const span = memberSpan(text, part);
      if (span === null) return null;
      text = text.slice(span.start, span.end);
    }
    return text;
  }

  /** A member may bear the whole name: an object that was made of a table's row. */
  #path(name: string): readonly string[] {
    const dot = name.indexOf('.');
    if (dot < 0 || Object.hasOwn(this.#members, name)) return [name];
    return [name.slice(0, dot), name.slice(dot + 1)];
  }
}

/** Never what every object inherits. */
function own(object: JsonMembers, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
