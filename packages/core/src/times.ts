/** Where dates and times stand in a text: an idTag 2026 must not break them. */

import type { Span } from './json-text.ts';

/** What a part of a date or time may look like. */
const PART = /^[\dtz:.+-]{4,}$/;
const TIME = /\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?)?/g;

/** Of one text in lower case. Read when they are first asked for, and once: a text may ask for each of its words. */
export class Times {
  readonly #low: string;
  #spans: readonly Span[] | null = null;

  constructor(low: string) {
    this.#low = low;
  }

  /** Whether a span touches a time that is longer than it. */
  hold({ start, end }: Span): boolean {
    if (!PART.test(this.#low.slice(start, end))) return false;
    this.#spans ??= Array.from(this.#low.matchAll(TIME), ({ index, 0: time }) => ({
      start: index,
      end: index + time.length,
    }));
    for (let at = this.#firstBehind(start); at < this.#spans.length; at++) {
      const time = this.#spans[at];
      if (time === undefined || time.start >= end) return false;
      if (time.end - time.start > end - start) return true;
    }
    return false;
  }

  /** The place of the first time that ends behind `start`. */
  #firstBehind(start: number): number {
    const spans = this.#spans ?? [];
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
