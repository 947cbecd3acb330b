/** Reads rows in ClickHouse's RowBinary: bytes as they are, which no text format gives back. */

export class RowBinary {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#move(1));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#move(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#move(8));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#move(8));
  }

  /** A count or a time, below 2^53. */
  number(): number {
    return Number(this.uint64());
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#move(8));
  }

  /** A part of what was read, not a copy. */
  bytes(): Buffer {
    const length = this.#length();
    const at = this.#move(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(): string {
    const length = this.#length();
    const at = this.#move(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  texts(): readonly string[] {
    const texts: string[] = [];
    for (let left = this.#length(); left > 0; left--) texts.push(this.text());
    return texts;
  }

  nullable<T>(read: () => T): T | null {
    return this.byte() === 1 ? null : read();
  }

  #move(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new RangeError('rows of ClickHouse end in the midst of one');
    this.#at = at + length;
    return at;
  }

  /** LEB128, below 2^31. */
  #length(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a length of ClickHouse is out of range');
  }
}
