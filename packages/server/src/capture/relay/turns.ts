/** Steps that must come in order although some of them wait: the messages of a connection, both directions. */

/** Calls `done` once, now or later. */
export type Turn = (done: () => void) => void;

export class Turns {
  readonly #limit: number;
  readonly #queue: Turn[] = [];
  #busy = false;
  #stopped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a step would run at once. */
  get idle(): boolean {
    return !this.#busy;
  }

  /** False, and nothing done, where the bound is reached or {@link stop} was called. */
  add(turn: Turn): boolean {
    if (this.#stopped) return false;
    if (this.#busy) {
      if (this.#queue.length >= this.#limit) return false;
      this.#queue.push(turn);
    } else {
      this.#run(turn);
    }
    return true;
  }

  /** Drops what has not begun. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
  }

  #run(turn: Turn): void {
    let next: Turn | undefined = turn;
    while (next !== undefined) {
      this.#busy = true;
      let synchronous = true;
      let ended = false;
      next(() => {
        if (ended) return;
        ended = true;
        if (!synchronous) this.#continue();
      });
      synchronous = false;
      if (!ended) return;
      this.#busy = false;
      next = this.#queue.shift();
    }
  }

  #continue(): void {
    this.#busy = false;
    const next = this.#queue.shift();
    if (next !== undefined) this.#run(next);
  }
}
