/**
 * Cuts a table into its rows, as bytes: a row ends with its line outside quotes (RFC 4180 2.6). A row whose quote is
 * not closed ends where a line begins like the rows before it. Where a terminal broke a row between its cells or in a
 * pair of quotes, the row goes on.
 */

import type { CsvDialect } from './csv-dialect.ts';
import { LINE_BYTES_MAX } from './line-cutter.ts';
import { beginsJson, type WrappedCell, wrappedCell } from './wrapped-cell.ts';

export interface CsvBlock {
  readonly bytes: Uint8Array;
  /** In the order of the source. */
  readonly rows: readonly CsvSpan[];
}

export interface CsvSpan {
  /** 1-based, where it begins. */
  readonly line: number;
  readonly start: number;
  /** Behind its last byte, without its line end. */
  readonly end: number;
  /** Where line ends are that are none of the row, from its start on. */
  readonly breaks: readonly number[];
  /** Why it cannot be read; '' where it can. One of few. */
  readonly reason: string;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const TOO_LONG = 'the row is longer than 16 MiB';
const BROKEN = 'the row breaks off';
const CUT_OFF = 'the file ends in the middle of a row';
/** Bytes by which the beginnings of rows are compared. */
const SHAPE_BYTES = 10;
/** Fewer digits among them are no time. */
const DIGITS_LEAST = 6;
const WORTH_BYTES = 64 * 1024;
const NO_ROWS: CsvBlock = { bytes: new Uint8Array(0), rows: [] };

export class CsvCutter {
  readonly #delimiter: number;
  readonly #escape: number;
  /** The open row and what follows it; none of a row that is too long. */
  #rest: Uint8Array = new Uint8Array(0);
  /** How far that was looked at. */
  #looked = 0;
  /** Chunks that wait until looking at them is worth putting them behind the rest. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #tooLong = false;
  #line = 1;
  /** Line in which the open row begins. */
  #begun = 1;
  #quoted = false;
  #cellStart = true;
  #shape = '';
  #breaks: number[] = [];
  /** Where the last quoted cell begins, inside its quote, from the row's start on. */
  #opened = 0;
  /** Of the open row, and of the first one. */
  #cells = 1;
  #columns = 0;

  constructor({ delimiter, escapedBy }: CsvDialect) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#escape = escapedBy.charCodeAt(0);
  }

