/**
 * Cuts a span of time into windows that hold a handful of pages each, whatever the density of the log: a window that
 * holds too much is made smaller before it is read, the one after a nearly empty one is larger.
 */

import type { TimeSpan } from './span.ts';

export interface WindowSizes {
  /** Length of the first window, ms. */
  readonly first: number;
  /** Longest window, ms. */
  readonly longest: number;
  /** Entries beyond which a window is cut. */
  readonly full: number;
  /** Entries below which the next window is twice as long. */
  readonly sparse: number;
}

export const WINDOW_SIZES: WindowSizes = {
  first: 3_600_000,
  longest: 30 * 86_400_000,
  full: 10_000,
  sparse: 500,
};
/** Times have milliseconds: a window of one cannot be cut. */
const SHORTEST = 1;
/** What is lost at most of a log around something that its server fails at. */
const NARROWEST = 60_000;

export class WindowCutter {
  readonly #span: TimeSpan;
  readonly #sizes: WindowSizes;
  #from: number;
  #size: number;

  constructor(span: TimeSpan, sizes: WindowSizes = WINDOW_SIZES) {
    this.#span = span;
    this.#sizes = sizes;
    this.#from = span.from;
    this.#size = sizes.first;
  }

  /** What is to be read next; null at the end of the span. */
  get window(): TimeSpan | null {
    if (this.#from >= this.#span.to) return null;
    return { from: this.#from, to: Math.min(this.#from + this.#size, this.#span.to) };
  }

  get divisible(): boolean {
    const { window } = this;
    return window !== null && window.to - window.from > SHORTEST;
  }

  /** The window holds `count` entries, too many for one; the next one begins where it began. */
  shrink(count: number): void {
    const { window } = this;
    if (window === null) return;
    const length = window.to - window.from;
    const share = Math.min(1 / 2, this.#sizes.full / 2 / Math.max(count, 1));
    this.#size = Math.max(SHORTEST, Math.floor(length * share));
  }

  /** The window cannot be read at all: a part of it may be. False where it is as small as it is worth. */
  narrow(): boolean {
    const { window } = this;
    if (window === null || window.to - window.from <= NARROWEST) return false;
    this.#size = Math.max(NARROWEST, Math.floor((window.to - window.from) / 16));
    return true;
  }

  /** The window was read, or given up: the next one follows it. */
  advance(count: number | null): void {
    const { window } = this;
    if (window === null) return;
    this.#from = window.to;
    if (count !== null && count < this.#sizes.sparse)
      this.#size = Math.min(this.#size * 2, this.#sizes.longest);
  }
}
