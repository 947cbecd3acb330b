/** So many in a minute, by name or address: all of them at once if need be, then as they come back. */

/** Names that are remembered; those that were not used longest make room, and begin anew. */
const NAMES_MOST = 20_000;
const MINUTE_MS = 60_000;

export interface Taken {
  /** ms to wait; 0: it may. */
  readonly waitMs: number;
  readonly left: number;
}

export class Allowance {
  readonly perMinute: number;
  readonly #most: number;
  readonly #stepMs: number;
  /** When everything will have come back, ms; in the order of their use. */
  readonly #whole = new Map<string, number>();

  constructor(perMinute: number, most = NAMES_MOST) {
    this.perMinute = perMinute;
    this.#most = most;
    this.#stepMs = MINUTE_MS / perMinute;
  }

  /** @param now monotonic, ms */
  take(name: string, now: number): Taken {
    const before = Math.max(this.#whole.get(name) ?? now, now);
    const after = before + this.#stepMs;
    const waitMs = after - now - MINUTE_MS;
    // Steps are fractions of a millisecond: what is left of rounding is no wait.
    if (waitMs > 1e-6) return { waitMs, left: 0 };
    this.#whole.delete(name);
    if (this.#whole.size >= this.#most) this.#makeRoom();
    this.#whole.set(name, after);
    return { waitMs: 0, left: Math.floor((MINUTE_MS - (after - now)) / this.#stepMs + 1e-6) };
  }

  get size(): number {
    return this.#whole.size;
  }

  #makeRoom(): void {
    const [oldest] = this.#whole.keys();
    if (oldest !== undefined) this.#whole.delete(oldest);
  }
}
