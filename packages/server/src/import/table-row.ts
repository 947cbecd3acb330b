/** Rows of a table as records: cells by the names of the first row. */

import type { CsvRow } from './csv-rows.ts';
import { containerIn, containerText, type RecordOrNot, type SourceRecord } from './source-record.ts';

/** What databases write for nothing. */
const NOTHING = new Set(['', '\\N', 'NULL']);
/** Tables for spreadsheets have an apostrophe before a text that would be run as a formula. */
const GUARDED = /^'[=+\-@\t\r]/;

export class TableHeader {
  readonly names: readonly string[];
  readonly #places = new Map<string, number>();

  constructor(cells: readonly string[]) {
    this.names = cells.map((cell) => cell.trim());
    for (const [place, name] of this.names.entries()) {
      for (const key of [name, name.toLowerCase()]) if (!this.#places.has(key)) this.#places.set(key, place);
    }
  }

  /** -1 where there is none; the case of letters does not matter. */
  place(name: string): number {
    return this.#places.get(name) ?? this.#places.get(name.toLowerCase()) ?? -1;
  }
}

export function tableRow(header: TableHeader, row: CsvRow): RecordOrNot {
  return row.cells === null
    ? { line: row.line, unreadable: row.reason }
    : new TableRow(header, row.line, row.cells);
}

/** What a cell says; null where it says nothing. */
export function cellText(cell: string | undefined): string | null {
  if (cell === undefined || NOTHING.has(cell)) return null;
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}

class TableRow implements SourceRecord {
  readonly line: number;
  readonly around = '';
  readonly #header: TableHeader;
  readonly #cells: readonly string[];

  constructor(header: TableHeader, line: number, cells: readonly string[]) {
    this.#header = header;
    this.line = line;
    this.#cells = cells;
  }

  has(name: string): boolean {
    return this.#header.place(name) >= 0;
  }

  text(name: string): string | null {
    return cellText(this.#cells[this.#header.place(name)]);
  }

  json(name: string): string | null {
    const text = this.text(name);
    return text === null ? null : containerText(text);
  }

  value(name: string): unknown {
    const text = this.text(name);
    return text === null ? null : containerIn(text);
  }
}
