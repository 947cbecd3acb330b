/**
 * WebSocket framing (RFC 6455 5.2) of one direction, from chunks cut anywhere. It reads a copy of bytes that have
 * been passed on already, so it never alters a chunk; and it judges less than an endpoint would: what masks where
 * it should not, or is no UTF-8, is read all the same.
 */

/** Stops the decoding of a connection, and only that. */
export class DecodeError extends Error {}

export interface FrameParts {
  /**
   * The next bytes of the message under way; `end` with its last ones. `bytes` are valid during the call only.
   * A message may come in any number of parts, empty ones among them.
   */
  part(bytes: Uint8Array, binary: boolean, compressed: boolean, end: boolean): void;
  /** Payload of a close frame, valid during the call only. */
  close(payload: Uint8Array): void;
}

const OPCODE_CONTINUATION = 0x0;
const OPCODE_BINARY = 0x2;
const OPCODE_CLOSE = 0x8;
const OPCODE_PONG = 0xa;

const FIN = 0x80;
const RSV1 = 0x40;
const RSV2_AND_3 = 0x30;
const MASKED = 0x80;

/** Parts are no larger than this. */
const PART_BYTES_MAX = 64 * 1024;
const CONTROL_BYTES_MAX = 125;
const HEADER_BYTES_MAX = 14;

// Unmasking space for all connections: a part is used up before the next is made.
const unmasked = new Uint8Array(PART_BYTES_MAX);
const unmaskedWords = new Uint32Array(unmasked.buffer);
const key = new Uint8Array(4);
const keyWord = new Uint32Array(key.buffer);

export class FrameParser {
  readonly #parts: FrameParts;
  readonly #deflate: boolean;
  readonly #header = new Uint8Array(HEADER_BYTES_MAX);
  #headerLength = 0;
  /** Bytes of the frame's payload still to come; -1 between frames. */
  #left = -1;
  #opcode = 0;
  #fin = false;
  #masked = false;
  readonly #mask = new Uint8Array(4);
  #maskAt = 0;
  /** Between the first and the last frame of a message. */
  #fragmented = false;
  #binary = false;
  #compressed = false;
  readonly #control = new Uint8Array(CONTROL_BYTES_MAX);
  #controlLength = 0;
  #closed = false;

  /** @param deflate whether permessage-deflate was agreed on */
  constructor(parts: FrameParts, deflate: boolean) {
    this.#parts = parts;
    this.#deflate = deflate;
  }

  /** @throws DecodeError where the bytes are no frames; nothing more may be pushed then. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#closed) {
      if (this.#left >= 0) {
        at = this.#payload(chunk, at);
        continue;
      }
      if (this.#headerLength === 0) {
        const size = headerSize(chunk, at, chunk.length);
        if (at + size <= chunk.length) {
          this.#begin(chunk, at, size);
          at += size;
          continue;
        }
      }
      this.#header[this.#headerLength++] = chunk[at++] ?? 0;
      const size = headerSize(this.#header, 0, this.#headerLength);
      if (this.#headerLength >= size) {
        this.#headerLength = 0;
        this.#begin(this.#header, 0, size);
      }
    }
  }

  #begin(from: Uint8Array, at: number, size: number): void {
    const first = from[at] ?? 0;
    const second = from[at + 1] ?? 0;
    this.#opcode = first & 0x0f;
    this.#fin = (first & FIN) !== 0;
    this.#masked = (second & MASKED) !== 0;
    this.#left = payloadLength(from, at);
    if (this.#masked) {
      for (let i = 0; i < 4; i++) this.#mask[i] = from[at + size - 4 + i] ?? 0;
      this.#maskAt = 0;
    }
    if ((first & RSV2_AND_3) !== 0) throw new DecodeError('a reserved bit is set');
    const compressed = (first & RSV1) !== 0;
    if (this.#opcode >= OPCODE_CLOSE) this.#beginControl(compressed);
    else this.#beginMessage(compressed);
    if (this.#left === 0) this.#ended(unmasked.subarray(0, 0));
  }

  #beginControl(compressed: boolean): void {
    if (this.#opcode > OPCODE_PONG) throw new DecodeError(`opcode ${this.#opcode} is reserved`);
    if (compressed) throw new DecodeError('a control frame is compressed');
    if (!this.#fin) throw new DecodeError('a control frame is fragmented');
    if (this.#left > CONTROL_BYTES_MAX) throw new DecodeError('a control frame is too long');
    this.#controlLength = 0;
  }

  #beginMessage(compressed: boolean): void {
    if (this.#opcode === OPCODE_CONTINUATION) {
      if (!this.#fragmented) throw new DecodeError('a continuation without a message');
      if (compressed) throw new DecodeError('a continuation has the bit of a compressed message');
    } else {
      if (this.#opcode > OPCODE_BINARY) throw new DecodeError(`opcode ${this.#opcode} is reserved`);
      if (this.#fragmented) throw new DecodeError('a message began within a message');
      if (compressed && !this.#deflate) throw new DecodeError('compressed without an agreed extension');
      this.#binary = this.#opcode === OPCODE_BINARY;
      this.#compressed = compressed;
    }
    this.#fragmented = !this.#fin;
  }

  #payload(chunk: Uint8Array, at: number): number {
    const length = Math.min(this.#left, chunk.length - at, PART_BYTES_MAX);
    const piece = chunk.subarray(at, at + length);
    const bytes = this.#masked ? this.#unmask(piece) : piece;
    this.#left -= length;
    if (this.#left === 0) this.#ended(bytes);
    else if (this.#opcode >= OPCODE_CLOSE) this.#keepControl(bytes);
    else this.#parts.part(bytes, this.#binary, this.#compressed, false);
    return at + length;
  }

  #ended(bytes: Uint8Array): void {
    this.#left = -1;
    if (this.#opcode < OPCODE_CLOSE) {
      this.#parts.part(bytes, this.#binary, this.#compressed, this.#fin);
      return;
    }
    if (this.#opcode !== OPCODE_CLOSE) return;
    this.#keepControl(bytes);
    // Nothing after a close frame is part of the conversation (RFC 6455 5.5.1).
    this.#closed = true;
    this.#parts.close(this.#control.subarray(0, this.#controlLength));
  }

  #keepControl(bytes: Uint8Array): void {
    this.#control.set(bytes, this.#controlLength);
    this.#controlLength += bytes.length;
  }

  #unmask(piece: Uint8Array): Uint8Array {
    for (let i = 0; i < 4; i++) key[i] = this.#mask[(this.#maskAt + i) & 3] ?? 0;
    this.#maskAt = (this.#maskAt + piece.length) & 3;
    unmasked.set(piece);
    const word = keyWord[0] ?? 0;
    const words = (piece.length + 3) >> 2;
    for (let i = 0; i < words; i++) unmaskedWords[i] = (unmaskedWords[i] ?? 0) ^ word;
    return unmasked.subarray(0, piece.length);
  }
}

/** Bytes of the header that begins at `at`, as far as those before `end` tell: never more than it will be. */
function headerSize(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return 2;
  const second = bytes[at + 1] ?? 0;
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + ((second & MASKED) === 0 ? 0 : 4);
}

function payloadLength(bytes: Uint8Array, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < 126) return length;
  const size = length === 126 ? 2 : 8;
  let total = 0;
  for (let i = 0; i < size; i++) total = total * 256 + (bytes[at + 2 + i] ?? 0);
  if (total > Number.MAX_SAFE_INTEGER) throw new DecodeError('a frame is longer than 2^53 bytes');
  return total;
}
