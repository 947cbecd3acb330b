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
  /** Of the answer, in microseconds; null where there is no clock. */
  readonly arrival: number | null;
}

/** Characters of id and action: one with longer ones cannot be rejected, so that a few cannot take much memory. */
const NAMES_MAX = 512;

/**
 * Every result is remembered and hardly one is ever asked for: so it is quick to remember, and searched for. Thousands of
 * connections keep theirs at a time, so what is too old is not kept to be counted.
 */
export class AnsweredResults<R> {
  readonly #max: number;
  readonly #ageUs: number;
  /** Oldest first. */
  readonly #results: AnsweredResult<R>[] = [];

  /** At most `max`, and each for `ageUs`, by the times of what comes in. */
  constructor(max: number, ageUs: number) {
    this.#max = max;
    this.#ageUs = ageUs;
  }

  remember(result: AnsweredResult<R>): void {
    if (this.#max === 0 || result.id.length + result.action.length > NAMES_MAX) return;
    const results = this.#results;
    while (results.length >= this.#max || this.#isOver(results[0], result.arrival)) results.shift();
    results.push(result);
  }

  /** Of two with the same id the newer one; `arrival` is that of the message which names it. */
  find(direction: Direction, id: string, arrival: number | null): AnsweredResult<R> | null {
    const found = this.#results.findLast((result) => result.id === id && result.direction === direction);
    return found === undefined || this.#isOver(found, arrival) ? null : found;
  }

  /** And any older one with its id, which cannot be rejected any more. */
  forget({ direction, id }: AnsweredResult<R>): void {
    const results = this.#results;
    for (let place = results.length - 1; place >= 0; place--) {
      const result = results[place];
      if (result?.id === id && result.direction === direction) results.splice(place, 1);
    }
  }

  clear(): void {
    this.#results.length = 0;
  }

  #isOver(result: AnsweredResult<R> | undefined, now: number | null): boolean {
    return result?.arrival != null && now !== null && now - result.arrival > this.#ageUs;
  }
}
