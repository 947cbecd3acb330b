/** How many entries match: whole hours by the roll-up, the edges by the narrow rows. */

import type { SortOrder } from '../store.ts';
import type { Conditions } from './conditions.ts';
import type { Hour, Place } from './month.ts';
import { hourOfPlace, PLACES_PER_HOUR } from './month.ts';
import type { Connection } from './sql.ts';

/** A stretch of places within one hour, and how many entries match there. */
export interface Stretch {
  readonly from: Place;
  readonly to: Place;
  readonly entries: number;
}

/** Counts of a filter in one file, at the moment of the connection's transaction. */
export class Counts {
  readonly #db: Connection;
  readonly #conditions: Conditions;
  /** The edges: part of an hour at the beginning, and at the end. */
  readonly #head: Stretch | null;
  readonly #tail: Stretch | null;
  /** Whole hours: first, and the one behind the last. */
  readonly #first: Hour;
  readonly #end: Hour;

  constructor(db: Connection, conditions: Conditions) {
    this.#db = db;
    this.#conditions = conditions;
    const { from, to } = conditions;
    const inOneHour = hourOfPlace(from) === hourOfPlace(to - 1) && to - from < PLACES_PER_HOUR;
    this.#first = inOneHour ? hourOfPlace(from) + 1 : Math.ceil(from / PLACES_PER_HOUR);
    this.#end = inOneHour ? this.#first : Math.floor(to / PLACES_PER_HOUR);
    const first = this.#first * PLACES_PER_HOUR;
    const end = this.#end * PLACES_PER_HOUR;
    this.#head = from < first ? this.#edge(from, Math.min(first, to)) : null;
    this.#tail = !inOneHour && end < to ? this.#edge(end, to) : null;
  }

  total(): number {
    return (this.#head?.entries ?? 0) + this.#wholeHours(this.#first, this.#end) + (this.#tail?.entries ?? 0);
  }

  /** Stretches that hold entries, in order; read as far as they are asked for. */
  *stretches(order: SortOrder): Generator<Stretch> {
    const [opening, closing] = order === 'asc' ? [this.#head, this.#tail] : [this.#tail, this.#head];
    if (opening !== null && opening.entries > 0) yield opening;
    let first = this.#first;
    let end = this.#end;
    while (first < end) {
      const hours = this.#hours(first, end, order);
      for (const [hour = 0, entries = 0] of hours) {
        if (entries > 0) yield { from: hour * PLACES_PER_HOUR, to: (hour + 1) * PLACES_PER_HOUR, entries };
      }
      const last = hours.at(-1)?.[0];
      if (last === undefined || hours.length < HOURS_READ) break;
      if (order === 'asc') first = last + 1;
      else end = last;
    }
    if (closing !== null && closing.entries > 0) yield closing;
  }

  #edge(from: Place, to: Place): Stretch {
    const hour = hourOfPlace(from);
    const start = hour * PLACES_PER_HOUR;
    const end = start + PLACES_PER_HOUR;
    // The smaller side is counted row by row.
    const entries =
      to - from <= PLACES_PER_HOUR / 2
        ? this.#rows(from, to)
        : this.#wholeHours(hour, hour + 1) - this.#rows(start, from) - this.#rows(to, end);
    return { from, to, entries };
  }

  #rows(from: Place, to: Place): number {
    if (from >= to) return 0;
    const { entries, sql, values } = this.#conditions;
    return this.#db.number(
      `SELECT count(*) FROM ${entries} WHERE id >= ? AND id < ? AND ${sql}`,
      from,
      to,
      ...values,
    );
  }

  #wholeHours(first: Hour, end: Hour): number {
    if (first >= end) return 0;
    const { rollUp, sql, values } = this.#conditions;
    return this.#db.number(
      `SELECT sum(n) FROM ${rollUp} WHERE hour >= ? AND hour < ? AND ${sql}`,
      first,
      end,
      ...values,
    );
  }

  #hours(first: Hour, end: Hour, order: SortOrder) {
    const { rollUp, sql, values } = this.#conditions;
    return this.#db.numbers(
      `SELECT hour, sum(n) FROM ${rollUp} WHERE hour >= ? AND hour < ? AND ${sql}
       GROUP BY hour ORDER BY hour ${order} LIMIT ${HOURS_READ}`,
      first,
      end,
      ...values,
    );
  }
}

const HOURS_READ = 64;