  push(chunk: Uint8Array): CsvBlock {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes < Math.max(WORTH_BYTES, this.#rest.length / 2)) return NO_ROWS;
    const bytes = this.#together();
    // What follows a line end must be seen to tell what the line is.
    return this.#cut(bytes, Math.max(this.#looked, bytes.length - SHAPE_BYTES - 2), false);
  }

  end(): CsvBlock {
    const bytes = this.#together();
    return this.#cut(bytes, bytes.length, true);
  }

  #together(): Uint8Array {
    const [first] = this.#waiting;
    const alone = this.#rest.length === 0 && this.#waiting.length === 1 && first !== undefined;
    const bytes = alone ? first : Buffer.concat([this.#rest, ...this.#waiting]);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  #cut(bytes: Uint8Array, limit: number, last: boolean): CsvBlock {
    const rows: CsvSpan[] = [];
    let start = 0;
    let at = this.#looked;
    while (at < limit) {
      if (this.#quoted) at = this.#passQuoted(bytes, start, at, limit);
      else at = this.#passBare(bytes, start, at, limit);
      if (at >= limit || bytes[at] !== LF) continue;
      const wrapped = this.#quoted ? null : this.#wrapped(bytes, start, at, limit);
      if (wrapped === undefined && !last && limit - at <= LINE_BYTES_MAX) break;
      if (wrapped !== null && wrapped !== undefined) {
        this.#breaks.push(...wrapped.breaks.map((place) => place - start));
        this.#line += wrapped.lines;
        at = wrapped.end;
        continue;
      }
      this.#line += 1;
      at += 1;
      const broken = this.#quoted;
      if (broken && !this.#beginsRow(bytes, at)) continue;
      this.#close(rows, bytes, start, at - 1, broken ? BROKEN : '');
      start = at;
    }
    if (last && start < bytes.length)
      this.#close(rows, bytes, start, bytes.length, this.#quoted ? CUT_OFF : '');
    this.#tooLong = this.#tooLong || at - start > LINE_BYTES_MAX;
    if (this.#tooLong) start = Math.min(at, bytes.length);
    this.#rest = bytes.subarray(start);
    this.#looked = at - start;
    return { bytes, rows };
  }

  /** To the line end or the closing quote's other side. */
  #passQuoted(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    for (; at < limit; at += 1) {
      const byte = bytes[at];
      if (byte === LF) return at;
      if (byte === this.#escape && (byte !== QUOTE || bytes[at + 1] === QUOTE)) {
        if (bytes[at + 1] === LF) {
          if (this.#beginsRow(bytes, at + 2)) continue;
          this.#breaks.push(at + 1 - start);
          this.#line += 1;
          at += 1;
        }
        at += 1;
      } else if (byte === QUOTE) {
        this.#quoted = false;
        return at + 1;
      }
    }
    return at;
  }

  /** To the line end or the inner side of an opening quote. */
  #passBare(bytes: Uint8Array, start: number, from: number, limit: number): number {
    let at = from;
    for (; at < limit; at += 1) {
      const byte = bytes[at];
      if (byte === LF) return at;
      if (byte === QUOTE && this.#cellStart) {
        this.#quoted = true;
        this.#cellStart = false;
        this.#opened = at + 1 - start;
        return at + 1;
      }
      this.#cellStart = byte === this.#delimiter;
      if (this.#cellStart) this.#cells += 1;
    }
    return at;
  }

  #close(rows: CsvSpan[], bytes: Uint8Array, start: number, lineEnd: number, reason: string): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (this.#tooLong || end - start > LINE_BYTES_MAX) {
      rows.push({ line: this.#begun, start: 0, end: 0, breaks: [], reason: TOO_LONG });
    } else if (end > start) {
      rows.push({ line: this.#begun, start, end, breaks: this.#breaks, reason });
      if (this.#columns === 0) this.#columns = this.#cells;
      if (this.#shape === '' && reason === '') this.#shape = shapeOf(bytes.subarray(start, end));
    }
    this.#tooLong = false;
    this.#quoted = false;
    this.#cellStart = true;
    this.#begun = this.#line;
    this.#breaks = [];
    this.#cells = 1;
  }

  /**
   * Where the row that is open goes on behind the line end at `lineEnd`, outside quotes or between two of a pair; null
   * where it does not, undefined where that shows only behind the limit.
   */
  #wrapped(bytes: Uint8Array, start: number, lineEnd: number, limit: number): WrappedCell | null | undefined {
    const at = lineEnd + 1;
    const next = bytes[at];
    if (next === undefined || next === LF || next === CR) return null;
    const shape = this.#shape === '' ? shapeOf(bytes.subarray(start)) : this.#shape;
    const beginsRow = (place: number) => shapeOf(bytes.subarray(place)) === shape;
    if (shape === '' || beginsRow(at)) return null;
    const last = bytes[lineEnd - 1] === CR ? bytes[lineEnd - 2] : bytes[lineEnd - 1];
    if (next === QUOTE && last === QUOTE) {
      const opened = start + this.#opened;
      if (this.#tooLong || this.#escape !== QUOTE || !beginsJson(bytes[opened])) return null;
      const cell = wrappedCell(bytes, opened, limit, beginsRow);
      // One that went on behind an earlier line end is at its end here.
      return cell === undefined || cell?.breaks[0] === lineEnd ? cell : null;
    }
    const goesOn = (next === QUOTE && last === this.#delimiter) || this.#cells < this.#columns;
    return goesOn ? { breaks: [lineEnd], end: at, lines: 1 } : null;
  }

  #beginsRow(bytes: Uint8Array, at: number): boolean {
    return this.#shape !== '' && shapeOf(bytes.subarray(at)) === this.#shape;
  }
}

/** Digits alike and letters alike; '' for what is nothing like a time. */
function shapeOf(bytes: Uint8Array): string {
  const begin = Buffer.from(bytes.subarray(0, SHAPE_BYTES)).toString('latin1');
  if (begin.replace(/\D/g, '').length < DIGITS_LEAST) return '';
  return begin.replace(/\d/g, '9').replace(/[A-Za-z]/g, 'a');
}
