/** Days are counted ahead, beside shipping and retention, which wait for none of it. */

/** Between two looks whether it may begin. */
const LOOK_MS = 1000;
/** Between two rounds, where nothing is left. */
const EVERY_MS = 300_000;
const BACK_OFF_MS = 60_000;
const BACK_OFF_MAX_MS = 3_600_000;

export interface RollingLoopOptions {
  /** Whether the tables are there, and this folder ships to them. */
  readonly mayRun: () => boolean;
  /** Whether more can be done at once. */
  readonly round: () => Promise<boolean>;
  /** A line for the log. */
  readonly report: (line: string) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** Ends early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class RollingLoop {
  readonly #options: RollingLoopOptions;
  #failures = 0;
  #failedInRow = 0;

  constructor(options: RollingLoopOptions) {
    this.#options = options;
  }

  counts(): { readonly rolling_failures_total: number } {
    return { rolling_failures_total: this.#failures };
  }

  /** Until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { mayRun, pause } = this.#options;
    while (!signal.aborted) await pause(mayRun() ? await this.#round(signal) : LOOK_MS, signal);
  }

  /** ms until the next one. */
  async #round(signal: AbortSignal): Promise<number> {
    const { round, now, report } = this.#options;
    const begun = now();
    try {
      const more = await round();
      if (this.#failedInRow > 0) report('days are counted ahead in ClickHouse again');
      this.#failedInRow = 0;
      // Half of the time is left to others.
      return more ? Math.min(EVERY_MS, Math.max(LOOK_MS, now() - begun)) : EVERY_MS;
    } catch (error) {
      // The connection is closed at the end.
      if (signal.aborted) return LOOK_MS;
      this.#failures += 1;
      this.#failedInRow += 1;
      const why = error instanceof Error ? error.message : String(error);
      report(
        `days are not counted ahead in ClickHouse, whose entries are counted instead, until it is tried again: ${why}`,
      );
      return Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (this.#failedInRow - 1));
    }
  }
}
