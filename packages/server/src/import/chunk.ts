/**
 * Rows on their way to a sink: their NDJSON, and where each came from. Written straight into bytes that are used again,
 * because whatever lives as long as a chunk does costs a collector much more than what dies at once.
 */

import type { ImportRow, Place } from './import-row.ts';

const BYTES_FIRST = 256 * 1024;
const LF = 0x0a;
/** UTF-8 takes at most three bytes for each unit of a JavaScript string. */
const BYTES_OF_UNIT = 3;

export class Chunk {
  #bytes = Buffer.allocUnsafe(BYTES_FIRST);
  #length = 0;
  readonly #lines: number[] = [];
  readonly #times: number[] = [];
  readonly #chargers: string[] = [];

  get rows(): number {
    return this.#lines.length;
  }

  get length(): number {
    return this.#length;
  }

  /** Good until the next {@link add} or {@link clear}. */
  get body(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add({ place, text }: ImportRow): void {
    this.#reserve(text.length * BYTES_OF_UNIT + 1);
    if (this.#length > 0) {
      this.#bytes[this.#length] = LF;
      this.#length += 1;
    }
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
    this.#lines.push(place.line);
    this.#times.push(place.at);
    // Those of one file are few; the one before is the same text most of the time.
    const before = this.#chargers.at(-1);
    this.#chargers.push(before === place.charger ? before : place.charger);
  }

  /** Of a row, counted from 0. */
  place(row: number): Place | null {
    const line = this.#lines[row];
    const at = this.#times[row];
    const charger = this.#chargers[row];
    return line === undefined || at === undefined || charger === undefined ? null : { line, at, charger };
  }

  clear(): void {
    this.#length = 0;
    this.#lines.length = 0;
    this.#times.length = 0;
    this.#chargers.length = 0;
  }

  #reserve(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
