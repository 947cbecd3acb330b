/** How many entries match: whole days and hours by their roll-ups, the edges by the narrow rows. */

import type { SortOrder } from '../store.ts';
import type { Conditions, RollUp } from './conditions.ts';
import type { KnownCounts } from './known-counts.ts';
import type { Hour, Place } from './month.ts';
import { HOURS_PER_DAY, hourOfPlace, PLACES_PER_HOUR } from './month.ts';
import type { Connection } from './sql.ts';

/** A stretch of places within one hour, and how many entries match there. */
export interface Stretch {
  readonly from: Place;
  readonly to: Place;
  readonly entries: number;
}

export interface CountedFile {
  readonly db: Connection;
  readonly counts: KnownCounts;
}

/** Part of an hour. */
type Edge = Omit<Stretch, 'entries'>;

/** Counts of a filter in one file, at the moment of the connection's transaction. */
export class Counts {
  readonly #db: Connection;
  readonly #known: KnownCounts;
  readonly #conditions: Conditions;
  /** The edges: part of an hour at the beginning, and at the end. */
  readonly #head: Edge | null;
  readonly #tail: Edge | null;
  /** Those of both that are counted already. */
  readonly #counted = new Map<Edge, Stretch>();
  /** Whole hours: first, and the one behind the last. */
  readonly #first: Hour;
  readonly #end: Hour;

  constructor({ db, counts }: CountedFile, conditions: Conditions) {
    this.#db = db;
    this.#known = counts;
    this.#conditions = conditions;
    const { from, to } = conditions;
    const inOneHour = hourOfPlace(from) === hourOfPlace(to - 1) && to - from < PLACES_PER_HOUR;
    this.#first = inOneHour ? hourOfPlace(from) + 1 : Math.ceil(from / PLACES_PER_HOUR);
    this.#end = inOneHour ? this.#first : Math.floor(to / PLACES_PER_HOUR);
    const first = this.#first * PLACES_PER_HOUR;
    const end = this.#end * PLACES_PER_HOUR;
    this.#head = from < first ? { from, to: Math.min(first, to) } : null;
    this.#tail = !inOneHour && end < to ? { from: end, to } : null;
  }

  total(): number {
    let edges = 0;
    for (const edge of [this.#head, this.#tail]) if (edge !== null) edges += this.#edge(edge).entries;
    return edges + this.#wholeHours(this.#first, this.#end);
  }

  /** Stretches that hold entries, in order; read as far as they are asked for. */
  stretches(order: SortOrder): Generator<Stretch> {
    return this.#walk(order, (edge) => this.#edge(edge));
  }

  /** The same, but the edges are not counted: their entries are an upper bound. */
  bounds(order: SortOrder): Generator<Stretch> {
    return this.#walk(order, (edge) => ({ ...edge, entries: Number.MAX_SAFE_INTEGER }));
  }

  *#walk(order: SortOrder, counted: (edge: Edge) => Stretch): Generator<Stretch> {
    const [opening, closing] = order === 'asc' ? [this.#head, this.#tail] : [this.#tail, this.#head];
    yield* inhabited(opening, counted);
    yield* this.#hourly(order);
    yield* inhabited(closing, counted);
  }

  *#hourly(order: SortOrder): Generator<Stretch> {
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
  }

  /**
   * Entries by the columns, which stand first in each row; groups may come more than once. `plugs`: whether stations
   * or connectors are among the columns. {@link HOUR} stands for the hour of the month; with `byDay` for any of its day.
   */
  groups(columns: string, plugs: boolean, byDay = !columns.includes(HOUR)): (readonly unknown[])[] {
    const { sql, values, entries, rollUp } = this.#conditions;
    const found: (readonly unknown[])[] = [];
    for (const edge of [this.#head, this.#tail]) {
      if (edge === null) continue;
      const wanted = columns.replace(HOUR, `id / ${PLACES_PER_HOUR}`);
      const grouped = `SELECT ${wanted}, count(*) FROM ${entries} WHERE id >= ? AND id < ? AND ${sql} GROUP BY ${numbered(columns)}`;
      found.push(...this.#db.rows(grouped, edge.from, edge.to, ...values));
    }
    for (const { unit, from, to } of byDay ? spans(this.#first, this.#end) : hours(this.#first, this.#end)) {
      const wanted = columns.replace(HOUR, unit === 'day' ? `day * ${HOURS_PER_DAY}` : 'hour');
      const counted = rollUpOf(unit, plugs ? 'charger' : rollUp, sql);
      const grouped = `SELECT ${wanted}, sum(n) FROM ${counted} GROUP BY ${numbered(columns)}`;
      for (const row of this.#known.rows(grouped, from, to, ...values)) found.push(row);
    }
    return found;
  }

  #edge(edge: Edge): Stretch {
    const counted = this.#counted.get(edge) ?? this.#count(edge);
    this.#counted.set(edge, counted);
    return counted;
  }

  #count({ from, to }: Edge): Stretch {
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
    const { rollUp, sql, values } = this.#conditions;
    let entries = 0;
    for (const { unit, from, to } of spans(first, end)) {
      const [sum] = this.#known.numbers(
        `SELECT sum(n) FROM ${rollUpOf(unit, rollUp, sql)}`,
        from,
        to,
        ...values,
      );
      entries += sum?.[0] ?? 0;
    }
    return entries;
  }

  #hours(first: Hour, end: Hour, order: SortOrder) {
    const { rollUp, sql, values } = this.#conditions;
    return this.#known.numbers(
      `SELECT hour, sum(n) FROM ${rollUpOf('hour', rollUp, sql)}
       GROUP BY hour ORDER BY hour ${order} LIMIT ${HOURS_READ}`,
      first,
      end,
      ...values,
    );
  }
}

