/**
 * Puts the records of a log together: a frame begins behind what its format writes before it and ends where its
 * brackets are closed outside of strings, be it lines later.
 */

import { frameAt, type ImportedEvent, type ImportedFrame, type ImportedLine, skipped } from './format.ts';
import { readHead } from './frame-head.ts';
import { FrameScanner } from './frame-scanner.ts';
import { LINE_BYTES_MAX, type LogLine } from './line-cutter.ts';

export type Told = Partial<Omit<ImportedFrame, 'kind' | 'line' | 'frame'>>;

/** What the beginning of a line says. */
export type Begun =
  /** A frame whose text begins at `at`, or in the next line where nothing follows. */
  | { readonly kind: 'frame'; readonly at: number; readonly told: Told }
  | ImportedEvent
  /** A record of the log that holds no frame. */
  | { readonly kind: 'none'; readonly reason: string };

/** null for a line that begins no record: it goes on with one, or belongs to no log. */
export type Begin = (line: LogLine, text: string) => Begun | null;

const NO_FRAME = 'no frame';
const TOO_LONG = 'the frame is longer than 16 MiB';
/** What can follow the line end of a frame, outside of strings. */
const JSON_NEXT =
  /^\s*(?:["{}\],:]|\[\s*(?:["{[\]\d-]|true\b|false\b|null\b|$)|-?\d[\d.eE+-]*\s*(?:[,\]}]|$)|true\b|false\b|null\b|$)/;
/** A number or word that a line break went through. */
const WORD_END = /[\w.+-]$/;
const WORD_GOES_ON = /^[\w.+-]+\s*(?:[,\]}]|$)/;

/** Something went over the wire there, be it a frame or not. */
function isMarked({ way = null, direction = null }: Told): boolean {
  return way !== null || direction !== null;
}

/** A frame that is not closed yet. */
interface Open {
  readonly line: number;
  readonly told: Told;
  readonly scanner: FrameScanner;
  readonly parts: string[];
  length: number;
}

export class RecordReader {
  readonly #begin: Begin;
  /** Of lines that are nothing of the log. */
  readonly #strange: string;
  #open: Open | null = null;

  constructor(begin: Begin, strange: string) {
    this.#begin = begin;
    this.#strange = strange;
  }

  take(line: LogLine, records: ImportedLine[]): void {
    const { number, text } = line;
    if (text === null) {
      this.end(records);
      records.push(skipped(number, line.reason));
      return;
    }
    const begun = this.#begin(line, text);
    if (begun === null && this.#open !== null && this.#goOn(this.#open, text, records)) return;
    this.end(records);
    if (begun === null) {
      if (text.trim() !== '') records.push(skipped(number, this.#strange));
    } else if (begun.kind === 'frame') this.#frame(number, text, begun.at, begun.told, records);
    else records.push(begun.kind === 'event' ? begun : skipped(number, begun.reason));
  }

  /** A frame that nothing closed is kept as it is. */
  end(records: ImportedLine[]): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const { line, told, parts } = open;
    const frame = parts.length === 1 ? (parts[0] ?? '').trimEnd() : parts.join('').trim();
    if (frame === '') records.push(skipped(line, 'nothing behind the mark of a frame'));
    else if (!isMarked(told) && readHead(frame) === null) records.push(skipped(line, NO_FRAME));
    else records.push(frameAt(line, frame, told));
  }

  #frame(line: number, text: string, at: number, told: Told, records: ImportedLine[]): void {
    const rest = text.slice(at);
    if (rest === '' || rest.startsWith('[')) {
      const open = { line, told, scanner: new FrameScanner(), parts: [], length: 0 };
      this.#add(open, rest, 0, records);
    } else records.push(frameAt(line, rest.trimEnd(), told));
  }

  /** false where the line cannot be a part of the frame. */
  #goOn(open: Open, text: string, records: ImportedLine[]): boolean {
    const last = open.parts.at(-1);
    if (last === undefined) {
      if (text.trim() === '') return true;
      if (text.trimStart().startsWith('[')) this.#add(open, text, text.search(/\S/), records);
      else {
        this.#open = null;
        records.push(frameAt(open.line, text.trim(), open.told));
      }
      return true;
    }
    // A line break in a string is the hard wrap of a terminal: JSON has none there. So it is in a number or word.
    const wrapped = open.scanner.inString || (WORD_END.test(last) && WORD_GOES_ON.test(text));
    if (!wrapped && !JSON_NEXT.test(text)) return false;
    if (!wrapped) open.parts.push('\n');
    this.#add(open, text, 0, records);
    return true;
  }

  #add(open: Open, text: string, from: number, records: ImportedLine[]): void {
    this.#open = open;
    open.length += text.length;
    if (open.length > LINE_BYTES_MAX) {
      this.#open = null;
      records.push(skipped(open.line, TOO_LONG));
      return;
    }
    const end = open.scanner.feed(text, from);
    const part = end < 0 || open.scanner.crossed ? text.slice(from) : text.slice(from, end);
    if (part !== '') open.parts.push(part);
    if (end >= 0) this.end(records);
  }
}
