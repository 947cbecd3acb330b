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

export class AnsweredResults<R> {
  readonly #max: number;
  readonly #results = new Map<string, AnsweredResult<R>>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Of two with the same id only the newer one can be rejected. */
  remember(result: AnsweredResult<R>): void {
    const key = keyOf(result.direction, result.id);
    this.#results.delete(key);
    this.#results.set(key, result);
    if (this.#results.size <= this.#max) return;
    for (const oldest of this.#results.keys()) {
      this.#results.delete(oldest);
      break;
    }
  }

  find(direction: Direction, id: string): AnsweredResult<R> | null {
    return this.#results.get(keyOf(direction, id)) ?? null;
  }

  forget(result: AnsweredResult<R>): void {
    this.#results.delete(keyOf(result.direction, result.id));
  }

  clear(): void {
    this.#results.clear();
  }
}

function keyOf(direction: Direction, id: string): string {
  return `${direction} ${id}`;
}
