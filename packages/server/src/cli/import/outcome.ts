/** What became of an import: counts, and the first lines of each reason for which some were left out. */

import type { IngestAnswer } from '../../capture/recorder/recorder.ts';
import type { DirectedFrame } from '../../import/direction-finder.ts';

/** Reasons that are told apart; the rest is counted together. */
const REASONS_MAX = 50;
const LINES_SHOWN = 5;
const STATIONS_MAX = 10_000;
const OTHER = 'other reasons';

export interface Place {
  readonly file: string;
  readonly line: number;
}

interface SkippedReason {
  count: number;
  readonly first: Place[];
}

export class Outcome {
  frames = 0;
  accepted = 0;
  duplicates = 0;
  skippedLines = 0;
  readonly #reasons = new Map<string, SkippedReason>();
  readonly #stations = new Set<string>();
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  frame(frame: DirectedFrame, charger: string, time: string): void {
    this.frames += 1;
    const at = Date.parse(time);
    if (at < this.#from) this.#from = at;
    if (at > this.#to) this.#to = at;
    if (this.#stations.size < STATIONS_MAX) this.#stations.add(frame.charger ?? charger);
  }

  skipped(place: Place, reason: string): void {
    this.skippedLines += 1;
    const known = this.#reasons.has(reason) || this.#reasons.size < REASONS_MAX;
    const key = known ? reason : OTHER;
    const entry = this.#reasons.get(key) ?? { count: 0, first: [] };
    entry.count += 1;
    if (entry.first.length < LINES_SHOWN) entry.first.push(place);
    this.#reasons.set(key, entry);
  }

  /** `places` are those of the lines that were sent. */
  answered(answer: IngestAnswer, places: readonly Place[]): void {
    this.accepted += answer.accepted;
    this.duplicates += answer.duplicates;
    for (const { line, reason } of answer.rejected) {
      const place = places[line - 1];
      if (place !== undefined) this.skipped(place, reason);
    }
  }

  get reasons(): readonly {
    readonly reason: string;
    readonly count: number;
    readonly first: readonly Place[];
  }[] {
    return [...this.#reasons]
      .map(([reason, { count, first }]) => ({ reason, count, first }))
      .sort((a, b) => b.count - a.count);
  }

  get stations(): readonly string[] {
    return [...this.#stations].sort();
  }

  /** Times of the first and last frame; null without frames. */
  get range(): { readonly from: string; readonly to: string } | null {
    if (this.#from > this.#to) return null;
    return { from: new Date(this.#from).toISOString(), to: new Date(this.#to).toISOString() };
  }
}
