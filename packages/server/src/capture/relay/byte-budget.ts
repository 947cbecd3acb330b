/** Counts bytes that are held against a bound, and against the bound of the whole it is part of. */

export class ByteBudget {
  readonly #limit: number;
  readonly #whole: ByteBudget | null;
  #used = 0;
  #closed = false;

  constructor(limit: number, whole: ByteBudget | null) {
    this.#limit = limit;
    this.#whole = whole;
  }

  get used(): number {
    return this.#used;
  }

  /** False, and nothing taken, where a bound would be passed. */
  take(bytes: number): boolean {
    if (this.#closed || this.#used + bytes > this.#limit) return false;
    if (this.#whole !== null && !this.#whole.take(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    if (this.#closed) return;
    this.#used -= bytes;
    this.#whole?.give(bytes);
  }

  /** Gives back all that is still held; nothing can be taken or given any more. */
  close(): void {
    this.give(this.#used);
    this.#closed = true;
  }
}
