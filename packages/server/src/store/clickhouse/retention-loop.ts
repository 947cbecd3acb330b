/**
 * What is stored follows what sites keep: beside shipping, which does not wait for it, however long ClickHouse takes to
 * rewrite parts, and whatever it says to that.
 */

import type { SiteRetention } from '../retention.ts';

/** Between two looks whether something is due. */
const LOOK_MS = 1000;
/** So often; and this long after a change at most. */
const EVERY_MS = 3_600_000;
const CHANGED_MS = 60_000;
const BACK_OFF_MS = 60_000;
const BACK_OFF_MAX_MS = 3_600_000;

type Kept = ReadonlyMap<string, SiteRetention>;

export interface RetentionLoopOptions {
  /** Whether the tables are there, and this folder ships to them. */
  readonly mayRun: () => boolean;
  /** One after the other, also where the one before failed. */
  readonly tasks: readonly ((now: number, kept: Kept) => Promise<unknown>)[];
  readonly retention: () => Kept;
  /** A line for the log. */
  readonly report: (line: string) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** Ends early when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface RetentionCounts {
  readonly shipped_retention_rounds_total: number;
  readonly shipped_retention_failures_total: number;
}

export class RetentionLoop {
  readonly #options: RetentionLoopOptions;
  #rounds = 0;
  #failures = 0;
  #failedInRow = 0;
  #ended = Number.NEGATIVE_INFINITY;
  #kept: Kept | null = null;

  constructor(options: RetentionLoopOptions) {
    this.#options = options;
  }

  counts(): RetentionCounts {
    return {
      shipped_retention_rounds_total: this.#rounds,
      shipped_retention_failures_total: this.#failures,
    };
  }

  /** Until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const kept = this.#options.retention();
      if (this.#isDue(kept)) await this.#round(kept, signal);
      await this.#options.pause(LOOK_MS, signal);
    }
  }

  #isDue(kept: Kept): boolean {
    const { mayRun, now } = this.#options;
    if (kept.size === 0 || !mayRun()) return false;
    const passed = now() - this.#ended;
    const wait =
      this.#failedInRow > 0
        ? Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (this.#failedInRow - 1))
        : kept === this.#kept
          ? EVERY_MS
          : CHANGED_MS;
    // The clock was set back.
    return passed >= wait || passed < 0;
  }

  async #round(kept: Kept, signal: AbortSignal): Promise<void> {
    const { tasks, now, report } = this.#options;
    const begun = now();
    const faults: unknown[] = [];
    for (const task of tasks) {
      try {
        await task(begun, kept);
      } catch (error) {
        faults.push(error);
      }
      if (signal.aborted) return;
    }
    this.#ended = now();
    this.#kept = kept;
    const [fault] = faults;
    if (faults.length === 0) {
      if (this.#failedInRow > 0) report('what sites keep no longer is removed from ClickHouse again');
      this.#failedInRow = 0;
      this.#rounds += 1;
      return;
    }
    this.#failures += 1;
    this.#failedInRow += 1;
    const why = fault instanceof Error ? fault.message : String(fault);
    report(`ClickHouse does not follow what sites keep, which is tried again; shipping goes on: ${why}`);
  }
}
