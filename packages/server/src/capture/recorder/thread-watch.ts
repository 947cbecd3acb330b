/** Whether a thread still answers: one that is busy with a single thing for long takes nothing else, and nobody sees it. */

/** Questions' time without an answer, at which it counts as silent. */
const SILENT_AFTER = 5;

export interface WatchOptions {
  /** Resolves when the thread has answered. */
  readonly ask: () => Promise<unknown>;
  /** Once for each silence. */
  readonly onSilent: (seconds: number) => void;
  readonly onHeard: (seconds: number) => void;
  /** Between two questions. */
  readonly everyMs: number;
}

export class ThreadWatch {
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  /**
   * Turns of this timer, not time of the clock: where this thread itself was busy its turns are fewer, and the other's
   * answer may lie here unread.
   */
  #turns = 0;
  #asked = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#turn(), options.everyMs);
  }

  /** For how long it has been silent, s; 0 where it answers. */
  get silence(): number {
    return this.#turns >= SILENT_AFTER ? this.#seconds() : 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#turns = 0;
  }

  #turn(): void {
    if (this.#asked) {
      this.#turns += 1;
      if (this.#turns === SILENT_AFTER) this.#options.onSilent(this.#seconds());
      return;
    }
    this.#asked = true;
    this.#options.ask().then(
      () => this.#heard(),
      // It has ended, which is told by itself.
      () => this.stop(),
    );
  }

  #heard(): void {
    const silence = this.silence;
    this.#asked = false;
    this.#turns = 0;
    if (silence > 0) this.#options.onHeard(silence);
  }

  #seconds(): number {
    return Math.ceil((this.#turns * this.#options.everyMs) / 1000);
  }
}
