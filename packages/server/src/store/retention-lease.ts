/**
 * Until when what sites keep is known to be what they keep: in memory that threads share. Where control data is in a database
 * that does not answer, somebody may have asked for more to be kept, and nothing is removed until it answers.
 */

/** ms for which an answer is good. */
export const LEASE_MS = 10_000;

export class RetentionLease {
  readonly shared: SharedArrayBuffer;
  readonly #until: BigInt64Array;

  constructor(shared = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#until = new BigInt64Array(shared);
  }

  /** `now`: ms since 1970. */
  extend(now: number): void {
    Atomics.store(this.#until, 0, BigInt(now + LEASE_MS));
  }

  /** A clock that was put back does not make it longer. */
  holds(now: number): boolean {
    const left = Number(Atomics.load(this.#until, 0)) - now;
    return left > 0 && left <= LEASE_MS;
  }
}
