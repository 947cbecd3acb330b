/** How long to wait before a request, and before trying it again. */

import { setTimeout as delay } from 'node:timers/promises';

/** Real in the program, stepped in tests. */
export interface PullClock {
  /** ms since 1970. */
  now(): number;
  /** Rejects with the signal's reason when it is aborted. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 to 1. */
  random(): number;
}

export const REAL_CLOCK: PullClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async delay(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** After the `tried`th failure: twice as long each time, by chance between half and all of it, so that many clients do not come back at once. */
export function backOff(tried: number, random: number): number {
  const most = Math.min(FIRST_MS * 2 ** (tried - 1), LONGEST_MS);
  return Math.round((most / 2) * (1 + random));
}

/** ms of a `Retry-After`: seconds or a date (RFC 9110 10.2.3); null where it says neither. */
export function retryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Spaces requests out evenly. */
export class Pace {
  readonly #gapMs: number;
  readonly #clock: PullClock;
  #next = 0;

  constructor(perSecond: number, clock: PullClock) {
    this.#gapMs = 1000 / perSecond;
    this.#clock = clock;
  }

  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#clock.now();
    // A clock that was set back must not hold a request up for longer than one gap.
    const wait = Math.min(this.#next - now, this.#gapMs);
    this.#next = Math.max(now, now + wait) + this.#gapMs;
    if (wait > 0) await this.#clock.delay(Math.ceil(wait), signal);
  }
}
