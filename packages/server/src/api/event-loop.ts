/** How late the event loop comes to what is due: of the last full window, so that it does not matter who asks how often. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const WINDOW_MS = 10_000;
const NANOSECONDS = 1e9;

const NAME = 'ocpp_logs_event_loop_delay_seconds';

/** Seconds. */
interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
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

  delay(): LoopDelay {
    return this.#last ?? this.#now();
  }

  /** For Prometheus. */
  lines(): readonly string[] {
    const { p50, p99, max } = this.delay();
    return [
      `# TYPE ${NAME} summary`,
      `${NAME}{quantile="0.5"} ${p50}`,
      `${NAME}{quantile="0.99"} ${p99}`,
      `${NAME}{quantile="1"} ${max}`,
    ];
  }

  end(): void {
    clearInterval(this.#timer);
    this.#measured.disable();
  }

  #now(): LoopDelay {
    return {
      p50: late(this.#measured.percentile(50)),
      p99: late(this.#measured.percentile(99)),
      max: late(this.#measured.max),
    };
  }
}

/** What is measured is the time between two rounds, of which one resolution is meant. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
}
