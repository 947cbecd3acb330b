/** Bytes to lines of text, with a bound on how long one may be. */

import { isAscii } from 'node:buffer';
import { withoutColours } from './colours.ts';

const LF = 0x0a;
/** Frames hold 4 MiB at most; escaped inside a record they are longer. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024;
/** A character of a string is at most so many bytes of UTF-8. */
const BYTES_A_UNIT = 3;
const TOO_LONG = 'the line is longer than 16 MiB';

export interface SourceLine {
  /** 1-based. */
  readonly number: number;
  /** Without its line end; null where it cannot be read. */
  readonly text: string | null;
  /** Why it cannot be read. */
  readonly reason: string;
}

export interface LogLine extends SourceLine {
  /** Time that a prefix bore which was taken off, as it was written. */
  readonly stamp: string | null;
}

/** Bytes that are no UTF-8 become U+FFFD; a source has been made UTF-8 before. */
export class LineCutter {
  #number = 1;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** The lines that are whole now. */
  push(chunk: Uint8Array): readonly LogLine[] {
    const last = chunk.lastIndexOf(LF);
    if (last < 0) {
      this.#keep(chunk);
      return [];
    }
    const lines: LogLine[] = [];
    let from = 0;
    if (this.#length > LINE_BYTES_MAX) {
      lines.push(this.#unreadable());
      from = chunk.indexOf(LF) + 1;
    }
    if (from <= last) {
      const block = chunk.subarray(from, last);
      this.#cut(this.#parts.length === 0 ? block : Buffer.concat([...this.#parts, block]), lines);
    }
    this.#parts = [];
    this.#length = 0;
    this.#keep(chunk.subarray(last + 1));
    return lines;
  }

  /** The line that no line end follows. */
  end(): readonly LogLine[] {
    const lines: LogLine[] = [];
    if (this.#length > LINE_BYTES_MAX) lines.push(this.#unreadable());
    else if (this.#length > 0) this.#cut(Buffer.concat(this.#parts), lines);
    this.#parts = [];
    this.#length = 0;
    return lines;
  }

  #cut(block: Uint8Array, lines: LogLine[]): void {
    const text = withoutColours(textOf(block));
    for (const line of linesIn(text)) {
      const tooLong = line.length > LINE_BYTES_MAX / BYTES_A_UNIT && Buffer.byteLength(line) > LINE_BYTES_MAX;
      if (tooLong) lines.push(this.#unreadable());
      else {
        lines.push({ number: this.#number, text: bare(line, this.#number), reason: '', stamp: null });
        this.#number += 1;
      }
    }
  }

  #unreadable(): LogLine {
    const number = this.#number;
    this.#number += 1;
    return { number, text: null, reason: TOO_LONG, stamp: null };
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > LINE_BYTES_MAX) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString(isAscii(buffer) ? 'latin1' : 'utf8');
}

/** A CR alone ends a line too: no text of JSON holds one. */
function linesIn(text: string): readonly string[] {
  const lines = text.split('\n');
  if (!LONE_CR.test(text)) return lines;
  return lines.flatMap((line) => line.replace(/\r+$/, '').split('\r'));
}

const LONE_CR = /\r(?![\r\n]|$)/;

/** A log that was cut while it was written to begins with NULs. */
function bare(line: string, number: number): string {
  const start = line.charCodeAt(0) === 0 ? line.search(/[^\0]|$/) : 0;
  const begun = number === 1 && line.charCodeAt(start) === 0xfeff ? start + 1 : start;
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  return begun === 0 && end === line.length ? line : line.slice(begun, Math.max(begun, end));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** null for what is not UTF-8. */
export function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
