/** How far the station's clock is off, learned from what it tells at once; sets right the times that it writes. */

import { quantile } from '../station/quantile.ts';
import type { SeenEntry } from './seen.ts';
import { objectsIn, timeIn } from './told.ts';

const KEPT = 15;
/** Fewer tell nothing, and less is the way of a message. */
const LEAST_SAMPLES = 2;
export const LEAST_SKEW_MS = 5_000;
/** A time that is further off is no time of this session, such as 1970. */
const FARTHEST_MS = 30 * 86_400_000;

/** What took longer from the station to here was kept while it was offline. */
const LATE_MS = 120_000;

export class StationClock {
  readonly #offs: number[] = [];
  /** Of meter values, which may have been kept: they count where nothing better is known. */
  readonly #meterOffs: number[] = [];
  /** When the station was last seen to come back. */
  #back = Number.NEGATIVE_INFINITY;

  see(entry: SeenEntry): void {
    const { action, at, call, fields, event } = entry;
    if (event?.event === 'accepted' || action === 'BootNotification') this.#back = at;
    const atOnce =
      action === 'StatusNotification' || (action === 'TransactionEvent' && fields.offline !== true);
    if (atOnce) keep(this.#offs, timeIn(call, 'timestamp'), at);
    if (action === 'MeterValues') {
      keep(this.#meterOffs, timeIn(objectsIn(call, 'meterValue').at(-1) ?? null, 'timestamp'), at);
    }
  }

  /** Whether anything is known of it. */
  get #known(): boolean {
    return Math.max(this.#offs.length, this.#meterOffs.length) >= LEAST_SAMPLES;
  }

  /** ms that it is ahead; 0 where nothing speaks against it. */
  get skewMs(): number {
    const offs = this.#offs.length >= LEAST_SAMPLES ? this.#offs : this.#meterOffs;
    if (offs.length < LEAST_SAMPLES) return 0;
    const median =
      quantile(
        offs.toSorted((a, b) => a - b),
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

  /** Whether what happened at `told`, set right, was told late at `at`: a clock of which nothing is known may be slow. */
  late(told: number | null, at: number): boolean {
    return told !== null && at - told > LATE_MS && (this.#known || this.#back > told);
  }
}

function keep(offs: number[], told: number | null, at: number): void {
  if (told === null || Math.abs(told - at) > FARTHEST_MS) return;
  offs.push(told - at);
  if (offs.length > KEPT) offs.shift();
}
