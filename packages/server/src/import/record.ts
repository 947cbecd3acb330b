/**
 * Puts the records of a log together: a frame begins behind what its format writes before it and ends where its
 * brackets are closed outside of strings, be it lines later.
 */

import type { Begin, Told } from './begun.ts';
import { frameAt, type ImportedLine, skipped } from './format.ts';
import { readHead } from './frame-head.ts';
import type { LogLine } from './line-cutter.ts';
import { OpenFrame } from './open-frame.ts';

const NO_FRAME = 'no frame';
const SECOND = 'behind the frame stands another one that is not read';
const FRAME_LIKE = /\[\s*[2-6]\s*,\s*(?:"|-?\d{1,20}\s*,\s*["{])/;
const TOO_LONG = 'the frame is longer than 16 MiB';
/** Something went over the wire there, be it a frame or not. */
function isMarked({ way = null, direction = null }: Told): boolean {
  return way !== null || direction !== null;
}

/** What a line begins with that begins a frame, and is no text of one: JSON would have a backslash before a quote. */
const BARE_FRAME = /^[\s,]*\[\s*[2-6]\s*,\s*(?:"[^"\\]*"\s*(?:,|$)|"[^"\\[\]{},:]*$|-?\d+\s*,\s*["{])/;

/** Whether a line with a bracket first is of the frame that is open. */
function isWithin(open: OpenFrame, text: string): boolean {
  return open.begun && /^[\s,:]*\[/.test(text) && !BARE_FRAME.test(text);
}

export class RecordReader {
  readonly #begin: Begin;
  /** Of lines that are nothing of the log. */
  readonly #strange: string;
  #open: OpenFrame | null = null;
  /** Of the line that is taken: what stands behind the frame that ends in it. */
  #rest = '';

  constructor(begin: Begin, strange: string) {
    this.#begin = begin;
    this.#strange = strange;
  }

  take(line: LogLine, records: ImportedLine[]): void {
    this.#rest = '';
    this.#take(line, records);
    while (this.#rest !== '') {
      const text = this.#rest;
      this.#rest = '';
      if (!FRAME_LIKE.test(text)) return;
      if (this.#begin(line, text)?.kind === 'frame') this.#take({ ...line, text }, records);
      else records.push(skipped(line.number, SECOND));
    }
  }

  #take(line: LogLine, records: ImportedLine[]): void {
    const { number, text } = line;
    if (text === null) {
      this.end(records);
      records.push(skipped(number, line.reason));
      return;
    }
    const open = this.#open;
    const seen = this.#begin(line, text);
    // A bracket alone begins a frame, but where one is open it is of that; a program may write one before its records.
    const bare = seen === null || (seen.kind === 'frame' && !/\w/.test(text.slice(0, seen.at)));
    const begun = bare && open !== null && isWithin(open, text) ? null : seen;
    if (begun === null && open !== null && this.#goOn(open, text, records)) return;
    this.end(records);
    if (begun === null) {
      if (text.trim() !== '') records.push(skipped(number, this.#strange));
    } else if (begun.kind === 'frame') this.#frame(number, text.slice(begun.at), begun.told, records);
    else records.push(begun.kind === 'event' ? begun : skipped(number, begun.reason));
  }

  /** A frame that nothing closed is kept as it is. */
  end(records: ImportedLine[]): void {
    if (this.#open === null) return;
    const { line, told, tooLong, text, rest } = this.#open;
    this.#rest = rest;
    this.#open = null;
    if (tooLong) records.push(skipped(line, TOO_LONG));
    else if (text === '') records.push(skipped(line, 'nothing behind the mark of a frame'));
    else if (!isMarked(told) && readHead(text) === null) records.push(skipped(line, NO_FRAME));
    else records.push(frameAt(line, text, told));
  }

  #frame(line: number, text: string, told: Told, records: ImportedLine[]): void {
    if (text !== '' && !text.startsWith('[')) {
      records.push(frameAt(line, text.trimEnd(), told));
      return;
    }
    this.#open = new OpenFrame(line, told);
    if (text !== '' && this.#open.add(text)) this.end(records);
  }

  /** false where the line cannot be a part of the frame. */
  #goOn(open: OpenFrame, text: string, records: ImportedLine[]): boolean {
    if (!open.begun) {
      const bare = text.trim();
      if (bare !== '') this.#frame(open.line, bare, open.told, records);
      if (bare !== '' && !bare.startsWith('[')) this.#open = null;
      return true;
    }
    const step = open.goOn(text);
    if (step === 'no') return false;
    if (step === 'closed' || open.tooLong) this.end(records);
    return true;
  }
}
