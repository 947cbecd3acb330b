/**
 * Questions to a ClickHouse that may hang: each is given up after a while, so that what else there is to judge goes on;
 * and after one that was, none is asked for some time.
 */

import { QueryTimeError } from '../store/query-time.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';

export interface InTimeOptions {
  /** For how long an answer is waited for, ms. */
  readonly answer: () => number;
  /** For how long none is asked after one that was given up, ms. */
  readonly rest: number;
  /** ms, of a clock that is never set. */
  readonly now: () => number;
  /** Returns the call that cancels it. */
  readonly after: (ms: number, call: () => void) => () => void;
}

export class InTime {
  readonly #options: InTimeOptions;
  #until = Number.NEGATIVE_INFINITY;
  #late = 0;
  #leftOut = 0;

  constructor(options: InTimeOptions) {
    this.#options = options;
  }

  counters() {
    return { alarms_questions_late_total: this.#late, alarms_questions_left_out_total: this.#leftOut };
  }

  /** Rejects with a StoreUnavailableError where there is no answer in time, or it is not asked. */
  async ask<T>(question: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { answer, now, after } = this.#options;
    if (now() < this.#until) {
      this.#leftOut += 1;
      throw new StoreUnavailableError('ClickHouse gave no answer in time, and is not asked again yet');
    }
    const ms = answer();
    const stop = new AbortController();
    const late = Promise.withResolvers<never>();
    const cancel = after(ms, () => late.reject(this.#tooLate(ms)));
    try {
      return await Promise.race([question(stop.signal), late.promise]);
    } catch (error) {
      const failure = error instanceof QueryTimeError ? this.#tooLate(ms) : error;
      stop.abort(failure);
      throw failure;
    } finally {
      cancel();
    }
  }

  /** Each batch is a question of its own. */
  async *each<T>(batches: (signal: AbortSignal) => AsyncIterable<T>): AsyncGenerator<T> {
    const stop = new AbortController();
    const found = batches(stop.signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.ask((signal) => {
          signal.addEventListener('abort', () => stop.abort(signal.reason), { once: true });
          return found.next();
        });
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      // One that hangs ends when its question does: nobody waits for that.
      found.return?.().catch(() => undefined);
    }
  }

  #tooLate(ms: number): StoreUnavailableError {
    this.#late += 1;
    this.#until = this.#options.now() + this.#options.rest;
    return new StoreUnavailableError(`ClickHouse gave no answer within ${Math.ceil(ms / 1000)} s`);
  }
}

/** By the clock and the timers of this process. */
export function inTime(answer: () => number, rest = 0): InTime {
  return new InTime({
    answer,
    rest,
    now: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  });
}
