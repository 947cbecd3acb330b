/**
 * Arrivals that can be seen only long after the server took them, as on a replica that lagged behind: found by counting,
 * since whoever asks for what came since then asks for them no more.
 */

import type { ArrivalCount } from './arrivals.ts';

/** Arrivals are counted by spans of this, us. */
export const SPAN_US = 30_000_000;
/** So far back they are compared, us: what was told in this time is known. */
const BACK_US = 9 * 60_000_000;

/** us, of the server. */
export interface Stretch {
  /** Exclusive. */
  readonly since: number;
  /** Inclusive. */
  readonly until: number;
}

export class LateArrivals {
  /** By site: what was read of each span. */
  readonly #read = new Map<string, Map<number, number>>();
  /** By site: since when all was read, us. */
  readonly #begun = new Map<string, number>();

  /** All that the server showed behind `since`, us, is read. */
  begin(site: string, since: number): void {
    this.#begun.set(site, since);
  }

  read(site: string, at: number): void {
    const spans = this.#read.get(site) ?? new Map<number, number>();
    this.#read.set(site, spans);
    const span = Math.floor(at / SPAN_US);
    spans.set(span, (spans.get(span) ?? 0) + 1);
  }

  forget(): void {
    this.#read.clear();
    this.#begun.clear();
  }

  /** What is to be counted; null: not enough time has passed. `through`: what came later is read again anyway, us. */
  stretch(through: number): Stretch | null {
    const first = Math.ceil((through - BACK_US) / SPAN_US);
    const last = Math.floor(through / SPAN_US);
    for (const [site, spans] of this.#read) {
      for (const span of spans.keys()) if (span < first) spans.delete(span);
      if (spans.size === 0) this.#read.delete(site);
    }
    return last <= first ? null : { since: first * SPAN_US - 1, until: last * SPAN_US - 1 };
  }

  /** Where the server has more than was read; null: nowhere. */
  more(counts: readonly ArrivalCount[]): (Stretch & { readonly sites: readonly string[] }) | null {
    const late = counts.filter(({ site, span, count }) => {
      const begun = this.#begun.get(site);
      if (begun === undefined || span * SPAN_US <= begun) return false;
      return count > (this.#read.get(site)?.get(span) ?? 0);
    });
    if (late.length === 0) return null;
    const spans = late.map(({ span }) => span);
    return {
      sites: [...new Set(late.map(({ site }) => site))],
      since: spans.reduce((least, span) => Math.min(least, span)) * SPAN_US - 1,
      until: (spans.reduce((most, span) => Math.max(most, span)) + 1) * SPAN_US - 1,
    };
  }

  /** After what {@link more} told was read: what it does not explain, as one entry that is there twice, is not asked for again. */
  settle(counts: readonly ArrivalCount[]): void {
    for (const { site, span, count } of counts) {
      const spans = this.#read.get(site) ?? new Map<number, number>();
      this.#read.set(site, spans);
      spans.set(span, Math.max(spans.get(span) ?? 0, count));
    }
  }
}
