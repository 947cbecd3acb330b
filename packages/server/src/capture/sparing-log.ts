/** Log lines that strangers can cause: a few a minute, then only how many there were. */

export interface WarningLog {
  warn(facts: object, text: string): void;
}

const LINES_PER_WINDOW = 5;
const WINDOW_MS = 60_000;

export class SparingLog {
  readonly #log: WarningLog;
  readonly #now: () => number;
  #windowStart = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #suppressed = 0;

  /** @param now monotonic, ms */
  constructor(log: WarningLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  warn(facts: object, text: string): void {
    const now = this.#now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#lines = 0;
    }
    if (this.#lines >= LINES_PER_WINDOW) {
      this.#suppressed += 1;
      return;
    }
    this.#lines += 1;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    this.#log.warn(suppressed === 0 ? facts : { ...facts, suppressed }, text);
  }
}
