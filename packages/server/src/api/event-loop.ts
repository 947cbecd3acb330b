/** How late the event loop comes to what is due: of the last full window, so that it does not matter who asks how often. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const WINDOW_MS = 10_000;
const NANOSECONDS = 1e9;

/** Seconds. */
export interface LoopDelay {
  readonly event_loop_delay_p50_seconds: number;
  readonly event_loop_delay_p99_seconds: number;
  readonly event_loop_delay_max_seconds: number;
}

export class EventLoopDelay {
  readonly #measured = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  /** The first window is told while it is under way. */
  #last: LoopDelay | null = null;

  constructor(windowMs = WINDOW_MS) {
    this.#measured.enable();
    this.#timer = setInterval(() => {
      this.#last = this.#now();
      this.#measured.reset();
    }, windowMs).unref();
  }

  counts(): LoopDelay {
    return this.#last ?? this.#now();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#measured.disable();
  }

  #now(): LoopDelay {
    return {
      event_loop_delay_p50_seconds: late(this.#measured.percentile(50)),
      event_loop_delay_p99_seconds: late(this.#measured.percentile(99)),
      event_loop_delay_max_seconds: late(this.#measured.max),
    };
  }
}

/** What is measured is the time between two rounds, of which one resolution is meant. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
}
