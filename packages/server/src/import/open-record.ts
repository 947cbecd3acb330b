/** The bytes of a record that is being cut out, from as many chunks as it takes. */

import { withoutColours } from './colours.ts';
import { decode, LINE_BYTES_MAX } from './line-cutter.ts';

const NOT_UTF8 = 'the record is not UTF-8';
const TOO_LONG = 'the record is longer than 16 MiB';

export class OpenRecord {
  /** 1-based. */
  readonly line: number;
  /** Blanks that its line begins with. */
  readonly indent: number;
  /** Whether a terminal broke a text of it over lines. */
  wrapped = false;
  coloured = false;
  /** Where it begins in the chunk that is read now. */
  #from: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(line: number, indent: number, from: number) {
    this.line = line;
    this.indent = indent;
    this.#from = from;
  }

  /** It goes on in the next chunk, or ends here. */
  keep(chunk: Uint8Array, end = chunk.length): void {
    this.#length += end - this.#from;
    if (this.#length <= LINE_BYTES_MAX) this.#parts.push(chunk.subarray(this.#from, end));
    else this.#parts = [];
    this.#from = 0;
  }

  /** At most `length` bytes before `at`, as Latin-1. */
  before(chunk: Uint8Array, at: number, length: number): string {
    let text = latin1(chunk.subarray(Math.max(this.#from, at - length), at));
    for (let part = this.#parts.length - 1; part >= 0 && text.length < length; part -= 1) {
      text = latin1(this.#parts[part]?.subarray(text.length - length) ?? new Uint8Array(0)) + text;
    }
    return text;
  }

  /** What was kept, or why it cannot be read. */
  text(): { readonly text: string } | { readonly reason: string } {
    if (this.#length > LINE_BYTES_MAX) return { reason: TOO_LONG };
    const [only] = this.#parts;
    const text = decode(this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts));
    if (text === null) return { reason: NOT_UTF8 };
    const plain = this.coloured ? withoutColours(text) : text;
    return { text: this.wrapped ? unwrapped(plain) : plain };
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** A terminal's hard wrap inside a text is undone. */
function unwrapped(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (quoted) => quoted.replace(/\r?\n/g, ''));
}
