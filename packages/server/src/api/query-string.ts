/**
 * The query of a request, read strictly: what is not understood is refused, because a typo must not widen a query.
 * Every fault is collected, so that one answer names them all.
 */

import { nearest } from '@ocpp-logs/core';
import { type ParameterFault, Problem } from '../errors.ts';

/** Form encoding: a plus is a blank. null where an escape is malformed. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** What is asked for, in the query of an address or in a body. */
export interface Asked {
  text(name: string): string | null;
  list(name: string): readonly string[] | null;
  narrowing(name: string): readonly string[] | null;
  ids(name: string): readonly string[] | null;
  fault(parameter: string, message: string, more?: Pick<ParameterFault, 'column'>): void;
}

/** Throws one problem that names every fault. */
export function settleFaults(faults: readonly ParameterFault[]): void {
  if (faults.length === 0) return;
  const detail = faults.map(({ parameter, message }) => `${parameter}: ${message}`).join('; ');
  throw new Problem('bad-request', detail, { errors: faults });
}

export class Query implements Asked {
  readonly #values = new Map<string, string>();
  readonly #faults: ParameterFault[] = [];

  /** `url` is path and query as they arrived; `known` are the names that mean something here. */
  constructor(url: string, known: readonly string[]) {
    const mark = url.indexOf('?');
    const pairs = mark < 0 ? [] : url.slice(mark + 1).split('&');
    for (const pair of pairs) if (pair !== '') this.#take(pair, known);
  }

  /** The text of a parameter; null where it is absent. */
  text(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Comma-separated, blanks around items and empty items ignored; null where nothing is left. */
  list(name: string): readonly string[] | null {
    const items = (this.#values.get(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items.length > 0 ? [...new Set(items)] : null;
  }

  /** The same, for parameters that narrow: one that is there and names nothing must not mean everything. */
  narrowing(name: string): readonly string[] | null {
    const items = this.list(name);
    if (items === null && this.has(name)) this.fault(name, 'names nothing; leave it out to mean all');
    return items;
  }

  /**
   * Ids of which each may hold commas and blanks itself: the items with and without the blanks around them, and the
   * whole value as one id.
   */
  ids(name: string): readonly string[] | null {
    const items = this.narrowing(name);
    const whole = this.text(name);
    if (items === null || whole === null) return items;
    return [...new Set([...items, ...whole.split(','), whole])].filter((id) => id !== '');
  }

  /** A whole number between `least` and `most`; `otherwise` where absent or wrong. */
  integer<D>(name: string, least: number, most: number, otherwise: D): number | D {
    const text = this.text(name);
    if (text === null) return otherwise;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    this.fault(name, `must be a whole number ${range}, not "${text}"`);
    return otherwise;
  }

  fault(parameter: string, message: string, more: Pick<ParameterFault, 'column'> = {}): void {
    this.#faults.push({ parameter, message, ...more });
  }

  /** Throws one problem that names every fault so far. */
  settle(): void {
    settleFaults(this.#faults);
  }

  #take(pair: string, known: readonly string[]): void {
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = decoded(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === null) {
      this.fault(pair, 'holds a % that two hexadecimal digits of UTF-8 do not follow');
    } else if (!known.includes(name)) {
      const meant = nearest(name, known);
      const list = known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`;
      this.fault(name, `is no parameter here; ${meant ? `did you mean ${meant}? ` : ''}${list}`);
    } else if (this.#values.has(name)) {
      this.fault(name, 'is given twice');
    } else if (value === null) {
      this.fault(name, 'holds a % that two hexadecimal digits of UTF-8 do not follow');
    } else {
      this.#values.set(name, value);
    }
  }
}
