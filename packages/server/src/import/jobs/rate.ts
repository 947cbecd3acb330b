/** How fast a count grows, over the last few seconds. */

const WINDOW_MS = 5_000;

export class Rate {
  #samples: { readonly at: number; readonly count: number }[];

  constructor(at: number) {
    this.#samples = [{ at, count: 0 }];
  }

  /** A second. */
  take(at: number, count: number): number {
    this.#samples.push({ at, count });
    const since = this.#samples.findIndex((sample) => sample.at >= at - WINDOW_MS);
    // The newest is within it always; one before it makes a rate.
    this.#samples = this.#samples.slice(Math.min(since, this.#samples.length - 2));
    const [oldest] = this.#samples;
    if (oldest === undefined || oldest.at >= at) return 0;
    return Math.round(((count - oldest.count) * 1000) / (at - oldest.at));
  }
}
