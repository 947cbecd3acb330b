/**
 * Connections that were refused become entries, but anybody can have oneself refused: of a site so many in a minute, the
 * rest together as one entry. Nothing that a stranger wrote is kept at length.
 */

import { counted } from '@ocpp-logs/core';
import type { RefusedConnection } from './sink.ts';

const MINUTE_MS = 60_000;
/** Characters. */
export const REASON_MAX = 200;

export interface RefusalCounters {
  /** Refused connections without an entry of their own. */
  refusedTogether: number;
}

export interface SparingRefusalsOptions {
  readonly record: (refused: RefusedConnection) => void;
  /** Of one site in a minute. */
  readonly perMinute: number;
  readonly counters: RefusalCounters;
  /** Calls back once, after so many ms; what it returns calls it off. */
  readonly after?: (ms: number, then: () => void) => () => void;
}

interface Minute {
  recorded: number;
  together: number;
  /** Of those told together, the last. */
  last: RefusedConnection;
}

export class SparingRefusals {
  readonly #options: SparingRefusalsOptions;
  /** By site: only sites that there are have entries. */
  readonly #minutes = new Map<string, Minute>();
  #callOff: (() => void) | null = null;

  constructor(options: SparingRefusalsOptions) {
    this.#options = options;
  }

  refused(refused: RefusedConnection): void {
    const { record, perMinute, counters } = this.#options;
    const cut = { ...refused, reason: refused.reason.slice(0, REASON_MAX).toWellFormed() };
    const minute = this.#minutes.get(cut.site) ?? { recorded: 0, together: 0, last: cut };
    this.#minutes.set(cut.site, minute);
    if (this.#callOff === null) {
      const after = this.#options.after ?? afterTimeout;
      this.#callOff = after(MINUTE_MS, () => this.#endMinute());
    }
    if (minute.recorded < perMinute) {
      minute.recorded += 1;
      record(cut);
      return;
    }
    counters.refusedTogether += 1;
    minute.together += 1;
    minute.last = cut;
  }

  /** What was not told yet is told now. */
  close(): void {
    this.#callOff?.();
    this.#endMinute();
  }

  #endMinute(): void {
    this.#callOff = null;
    const ended = [...this.#minutes];
    this.#minutes.clear();
    for (const [site, { recorded, together, last }] of ended) {
      if (together === 0) continue;
      const reason = `${counted(together, 'more connection was', 'more connections were')} refused within a minute, after ${recorded} that have entries; the last: ${last.reason}`;
      this.#options.record({
        site,
        charger: '',
        remoteAddress: null,
        status: last.status,
        reason: reason.slice(0, REASON_MAX).toWellFormed(),
      });
    }
  }
}

function afterTimeout(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
