/** How late the main thread is: what it delays, it delays for every station. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const TURN_MS = 60_000;

interface Delay {
  readonly p99: number;
  readonly max: number;
}

/** Of the minute that runs and the one before it, so that no question takes away what another wants to see. */
export class EventLoopDelay {
  readonly #seen = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #turns: NodeJS.Timeout;
  #before: Delay = { p99: 0, max: 0 };

  constructor() {
    this.#seen.enable();
    this.#turns = setInterval(() => this.turn(), TURN_MS).unref();
  }

  /** A minute is over. */
  turn(): void {
    this.#before = this.#now();
    this.#seen.reset();
  }

  counters(): Readonly<Record<string, number>> {
    const now = this.#now();
    return {
      process_event_loop_delay_p99_seconds: Math.max(now.p99, this.#before.p99),
      process_event_loop_delay_max_seconds: Math.max(now.max, this.#before.max),
    };
  }

  close(): void {
    clearInterval(this.#turns);
    this.#seen.disable();
  }

  /** Beyond the timer's own interval; the histogram is in nanoseconds, and empty at first. */
  #now(): Delay {
    const over = (ns: number) => Math.max(0, ns / 1e9 - RESOLUTION_MS / 1000);
    if (this.#seen.count === 0) return { p99: 0, max: 0 };
    return { p99: over(this.#seen.percentile(99)), max: over(this.#seen.max) };
  }
}
