/** A frame of which the end has not been seen yet, line after line. */

import type { Told } from './begun.ts';
import { FrameScanner } from './frame-scanner.ts';
import { LINE_BYTES_MAX } from './line-cutter.ts';

/** What can follow the line end of a frame, outside of strings. */
const JSON_NEXT =
  /^\s*(?:["{}\],:]|\[\s*(?:["{[\]\d-]|true\b|false\b|null\b|$)|-?\d[\d.eE+-]*\s*(?:[,\]}]|$)|true\b|false\b|null\b|$)/;
/** A number or word that a line break went through. */
const WORD_END = /[\w.+-]$/;
const WORD_GOES_ON = /^[\w.+-]+\s*(?:[,\]}]|$)/;
/** Lines may hold a character each: so many are put together at a time. */
const PARTS_MAX = 4_096;

export class OpenFrame {
  readonly line: number;
  readonly told: Told;
  readonly #scanner = new FrameScanner();
  readonly #pieces: string[] = [];
  #parts: string[] = [];
  #last = '';
  #length = 0;
  /** Behind the frame, on the line in which it ends. */
  rest = '';

  constructor(line: number, told: Told) {
    this.line = line;
    this.told = told;
  }

  get begun(): boolean {
    return this.#length > 0;
  }

  get tooLong(): boolean {
    return this.#length > LINE_BYTES_MAX;
  }

  get text(): string {
    const [first = '', ...more] = [...this.#pieces, ...this.#parts];
    return more.length === 0 ? first.trimEnd() : `${first}${more.join('')}`.trim();
  }

  /** Whether the line was a part of the frame, and now is in it. */
  goOn(line: string): 'no' | 'open' | 'closed' {
    // A line break in a string is the hard wrap of a terminal: JSON has none there. So it is in a number or word.
    const wrapped = this.#scanner.inString || (WORD_END.test(this.#last) && WORD_GOES_ON.test(line));
    if (!wrapped && !JSON_NEXT.test(line)) return 'no';
    if (!wrapped) this.#keep('\n');
    return this.add(line) ? 'closed' : 'open';
  }

  /** true where the frame ends in it. */
  add(text: string): boolean {
    this.#last = text;
    const end = this.#scanner.feed(text, 0);
    // Brackets that do not belong together: nobody knows where it ends.
    const whole = end < 0 || this.#scanner.crossed;
    this.#keep(whole ? text : text.slice(0, end));
    this.rest = whole ? '' : text.slice(end);
    return end >= 0;
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (part === '' || this.tooLong) return;
    this.#parts.push(part);
    if (this.#parts.length < PARTS_MAX) return;
    this.#pieces.push(this.#parts.join(''));
    this.#parts = [];
  }
}
