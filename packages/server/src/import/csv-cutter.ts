/**
 * Cuts a table into its rows, as bytes: a row ends with its line outside quotes (RFC 4180 2.6). A row whose quote is
 * not closed ends where a line begins like the rows before it. Where a terminal broke a row between its cells or in a
 * pair of quotes, the row goes on.
 */

import type { CsvDialect } from './csv-dialect.ts';
import { LINE_BYTES_MAX } from './line-cutter.ts';

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
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;
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
      this.#line += 1;
      at += 1;
      if (!this.#quoted && this.#goesOn(bytes, start, at)) {
        this.#breaks.push(at - 1 - start);
        if (bytes[at] !== QUOTE || lastBefore(bytes, at - 1) !== QUOTE) continue;
        this.#quoted = true;
        at += 1;
        continue;
      }
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

  /** Whether the line at `at` is a part of the row that is open, outside quotes or behind what may be the first of two. */
  #goesOn(bytes: Uint8Array, start: number, at: number): boolean {
    const next = bytes[at];
    if (next === undefined || next === LF || next === CR) return false;
    const shape = this.#shape === '' ? shapeOf(bytes.subarray(start)) : this.#shape;
    if (shape === '' || shapeOf(bytes.subarray(at)) === shape) return false;
    const end = bytes[at - 2] === CR ? at - 2 : at - 1;
    const last = bytes[end - 1];
    if (next === QUOTE && last === this.#delimiter) return true;
    if (next !== QUOTE || last !== QUOTE) return this.#cells < this.#columns;
    // A quote ends what is JSON only behind its last bracket.
    return (
      beginsJson(bytes[start + this.#opened]) &&
      bytes[end - 2] !== CLOSE_BRACKET &&
      bytes[end - 2] !== CLOSE_BRACE
    );
  }

  #beginsRow(bytes: Uint8Array, at: number): boolean {
    return this.#shape !== '' && shapeOf(bytes.subarray(at)) === this.#shape;
  }
}

function beginsJson(byte: number | undefined): boolean {
  return byte === OPEN_BRACKET || byte === OPEN_BRACE;
}

/** The last byte of a line whose end is at `end`. */
function lastBefore(bytes: Uint8Array, end: number): number | undefined {
  return bytes[end - 1] === CR ? bytes[end - 2] : bytes[end - 1];
}

/** Digits alike and letters alike; '' for what is nothing like a time. */
function shapeOf(bytes: Uint8Array): string {
  const begin = Buffer.from(bytes.subarray(0, SHAPE_BYTES)).toString('latin1');
  if (begin.replace(/\D/g, '').length < DIGITS_LEAST) return '';
  return begin.replace(/\d/g, '9').replace(/[A-Za-z]/g, 'a');
}
