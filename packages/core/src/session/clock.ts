/** How far the station's clock is off, learned from what it tells at once; sets right the times that it writes. */

import { quantile } from '../station/quantile.ts';
import type { SeenEntry } from './seen.ts';
import { timeIn } from './told.ts';

const KEPT = 15;
/** Fewer tell nothing, and less is the way of a message. */
const LEAST_SAMPLES = 2;
const LEAST_SKEW_MS = 5_000;
/** A time that is further off is no time of this session, such as 1970. */
const FARTHEST_MS = 30 * 86_400_000;

export class StationClock {
  readonly #offs: number[] = [];

  see(entry: SeenEntry): void {
    const { action, at, call, fields } = entry;
    const atOnce =
      action === 'StatusNotification' || (action === 'TransactionEvent' && fields.offline !== true);
    const told = atOnce ? timeIn(call, 'timestamp') : null;
    if (told === null || Math.abs(told - at) > FARTHEST_MS) return;
    this.#offs.push(told - at);
    if (this.#offs.length > KEPT) this.#offs.shift();
  }

  /** ms that it is ahead; 0 where nothing speaks against it. */
  get skewMs(): number {
    if (this.#offs.length < LEAST_SAMPLES) return 0;
    const median =
      quantile(
        this.#offs.toSorted((a, b) => a - b),
        0.5,
      ) ?? 0;
    return Math.abs(median) < LEAST_SKEW_MS ? 0 : median;
  }

  /** A time that the station wrote at `at`, by the capturing side's clock; null where it can be none. */
  right(told: number | null, at: number): number | null {
    if (told === null) return null;
    const right = told - this.skewMs;
    return Math.abs(right - at) > FARTHEST_MS ? null : right;
  }
}
