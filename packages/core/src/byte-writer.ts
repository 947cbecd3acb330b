/** Grows a buffer of UTF-8 text; made for pages, where payloads are copied as bytes and never re-encoded. */

const encoder = new TextEncoder();

export class ByteWriter {
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(size = 64 * 1024) {
    this.#buffer = new Uint8Array(size);
  }

  get length(): number {
    return this.#length;
  }

  text(text: string): void {
    // One UTF-16 unit becomes at most three bytes (RFC 3629).
    this.#reserve(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
  }

  bytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.#reserve(end - start);
    this.#buffer.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** Makes line breaks from `start` on blanks: in valid JSON they stand between tokens only (RFC 8259 2). */
  joinLines(start: number): void {
    for (let at = start; at < this.#length; at++) {
      const byte = this.#buffer[at];
      if (byte === 0x0a || byte === 0x0d) this.#buffer[at] = 0x20;
    }
  }

  /** All that was written, in a buffer of its own; the writer begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#buffer.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
