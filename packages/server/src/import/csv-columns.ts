/** Which column of a table holds what: frames by their look, the rest by look and name. */

import { ACTIONS } from '@ocpp-logs/core';
import type { CsvRow } from './csv-rows.ts';
import { directionTold } from './direction-words.ts';
import { readHead } from './frame-head.ts';

export interface CsvColumns {
  /** Names of the first row; null where that is a row like the others. */
  readonly names: readonly string[] | null;
  readonly frame: number;
  /** -1 where there is none, as of the rest. */
  readonly time: number;
  readonly charger: number;
  readonly direction: number;
  /** What a party in the column of the direction is. */
  readonly party: 'sender' | 'receiver';
  readonly connection: number;
  readonly version: number;
}

const TIME = /^\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|^\d{10}(?:\.\d+)?$|^\d{13}$|^\d{16}$/;
const TIME_NAME = /time|date|created|occurred|received|^ts$|^at$|^when$/i;
const RECEIVER_NAME = /dest|target|receiver|recipient|^to$/i;
const CONNECTION_NAME = /^(session|connection|conn|socket)[ _-]?(id)?$/i;
const VERSION_NAME = /^(ocpp[ _-]?)?(version|protocol)$/i;
/** The surest first; `id` is as often the number of the row. */
const CHARGER_NAMES: readonly RegExp[] = [
  /^(charge|charging)[ _-]?(point|box|station|unit)[ _-]?(id|identity|identifier|name)?$/i,
  /^(charger|station|cp|cs|evse|wallbox|ocpp)[ _-]?(id|identity|identifier|name)$/i,
  /^(charger|station|cp|cs|evse|wallbox|identity|device|client)$/i,
  /^(device|client|unit|asset)[ _-]?(id|identity|name)$/i,
  /^(serial|serial[ _-]?(no|number)|source|name|id)$/i,
];
const NAME_OF_CHARGER = /^(?=.*\d)[\w.:*/-]{1,64}$/;
/** Of a column's cells, so many must fit. */
const MOST = 0.9;

/** null where no column holds frames. `rows` are the first ones. */
export function csvColumnsOf(rows: readonly CsvRow[]): CsvColumns | null {
  const all = rows.flatMap(({ cells }) => (cells === null ? [] : [cells]));
  const [first] = all;
  if (first === undefined) return null;
  const names = first.some(isFrame) ? null : first.map((name) => name.trim());
  const body = names === null ? all : all.slice(1);
  const places = [...Array(Math.max(...all.map(({ length }) => length))).keys()];
  const frame = most(places, (place) => body.filter((cells) => isFrame(cells[place] ?? '', place)).length);
  if (frame < 0) return null;
  const found = new ColumnFinder(names, body, places, frame);
  const time = found.take((cell) => TIME.test(cell), [TIME_NAME, /(?:)/]);
  const direction = found.take((cell) => directionTold(cell) !== null, [/(?:)/]);
  const connection = found.named(CONNECTION_NAME);
  const version = found.named(VERSION_NAME);
  const party = RECEIVER_NAME.test(names?.[direction] ?? '') ? 'receiver' : 'sender';
  return { names, frame, time, direction, party, connection, version, charger: found.charger() };
}

/** A whole frame, or its beginning where the commas of a frame without quotes were taken for the table's. */
export function isFrame(cell: string, place = 1): boolean {
  return readHead(cell) !== null || (place > 0 && isSplitFrame(cell));
}

export function isSplitFrame(cell: string): boolean {
  return /^\s*\[\s*[2-6]\s*$/.test(cell);
}

/** The place with the highest count; -1 where all are none. */
function most(places: readonly number[], count: (place: number) => number): number {
  let found = -1;
  let highest = 0;
  for (const place of places) {
    const here = count(place);
    if (here > highest) [found, highest] = [place, here];
  }
  return found;
}

class ColumnFinder {
  readonly #names: readonly string[] | null;
  readonly #body: readonly (readonly string[])[];
  readonly #free: Set<number>;

  constructor(
    names: readonly string[] | null,
    body: readonly (readonly string[])[],
    places: readonly number[],
    frame: number,
  ) {
    this.#names = names;
    this.#body = body;
    this.#free = new Set(places.filter((place) => place !== frame));
  }

  /** Whose cells fit, with the first of these names that one has. */
  take(fits: (cell: string) => boolean, names: readonly RegExp[]): number {
    const fitting = [...this.#free].filter((place) => {
      const cells = this.#cells(place);
      return cells.length > 0 && cells.filter(fits).length >= cells.length * MOST;
    });
    for (const name of names) {
      const found = fitting.find((place) => name.test(this.#names?.[place] ?? ''));
      if (found !== undefined) return this.#took(found);
    }
    return -1;
  }

  named(name: RegExp): number {
    const found = [...this.#free].find((place) => name.test(this.#names?.[place] ?? ''));
    return found === undefined ? -1 : this.#took(found);
  }

  /** Stations are fewer than rows; without names one is known by that alone. */
  charger(): number {
    if (this.#names === null) {
      const found = [...this.#free].find(
        (place) => this.#repeats(place) && this.#cells(place).every(isChargerName),
      );
      return found ?? -1;
    }
    for (const name of CHARGER_NAMES) {
      const found = [...this.#free].find(
        (place) => name.test(this.#names?.[place] ?? '') && this.#repeats(place),
      );
      if (found !== undefined) return found;
    }
    return -1;
  }

  #repeats(place: number): boolean {
    const cells = this.#cells(place);
    return cells.length > 0 && (cells.length < 4 || new Set(cells).size * 2 <= cells.length);
  }

  #cells(place: number): readonly string[] {
    return this.#body.flatMap((cells) => (cells[place] ? [cells[place].replace(/\r?\n/g, '').trim()] : []));
  }

  #took(place: number): number {
    this.#free.delete(place);
    return place;
  }
}

function isChargerName(cell: string): boolean {
  return NAME_OF_CHARGER.test(cell) && !ACTIONS.has(cell) && !/^\d+$/.test(cell);
}
