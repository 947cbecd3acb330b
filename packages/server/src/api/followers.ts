/** Who follows the progress of jobs: so many at once, since each is a connection that stays. */

import { Problem } from '../errors.ts';

export const FOLLOWERS_MAX = 100;
const RETRY = { headers: { 'retry-after': '30' } };

export class Followers {
  readonly #what: string;
  #now = 0;

  /** @param what that is followed, as it is told */
  constructor(what: string) {
    this.#what = what;
  }

  get now(): number {
    return this.#now;
  }

  /** Throws a {@link Problem} where there is no room for one more. To be asked before the answer has begun. */
  demandRoom(): void {
    if (this.#now < FOLLOWERS_MAX) return;
    throw new Problem('too-many-requests', `${FOLLOWERS_MAX} ${this.#what} are followed already.`, RETRY);
  }

  async during(following: () => Promise<void>): Promise<void> {
    this.#now += 1;
    try {
      await following();
    } finally {
      this.#now -= 1;
    }
  }
}
