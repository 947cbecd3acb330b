/** A message that comes in parts: copied together within bounds, beyond them its beginning, length and digest. */

import { createHash, type Hash } from 'node:crypto';
import { type Cut, FRAME_BYTES_MAX } from '@ocpp-logs/core';
import type { ByteBudget } from './byte-budget.ts';

/** Bytes that are kept of a message over the bound. */
export const CUT_PREFIX_BYTES = 64 * 1024;

const FIRST_BYTES = 1024;
const EMPTY = Buffer.alloc(0);

export class Gathering {
  readonly #budget: ByteBudget;
  #held: Buffer = EMPTY;
  #kept = 0;
  #length = 0;
  #hash: Hash | null = null;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Bytes added so far, kept or not. */
  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#hash !== null) {
      this.#hash.update(bytes);
    } else if (this.#length <= FRAME_BYTES_MAX && this.#room(this.#length)) {
      this.#held.set(bytes, this.#kept);
      this.#kept = this.#length;
    } else {
      this.#hash = this.#cut(bytes);
    }
  }

  /** Ends the message. Its bytes stay counted as held until {@link release}. */
  finish(): { readonly bytes: Uint8Array; readonly cut: Cut | null } {
    const cut = this.#hash === null ? null : { length: this.#length, sha256: this.#hash.digest('hex') };
    return { bytes: this.#held.subarray(0, this.#kept), cut };
  }

  release(): void {
    this.#budget.give(this.#held.length);
    this.#held = EMPTY;
    this.#kept = 0;
  }

  #room(need: number): boolean {
    if (need <= this.#held.length) return true;
    const size = Math.min(Math.max(need, this.#held.length * 2, FIRST_BYTES), FRAME_BYTES_MAX);
    if (!this.#budget.take(size - this.#held.length)) return false;
    const larger = Buffer.allocUnsafe(size);
    larger.set(this.#held.subarray(0, this.#kept));
    this.#held = larger;
    return true;
  }

  #cut(bytes: Uint8Array): Hash {
    const held = this.#held.subarray(0, this.#kept);
    const hash = createHash('sha256').update(held).update(bytes);
    const start = held.subarray(0, CUT_PREFIX_BYTES);
    const prefix = Buffer.concat([start, bytes.subarray(0, CUT_PREFIX_BYTES - start.length)]);
    this.release();
    if (this.#budget.take(prefix.length)) {
      this.#held = prefix;
      this.#kept = prefix.length;
    }
    return hash;
  }
}