/** Where rows may be found, their number not counted: hours are walked only where most of them hold nothing. */
export function stretchesOf(file: CountedFile, conditions: Conditions, order: SortOrder): Iterable<Stretch> {
  const { from, to, indexed, selective } = conditions;
  if (indexed || !selective) return [{ from, to, entries: Number.MAX_SAFE_INTEGER }];
  return new Counts(file, conditions).bounds(order);
}

interface Span {
  readonly unit: 'hour' | 'day';
  /** In units. */
  readonly from: number;
  readonly to: number;
}

/** The hours up to `end`, by whole days where there are some. */
function spans(first: Hour, end: Hour): readonly Span[] {
  const firstDay = Math.ceil(first / HOURS_PER_DAY);
  const endDay = Math.floor(end / HOURS_PER_DAY);
  if (firstDay >= endDay) return hours(first, end);
  return [
    ...hours(first, firstDay * HOURS_PER_DAY),
    { unit: 'day', from: firstDay, to: endDay },
    ...hours(endDay * HOURS_PER_DAY, end),
  ];
}

function hours(from: Hour, to: Hour): readonly Span[] {
  return from < to ? [{ unit: 'hour', from, to }] : [];
}

/** Table and condition; to be given from, to, and the values of `sql`. */
function rollUpOf(unit: Span['unit'], rollUp: RollUp, sql: string): string {
  // Rows lie by station first: looked up for each, only those of the range are read.
  const eachStation = rollUp === 'charger' && !sql.includes('charger');
  const stations = eachStation ? 'charger IN (SELECT id FROM charger) AND ' : '';
  return `${unit}_${rollUp} WHERE ${stations}${unit} >= ? AND ${unit} < ? AND ${sql}`;
}

const HOURS_READ = 64;
/** In the columns of {@link Counts.groups}. */
export const HOUR = '$hour';

/** `1, 2` for two columns. */
function numbered(columns: string): string {
  return columns
    .split(',')
    .map((_, at) => at + 1)
    .join(', ');
}

function* inhabited(edge: Edge | null, counted: (edge: Edge) => Stretch): Generator<Stretch> {
  const stretch = edge === null ? null : counted(edge);
  if (stretch !== null && stretch.entries > 0) yield stretch;
}
