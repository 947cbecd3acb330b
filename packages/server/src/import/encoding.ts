/** Makes UTF-8 of what a source is written in. */

import { isUtf8 } from 'node:buffer';

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

const LF = 0x0a;
/** A line that is longer is judged in pieces; it is too long to be read anyway. */
const HELD_MAX = 16 * 1024 * 1024;
/** Latin text in UTF-16 has a NUL in every other place, and hardly one in the others. */
const NUL_SHARE = 0.4;
const STRAY_SHARE = 0.05;

/** By byte order mark, else by where the NULs are. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'UTF-16LE';
  if (head[0] === 0xfe && head[1] === 0xff) return 'UTF-16BE';
  const nuls: [number, number] = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) nuls[at & 1 ? 1 : 0] += 1;
  const half = Math.max(1, head.length / 2);
  const [even, odd] = [nuls[0] / half, nuls[1] / half];
  if (odd > NUL_SHARE && even < STRAY_SHARE) return 'UTF-16LE';
  if (even > NUL_SHARE && odd < STRAY_SHARE) return 'UTF-16BE';
  return 'UTF-8';
}

/** What was not as it should be. */
export class EncodingNotes {
  /** Lines that are no UTF-8 and were read as Latin-1 (windows-1252). */
  latin1Lines = 0;
}

/** UTF-8 without a byte order mark, every line whole and valid. */
export async function* utf8Of(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  notes: EncodingNotes,
): AsyncIterable<Uint8Array> {
  if (encoding !== 'UTF-8') {
    yield* fromUtf16(chunks, encoding);
    return;
  }
  const mender = new LineMender(notes);
  for await (const chunk of withoutMark(chunks)) {
    const mended = mender.push(chunk);
    if (mended.length > 0) yield mended;
  }
  const last = mender.end();
  if (last.length > 0) yield last;
}

/** The same of a beginning that is all there. */
export function utf8OfSample(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  if (encoding !== 'UTF-8') return Buffer.from(new TextDecoder(encoding).decode(bytes));
  const mender = new LineMender(new EncodingNotes());
  return Buffer.concat([mender.push(markTaken(bytes)), mender.end()]);
}

async function* fromUtf16(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

const MARK = [0xef, 0xbb, 0xbf];

async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array();
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < MARK.length) continue;
    yield markTaken(head);
    head = null;
  }
  if (head !== null && head.length > 0) yield markTaken(head);
}

function markTaken(head: Uint8Array): Uint8Array {
  return MARK.every((byte, at) => head[at] === byte) ? head.subarray(MARK.length) : head;
}

const windows1252 = new TextDecoder('windows-1252');

class LineMender {
  readonly #notes: EncodingNotes;
  #held: Uint8Array[] = [];
  #length = 0;

  constructor(notes: EncodingNotes) {
    this.#notes = notes;
  }

  /** The lines that are whole now. */
  push(chunk: Uint8Array): Uint8Array {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end === 0 && this.#length + chunk.length <= HELD_MAX) {
      this.#hold(chunk);
      return new Uint8Array();
    }
    const whole = end === 0 ? chunk : chunk.subarray(0, end);
    const lines = this.#held.length === 0 ? whole : Buffer.concat([...this.#held, whole]);
    this.#held = [];
    this.#length = 0;
    if (end > 0 && end < chunk.length) this.#hold(chunk.subarray(end));
    return this.#mended(lines);
  }

  end(): Uint8Array {
    return this.#mended(Buffer.concat(this.#held));
  }

  #hold(part: Uint8Array): void {
    this.#held.push(part);
    this.#length += part.length;
  }

  #mended(lines: Uint8Array): Uint8Array {
    if (isUtf8(lines)) return lines;
    const mended: Uint8Array[] = [];
    for (let start = 0; start < lines.length; ) {
      const end = lines.indexOf(LF, start) + 1 || lines.length;
      const line = lines.subarray(start, end);
      start = end;
      if (isUtf8(line)) mended.push(line);
      else {
        this.#notes.latin1Lines += 1;
        mended.push(Buffer.from(windows1252.decode(line)));
      }
    }
    return Buffer.concat(mended);
  }
}
