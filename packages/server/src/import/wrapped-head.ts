/** Puts the head of a record together that a hard wrap went through: what stands before its frame is on several lines. */

import type { LogLine } from './line-cutter.ts';

export interface WrappedHead {
  /** Whether the line begins a record. */
  begins(text: string): boolean;
  /** Whether it may be the first line of a record of which the head is not whole. */
  isTorn(text: string): boolean;
  isWhole(text: string): boolean;
}

/** A terminal has at least so many columns. */
const WIDTH_MIN = 40;
const LINES_MAX = 6;

/** Only lines of one width are wrapped, and only those are joined that make a head whole. */
export class HeadJoiner {
  readonly #head: WrappedHead;
  #held: (LogLine & { readonly text: string })[] = [];

  constructor(head: WrappedHead) {
    this.#head = head;
  }

  take(line: LogLine): readonly LogLine[] {
    const { text } = line;
    const [first] = this.#held;
    if (first === undefined) return this.#begin(line);
    if (text === null || this.#head.begins(text)) return [...this.end(), ...this.#begin(line)];
    const joined = `${this.#held.map((held) => held.text).join('')}${text}`;
    if (this.#head.isWhole(joined)) {
      this.#held = [];
      return [{ ...first, text: joined }];
    }
    if (text.length !== first.text.length || this.#held.length + 1 >= LINES_MAX) return [...this.end(), line];
    this.#held.push({ ...line, text });
    return [];
  }

  /** What did not become whole, as it was. */
  end(): readonly LogLine[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #begin(line: LogLine): readonly LogLine[] {
    const { text } = line;
    if (text === null || text.length < WIDTH_MIN || !this.#head.isTorn(text)) return [line];
    this.#held = [{ ...line, text }];
    return [];
  }
}
