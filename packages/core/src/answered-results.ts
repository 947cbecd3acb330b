/** The last answered exchanges of a connection, which their caller can still reject. State of pairing. */

import type { Direction, OcppVersion } from './frame.ts';

export interface AnsweredResult<R> {
  readonly ref: R;
  /** Of the call. */
  readonly direction: Direction;
  readonly id: string;
  readonly action: string;
  readonly version: OcppVersion;
  readonly answeredAt: number | null;
  readonly latency: number | null;
}

/** Every result is remembered and hardly one is ever asked for: so it is quick to remember, and searched for. */
export class AnsweredResults<R> {
  readonly #max: number;
  /** A ring once it is full; `#next` is the oldest then. */
  #results: (AnsweredResult<R> | null)[] = [];
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  remember(result: AnsweredResult<R>): void {
    if (this.#max === 0) return;
    this.#results[this.#next] = result;
    this.#next = (this.#next + 1) % this.#max;
  }

  /** Of two with the same id the newer one. */
  find(direction: Direction, id: string): AnsweredResult<R> | null {
    const { length } = this.#results;
    for (let age = 1; age <= length; age++) {
      const result = this.#results[(this.#next - age + length) % length];
      if (result != null && result.id === id && result.direction === direction) return result;
    }
    return null;
  }

  /** And any older one with its id, which cannot be rejected any more. */
  forget({ direction, id }: AnsweredResult<R>): void {
    for (const [place, result] of this.#results.entries()) {
      if (result !== null && result.id === id && result.direction === direction) this.#results[place] = null;
    }
  }

  clear(): void {
    this.#results = [];
    this.#next = 0;
  }
}
