/** Does a task soon after it was asked for, never twice at once, and never so often that it does little else. */

export interface PaceOptions {
  readonly task: () => Promise<unknown>;
  /** ms between the end of one and the start of the next. */
  readonly least: number;
  /** And so many times as long as the last one took. */
  readonly times: number;
  readonly now?: () => number;
}

/** What comes together is answered together. */
const GATHER_MS = 150;

export class Pace {
  readonly #options: PaceOptions;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running = false;
  #again = false;
  #stopped = false;
  #free = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Asks for the task; however often, it is done once for all of them. */
  ask(): void {
    if (this.#stopped) return;
    if (this.#running) this.#again = true;
    else this.#timer ??= setTimeout(() => void this.#do(), Math.max(GATHER_MS, this.#free - this.#now()));
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #do(): Promise<void> {
    const { task, least, times } = this.#options;
    this.#timer = null;
    this.#running = true;
    const started = this.#now();
    try {
      await task();
    } finally {
      const ended = this.#now();
      this.#free = ended + Math.max(least, times * (ended - started));
      this.#running = false;
      const again = this.#again;
      this.#again = false;
      if (again) this.ask();
    }
  }
}
