/**
 * Parameters in the JSON of a body, read as strictly as those of an address: what is not understood is refused. Lists
 * are arrays, or texts with commas as in an address.
 */

import { nearest, repeatedNames } from '@ocpp-logs/core';
import { type ParameterFault, Problem } from '../errors.ts';
import { type Asked, settleFaults } from './query-string.ts';

/** More than any body here has a use for; whoever walks through it must not run out of stack. */
const DEPTH_MAX = 100;

/** Looks at each character once, also where strings and brackets have no end: it is asked before anything is parsed. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return false;
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  if (isTooDeep(text)) throw new Problem('bad-request', `The body is nested deeper than ${DEPTH_MAX} times.`);
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('bad-request', 'The body must be one JSON object.');
  }
  // Safe: an object that is no array has members by name.
  return value as Readonly<Record<string, unknown>>;
}

export class BodyQuery implements Asked {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #faults: ParameterFault[] = [];

  /** `known` are the names that mean something here; a member that is null is absent. */
  constructor(body: unknown, known: readonly string[]) {
    const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '';
    const members = Object.entries(membersOf(text));
    for (const name of repeatedNames(text)) this.fault(name, 'is given twice');
    for (const [name] of members) {
      if (known.includes(name)) continue;
      const meant = nearest(name, known);
      const list = `known are ${known.join(', ')}`;
      this.fault(name, `is no parameter here; ${meant ? `did you mean ${meant}? ` : ''}${list}`);
    }
    this.#given = new Map(members);
    this.#values = new Map(members.filter(([, value]) => value !== null));
  }

  /** Whether it is there, be it as null. */
  has(name: string): boolean {
    return this.#given.has(name);
  }

  /** As it stands; undefined where it is absent or null. */
  value(name: string): unknown {
    return this.#values.get(name);
  }

  text(name: string): string | null {
    const value = this.#values.get(name);
    if (value === undefined || typeof value === 'string') return value ?? null;
    this.fault(name, `must be a text, not ${JSON.stringify(value)?.slice(0, 100)}`);
    return null;
  }

  list(name: string): readonly string[] | null {
    const items = this.#items(name)
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items.length > 0 ? [...new Set(items)] : null;
  }

  narrowing(name: string): readonly string[] | null {
    const items = this.list(name);
    if (items === null && this.#values.has(name)) this.fault(name, 'names nothing; leave it out to mean all');
    return items;
  }

  /** In an array each text is one id; a text by itself is read as in an address. */
  ids(name: string): readonly string[] | null {
    const items = this.narrowing(name);
    const value = this.#values.get(name);
    if (items === null) return null;
    const exact = typeof value === 'string' ? [...items, ...value.split(','), value] : this.#items(name);
    return [...new Set(exact)].filter((id) => id !== '');
  }

  integer<D>(name: string, least: number, otherwise: D): number | D {
    const value = this.#values.get(name);
    if (value === undefined) return otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    this.fault(name, `must be a whole number of ${least} or more, not ${JSON.stringify(value)}`);
    return otherwise;
  }

  flag(name: string): boolean {
    const value = this.#values.get(name) ?? false;
    if (typeof value === 'boolean') return value;
    this.fault(name, `must be true or false, not ${JSON.stringify(value)}`);
    return false;
  }

  choice<C extends string>(name: string, known: readonly C[], otherwise: C): C {
    const text = this.text(name);
    if (text === null) return otherwise;
    const choice = known.find((each) => each === text);
    if (choice !== undefined) return choice;
    const meant = nearest(text, known);
    this.fault(
      name,
      `must be one of ${known.join(', ')}, not "${text}"${meant ? `; did you mean ${meant}?` : ''}`,
    );
    return otherwise;
  }

  fault(parameter: string, message: string, more: Pick<ParameterFault, 'column'> = {}): void {
    this.#faults.push({ parameter, message, ...more });
  }

  settle(): void {
    settleFaults(this.#faults);
  }

  #items(name: string): readonly string[] {
    const value = this.#values.get(name);
    if (value === undefined) return [];
    if (typeof value === 'string') return value.split(',');
    const items = Array.isArray(value) ? value : [value];
    const texts = items.filter((item) => typeof item === 'string' || typeof item === 'number').map(String);
    if (texts.length < items.length) this.fault(name, 'must be a text, or an array of texts or numbers');
    return texts;
  }
}
