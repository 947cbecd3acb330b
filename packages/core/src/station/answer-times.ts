/** How long calls waited for their answers, action by action. */

import type { Direction } from '../frame.ts';
import type { OcppLog } from '../ocpp-log.ts';
import { quantile } from './quantile.ts';

export interface AnswerTimes {
  readonly action: string;
  /** Who called. */
  readonly direction: Direction;
  readonly count: number;
  /** ms; null where no answer was timed. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  /** Calls that ended without any answer. */
  readonly unanswered: number;
  /** Calls answered by an error. */
  readonly errors: number;
}

export const UNANSWERED_OUTCOMES: ReadonlySet<string> = new Set([
  'timeout',
  'connection_lost',
  'unanswered',
  'replaced',
]);
export const ERROR_OUTCOMES: ReadonlySet<string> = new Set(['error', 'result_rejected']);

interface Tally {
  readonly action: string;
  readonly direction: Direction;
  readonly latencies: number[];
  count: number;
  unanswered: number;
  errors: number;
}

/** Holds one number for each call that was answered: the caller bounds how many are added. */
export class AnswerTimesTally {
  readonly #tallies = new Map<string, Tally>();

  /** Whatever is no exchange is left out. */
  add({ action, exchange }: OcppLog): void {
    if (action === null || exchange?.kind !== 'exchange' || exchange.direction === null) return;
    const { direction, latency_ms: latency } = exchange;
    const key = `${direction} ${action}`;
    const tally = this.#tallies.get(key) ?? {
      action,
      direction,
      latencies: [],
      count: 0,
      unanswered: 0,
      errors: 0,
    };
    this.#tallies.set(key, tally);
    tally.count += 1;
    if (UNANSWERED_OUTCOMES.has(exchange.outcome ?? '')) tally.unanswered += 1;
    else if (latency !== null) tally.latencies.push(latency);
    if (ERROR_OUTCOMES.has(exchange.outcome ?? '')) tally.errors += 1;
  }

  /** Most frequent first, then by name. */
  result(): readonly AnswerTimes[] {
    return [...this.#tallies.values()]
      .map(({ latencies, ...tally }) => {
        const sorted = latencies.toSorted((a, b) => a - b);
        return {
          ...tally,
          p50: quantile(sorted, 0.5),
          p95: quantile(sorted, 0.95),
          max: sorted.at(-1) ?? null,
        };
      })
      .sort((a, b) => b.count - a.count || (a.action < b.action ? -1 : 1));
  }
}
