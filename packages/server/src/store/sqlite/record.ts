/**
 * The bytes of one entry's texts, as open rows, blocks and amendments hold them: lengths first, then the texts.
 * What the narrow row says already (charger, kind, action, outcome) is not repeated.
 */

import {
  decodeEntry,
  type Entry,
  type EntryId,
  type EntryText,
  type Kind,
  type Outcome,
} from '@ocpp-logs/core';

/** Lengths of a record take at most this: a byte of flags and seven varints of 32 bits. */
const LENGTHS_MAX = 1 + 7 * 5;

const REQUEST = 1;
const PAYLOAD = 2;
const ANSWER = 4;
const REJECTION = 8;
/** Before a record that was damaged when it was packed, all of which is kept behind it. No flags of a record are so many. */
const DAMAGED = 0xff;

/** What the narrow row of an entry holds. */
export interface Row {
  readonly id: EntryId;
  readonly kind: Kind;
  readonly charger: string;
  readonly action: string | null;
  readonly outcome: Outcome | null;
}

/** Packs records into a buffer of its own that is used again: what it returns is valid until the next call. */
export class RecordPacker {
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);

  pack(text: EntryText): Uint8Array {
    const { fields, head, request, answer, rejection } = text;
    const texts = (request?.length ?? 0) + (answer?.length ?? 0) + (rejection?.length ?? 0);
    this.#reserve(LENGTHS_MAX + (fields.length + head.length) * 3 + texts);
    const buffer = this.#buffer;
    const payload = request !== null && text.payloadStart >= 0;
    buffer[0] =
      (request === null ? 0 : REQUEST) |
      (payload ? PAYLOAD : 0) |
      (answer === null ? 0 : ANSWER) |
      (rejection === null ? 0 : REJECTION);
    let at = putVarint(buffer, 1, Buffer.byteLength(fields));
    at = putVarint(buffer, at, Buffer.byteLength(head));
    if (request !== null) at = putVarint(buffer, at, request.length);
    if (payload) {
      at = putVarint(buffer, at, text.payloadStart);
      at = putVarint(buffer, at, text.payloadEnd - text.payloadStart);
    }
    if (answer !== null) at = putVarint(buffer, at, answer.length);
    if (rejection !== null) at = putVarint(buffer, at, rejection.length);
    at += buffer.write(fields, at);
    at += buffer.write(head, at);
    for (const bytes of [request, answer, rejection]) {
      if (bytes === null) continue;
      buffer.set(bytes, at);
      at += bytes.length;
    }
    return buffer.subarray(0, at);
  }

  #reserve(bytes: number): void {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafeSlow(bytes * 2);
  }
}

/** An entry over the bytes of its record. Texts are cut out when they are asked for: few readers need all. */
export class RecordText implements EntryText {
  readonly id: EntryId;
  readonly kind: Kind;
  readonly charger: string;
  readonly action: string | null;
  readonly outcome: Outcome | null;
  readonly payloadStart: number;
  readonly payloadEnd: number;
  readonly #bytes: Buffer;
  readonly #fields: number;
  readonly #head: number;
  readonly #request: number;
  readonly #answer: number;
  readonly #rejection: number;
  readonly #end: number;
  readonly #flags: number;

  constructor(row: Row, bytes: Buffer, start: number, end: number) {
    this.id = row.id;
    this.kind = row.kind;
    this.charger = row.charger;
    this.action = row.action;
    this.outcome = row.outcome;
    this.#bytes = bytes;
    const reader = new VarintReader(bytes, start + 1);
    const flags = bytes[start] ?? 0;
    if (flags === DAMAGED) throw new RecordError('it is damaged');
    const fields = reader.next();
    const head = reader.next();
    const request = flags & REQUEST ? reader.next() : 0;
    this.payloadStart = flags & PAYLOAD ? reader.next() : -1;
    this.payloadEnd = flags & PAYLOAD ? this.payloadStart + reader.next() : -1;
    const answer = flags & ANSWER ? reader.next() : 0;
    const rejection = flags & REJECTION ? reader.next() : 0;
    this.#flags = flags;
    this.#fields = reader.at;
    this.#head = this.#fields + fields;
    this.#request = this.#head + head;
    this.#answer = this.#request + request;
    this.#rejection = this.#answer + answer;
    this.#end = this.#rejection + rejection;
    if (this.#end !== end) throw new RecordError(`record of ${end - start} bytes says it has other lengths`);
  }

  get fields(): string {
    return this.#bytes.toString('utf8', this.#fields, this.#head);
  }

  get head(): string {
    return this.#bytes.toString('utf8', this.#head, this.#request);
  }

  get request(): Uint8Array | null {
    return this.#flags & REQUEST ? this.#bytes.subarray(this.#request, this.#answer) : null;
  }

  get answer(): Uint8Array | null {
    return this.#flags & ANSWER ? this.#bytes.subarray(this.#answer, this.#rejection) : null;
  }

  get rejection(): Uint8Array | null {
    return this.#flags & REJECTION ? this.#bytes.subarray(this.#rejection, this.#end) : null;
  }
}

/** A record or block that is not as it was written. Its entries have lost their texts; the file is good otherwise. */
export class RecordError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordError';
  }
}

/** The entry that a text is of; damage may leave a text that is none. What stands in it is not told: it may be secret. */
export function storedEntry(text: EntryText): Entry {
  try {
    return decodeEntry(text);
  } catch {
    throw new RecordError('it is damaged');
  }
}

/** As it is: of one that is not packed, and has no checksum of a block yet. Throws a RecordError like {@link storedEntry}. */
export function unpackedText(text: EntryText): EntryText {
  const { answer, rejection } = storedEntry(text);
  const { request, payloadStart, payloadEnd } = text;
  // Payloads are told as they stand in the messages, within answers that must be JSON.
  if (request !== null && payloadStart >= 0) demandJson(request, payloadStart, payloadEnd);
  for (const wire of [answer, rejection])
    if (wire?.payload) demandJson(wire.bytes, wire.payload.start, wire.payload.end);
  return text;
}

function demandJson(bytes: Uint8Array, start: number, end: number): void {
  try {
    if (end > bytes.length) throw new RangeError('it ends behind its message');
    JSON.parse(Buffer.from(bytes.subarray(start, end)).toString('utf8'));
  } catch {
    throw new RecordError('it is damaged');
  }
}

/** What a row says is not asked. */
const ANY_ROW: Row = { id: 0n, kind: 'exchange', charger: '', action: null, outcome: null };

/** As it goes into a block, whose checksum will call it sound: one that is damaged already is marked so. */
export function packable(record: Buffer): Buffer {
  if (record[0] === DAMAGED) return record;
  try {
    unpackedText(new RecordText(ANY_ROW, record, 0, record.length));
    return record;
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return Buffer.concat([Uint8Array.of(DAMAGED), record]);
  }
}

/** null, and reported, where texts cannot be read. */
export function unlessUnreadable<T>(
  report: (message: string) => void,
  what: string,
  work: () => T,
): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    report(`${what} cannot be read: ${error.message}`);
    return null;
  }
}

/** LEB128; lengths stay under 2^32. Returns where the next byte goes. */
export function putVarint(buffer: Uint8Array, at: number, value: number): number {
  while (value >= 0x80) {
    buffer[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  buffer[at++] = value;
  return at;
}

export class VarintReader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined || factor > 2 ** 28) throw new RecordError('a length ends in nothing');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }
}
