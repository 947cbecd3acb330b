/** A clock for tests: time passes by waiting alone. */

import type { PullClock } from './patience.ts';

export class SteppedClock implements PullClock {
  at = Date.UTC(2026, 0, 5, 12);
  /** Every wait, ms. */
  readonly delays: number[] = [];
  chance = 1;

  now(): number {
    return this.at;
  }

  random(): number {
    return this.chance;
  }

  async delay(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.delays.push(ms);
    this.at += ms;
  }
}
