/** The elements of a JSON array of any length, cut from its bytes one by one without parsing the whole. */

import { decode, LINE_BYTES_MAX, type SourceLine } from './line-cutter.ts';

/** What a byte outside a string means. */
const ELSE = 0;
const BLANK = 1;
const QUOTE = 2;
const OPEN = 3;
const CLOSE = 4;
const COMMA = 5;

const MEANING = new Uint8Array(256);
const CHARS = { ' \t\r\n': BLANK, '"': QUOTE, '[{': OPEN, ']}': CLOSE, ',': COMMA };
for (const [chars, meaning] of Object.entries(CHARS)) {
  for (const char of chars) MEANING[char.charCodeAt(0)] = meaning;
}
const LF = 0x0a;
const BACKSLASH = 0x5c;
const QUOTE_BYTE = 0x22;

const TOO_LONG = 'the element is longer than 16 MiB';
const NOT_UTF8 = 'the element is not UTF-8';
const CUT_OFF = 'the file ends in the middle of an element';

/** `number` is the line in which an element begins. */
export async function* elementsOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly SourceLine[]> {
  const cutter = new ElementCutter();
  for await (const chunk of chunks) yield [...cutter.push(chunk)];
  yield [...cutter.end()];
}

class ElementCutter {
  #line = 1;
  /** 0 outside the array, 1 between its elements. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #begun: number | null = null;
  #parts: Uint8Array[] = [];
  #length = 0;

  *push(chunk: Uint8Array): Iterable<SourceLine> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LF) this.#line += 1;
      if (this.#inString) {
        this.#string(byte);
        continue;
      }
      const meaning = MEANING[byte];
      if (meaning === BLANK) continue;
      if (this.#begun === null && this.#depth === 1 && meaning !== COMMA && meaning !== CLOSE) {
        this.#begun = this.#line;
        from = at;
      }
      if (meaning === QUOTE) this.#inString = true;
      else if (meaning === OPEN) this.#depth += 1;
      // The end of a bare number, word or string.
      else if (meaning !== ELSE && this.#depth === 1 && this.#begun !== null)
        yield this.#take(chunk.subarray(from, at));
      if (meaning !== CLOSE) continue;
      this.#depth = Math.max(0, this.#depth - 1);
      if (this.#begun !== null && this.#depth === 1) yield this.#take(chunk.subarray(from, at + 1));
    }
    if (this.#begun !== null) this.#keep(chunk.subarray(from));
  }

  *end(): Iterable<SourceLine> {
    if (this.#begun !== null) yield { number: this.#begun, text: null, reason: CUT_OFF };
  }

  #string(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE_BYTE) this.#inString = false;
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length <= LINE_BYTES_MAX) this.#parts.push(part);
    else this.#parts = [];
  }

  #take(last: Uint8Array): SourceLine {
    this.#keep(last);
    const number = this.#begun ?? this.#line;
    const tooLong = this.#length > LINE_BYTES_MAX;
    const text = tooLong ? null : decode(Buffer.concat(this.#parts));
    this.#begun = null;
    this.#parts = [];
    this.#length = 0;
    return { number, text, reason: tooLong ? TOO_LONG : NOT_UTF8 };
  }
}
