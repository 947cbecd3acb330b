/** The bytes of a record that is being cut out, from as many chunks as it takes. */

import { withoutColours } from './colours.ts';
import { unwrapped } from './hard-wrap.ts';
import { decode, LINE_BYTES_MAX } from './line-cutter.ts';
import { isObject, parsed } from './source-record.ts';

const NOT_UTF8 = 'the record is not UTF-8';
/** So much is read again where a record turns out to be two. */
const DOUBT_BYTES_MAX = 1024 * 1024;
const TOO_LONG = 'the record is longer than 16 MiB';

type RecordText = { readonly text: string } | { readonly reason: string };

interface Doubt {
  /** In bytes of the record. */
  readonly offset: number;
  readonly line: number;
  readonly indent: number;
  /** It begins as the open one does. */
  readonly alike: boolean;
}

export class OpenRecord {
  /** 1-based. */
  readonly line: number;
  /** Blanks that its line begins with. */
  readonly indent: number;
  /** Whether it is on several lines, perhaps because a terminal broke it. */
  wrapped = false;
  coloured = false;
  /** Where it begins in the chunk that is read now. */
  #from: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Where another record may have begun. */
  #doubt: Doubt | null = null;

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

  /** The chunk is another one now, read up to `at`. */
  moveTo(at: number): void {
    this.#from = at;
  }

  get doubtful(): boolean {
    return this.#doubt !== null;
  }

  /** Another record may begin at `at`: only the end of this one shows it. Of places alike the first counts. */
  doubt(at: number, line: number, indent: number, alike: boolean): void {
    const offset = this.#length + at - this.#from;
    const known = this.#doubt;
    const near = known !== null && offset - known.offset <= DOUBT_BYTES_MAX;
    if (!near || (alike && !known.alike)) this.#doubt = { offset, line, indent, alike };
  }

  /** What was read from that place on; null where there is none near enough. */
  doubted(chunk: Uint8Array, end: number): (Doubt & { readonly bytes: Uint8Array }) | null {
    if (this.#doubt === null) return null;
    this.keep(chunk, end);
    const { offset } = this.#doubt;
    if (this.#length > LINE_BYTES_MAX || this.#length - offset > DOUBT_BYTES_MAX) return null;
    return { ...this.#doubt, bytes: Buffer.concat(this.#parts).subarray(offset) };
  }

  /** Its first bytes, as Latin-1; fewer only where there are no more. */
  begin(chunk: Uint8Array, length: number): string {
    let text = '';
    for (const part of [...this.#parts.slice(0, length), chunk.subarray(this.#from)]) {
      text += latin1(part.subarray(0, length - text.length));
      if (text.length === length) break;
    }
    return text;
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
  text(): RecordText {
    if (this.#length > LINE_BYTES_MAX) return { reason: TOO_LONG };
    const [only] = this.#parts;
    const text = decode(this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts));
    if (text === null) return { reason: NOT_UTF8 };
    const plain = this.coloured ? withoutColours(text) : text;
    return { text: this.wrapped ? unwrapped(plain) : plain };
  }
}

export function isRecord(read: RecordText): boolean {
  return 'text' in read && isObject(parsed(read.text));
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
