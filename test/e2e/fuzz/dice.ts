/** Choices that are the same again for a seed. */

import assert from 'node:assert/strict';
import { seededRandom } from '../../faults/kill-rounds.ts';

export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** 0 up to and without `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  one<T>(of: readonly T[]): T {
    const chosen = of[this.below(of.length)];
    // Elements that may be undefined are not given here.
    assert.ok(chosen !== undefined, 'nothing to choose from');
    return chosen;
  }
}
