/** The XML of a sheet: its beginning, rows of typed cells, its end. Source: ECMA-376 Part 1, 18.3. */

import type { Cell, ColumnType, EntryColumn } from '@ocpp-logs/core';
import { cellText, cutToCell } from './cell-text.ts';
import { MAIN, STYLES, XML } from './parts.ts';

/** Characters. */
const WIDTHS: Readonly<Record<ColumnType, number>> = {
  time: 24,
  text: 18,
  json: 48,
  number: 12,
  integer: 12,
  boolean: 9,
};
const HEADER_WIDTH_MAX = 34;
const MS_PER_DAY = 86_400_000;
/** 1970-01-01 in days of Excel, whose day 1 is 1900-01-01 and whose 1900 is a leap year. */
const DAYS_TO_1970 = 25_569;

export class Sheet {
  readonly #columns: readonly EntryColumn[];
  readonly #letters: readonly string[];
  #rows = 0;
  #cut = 0;

  constructor(columns: readonly EntryColumn[]) {
    this.#columns = columns;
    this.#letters = columns.map((_, place) => columnLetters(place));
  }

  /** The header's among them. */
  get rows(): number {
    return this.#rows;
  }

  /** Cells whose text was cut. */
  get cut(): number {
    return this.#cut;
  }

  get range(): string {
    return `A1:${this.#letters.at(-1)}${this.#rows}`;
  }

  start(): string {
    const widths = this.#columns.map(({ name, type }, place) => {
      const width = Math.max(WIDTHS[type], Math.min(name.length + 4, HEADER_WIDTH_MAX));
      return `<col min="${place + 1}" max="${place + 1}" width="${width}" customWidth="1"/>`;
    });
    const frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
    this.#rows = 1;
    const header = this.#columns.map(({ name }, place) => this.#text(place, name, ` s="${STYLES.header}"`));
    return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${frozen}</sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${header.join('')}</row>`;
  }

  row(cells: readonly Cell[]): string {
    this.#rows += 1;
    let row = `<row r="${this.#rows}">`;
    for (let place = 0; place < cells.length; place++) {
      const cell = cells[place] ?? null;
      if (cell !== null) row += this.#cell(place, cell);
    }
    return `${row}</row>`;
  }

  end(): string {
    return `</sheetData><autoFilter ref="${this.range}"/></worksheet>`;
  }

  #cell(place: number, cell: string): string {
    switch (this.#columns[place]?.type) {
      case 'time':
        return this.#value(place, serialOf(Date.parse(cell)), ` s="${STYLES.time}"`);
      case 'number':
        return this.#value(place, cell);
      case 'integer':
        // Cells hold doubles: beyond 2^53 only a text keeps every digit.
        return Number.isSafeInteger(Number(cell)) ? this.#value(place, cell) : this.#text(place, cell);
      case 'boolean':
        return this.#value(place, cell === 'true' ? '1' : '0', ' t="b"');
      default:
        return this.#text(place, cell);
    }
  }

  #value(place: number, value: string, attributes = ''): string {
    return `<c r="${this.#letters[place]}${this.#rows}"${attributes}><v>${value}</v></c>`;
  }

  #text(place: number, text: string, attributes = ''): string {
    const cut = cutToCell(text);
    if (cut !== null) this.#cut += 1;
    const inner = cellText(cut ?? text);
    return `<c r="${this.#letters[place]}${this.#rows}"${attributes} t="inlineStr"><is><t xml:space="preserve">${inner}</t></is></c>`;
  }
}

/** A double holds such a day to a microsecond: one more keeps readers that cut from finding the millisecond before. */
function serialOf(ms: number): string {
  return String((ms + 0.001) / MS_PER_DAY + DAYS_TO_1970);
}

/** A, B, ... Z, AA, AB ... */
export function columnLetters(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26));
  return place < 26 ? letter : `${columnLetters(Math.floor(place / 26) - 1)}${letter}`;
}
