/** Grows a buffer of UTF-8 text; made for pages, where most of what is written is copied and little is encoded. */

const encoder = new TextEncoder();

/** Up to this length characters are written one by one, which is faster than calling the encoder. */
const SHORT = 48;
const MS_PER_DAY = 86_400_000;

export class ByteWriter {
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;
  /** The day written last, `2026-01-05T`, and when it begins: entries of a page lie close together. */
  #day = '';
  #dayStart = Number.NaN;

  constructor(size = 64 * 1024) {
    this.#buffer = new Uint8Array(size);
  }

  get length(): number {
    return this.#length;
  }

  text(text: string): void {
    // One UTF-16 unit becomes at most three bytes (RFC 3629).
    this.#reserve(text.length * 3);
    if (text.length > SHORT || !this.#ascii(text)) {
      this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
    }
  }

  bytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.#reserve(end - start);
    this.#buffer.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** ISO 8601, UTC, milliseconds: what `Date.prototype.toISOString` gives. `ms` since 1970, in years of four digits. */
  time(ms: number): void {
    if (!(ms >= this.#dayStart && ms < this.#dayStart + MS_PER_DAY)) {
      this.#dayStart = Math.floor(ms / MS_PER_DAY) * MS_PER_DAY;
      this.#day = new Date(this.#dayStart).toISOString().slice(0, 11);
    }
    this.#reserve(32);
    this.#ascii(this.#day);
    const left = ms - this.#dayStart;
    this.#digits(Math.floor(left / 3_600_000), 0x3a);
    this.#digits(Math.floor(left / 60_000) % 60, 0x3a);
    this.#digits(Math.floor(left / 1000) % 60, 0x2e);
    this.#buffer[this.#length++] = 0x30 + (Math.floor(left / 100) % 10);
    this.#digits(left % 100, 0x5a);
  }

  /** Makes line breaks from `start` on blanks: in valid JSON they stand between tokens only (RFC 8259 2). */
  joinLines(start: number): void {
    const written = this.#buffer.subarray(start, this.#length);
    for (const lineBreak of [0x0a, 0x0d]) {
      for (let at = written.indexOf(lineBreak); at >= 0; at = written.indexOf(lineBreak, at + 1))
        written[at] = 0x20;
    }
  }

  /** All that was written; the writer begins anew. A buffer that is mostly full is given away, not copied. */
  take(): Uint8Array<ArrayBuffer> {
    const length = this.#length;
    this.#length = 0;
    if (length < this.#buffer.length / 2) return this.#buffer.slice(0, length);
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = new Uint8Array(0);
    return taken;
  }

  /** Two digits and what comes behind them; room is there. */
  #digits(number: number, behind: number): void {
    const buffer = this.#buffer;
    const at = this.#length;
    buffer[at] = 0x30 + Math.floor(number / 10);
    buffer[at + 1] = 0x30 + (number % 10);
    buffer[at + 2] = behind;
    this.#length = at + 3;
  }

  /** False where it is not ASCII; then nothing is written. Room is there. */
  #ascii(text: string): boolean {
    const buffer = this.#buffer;
    let at = this.#length;
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      if (code > 0x7f) return false;
      buffer[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.#buffer.length * 2, 64 * 1024));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
