/**
 * How long frames wait from their arrival until they are committed, and until they are on the disk. Those that were handed
 * over together, which is fifty times a second, count as if all had come with the first of them.
 */

/** Upper ends, s; what is promised is among them. */
export const DELAY_ENDS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10] as const;

export interface DelayCounts {
  /** Frames by the first end that their delay is not beyond; the last one is of those beyond all. */
  readonly counts: readonly number[];
  /** Of all together. */
  readonly seconds: number;
}

export interface Delays {
  readonly committed: DelayCounts;
  readonly synced: DelayCounts;
}

/** Frames that were handed over together. */
export interface HandedOver {
  /** Of the first, monotonic microseconds. */
  readonly arrival: number;
  readonly frames: number;
}

export class DelaySum implements DelayCounts {
  readonly counts: number[] = new Array<number>(DELAY_ENDS.length + 1).fill(0);
  seconds = 0;

  add(seconds: number, frames: number): void {
    const within = DELAY_ENDS.findIndex((end) => seconds <= end);
    const place = within < 0 ? DELAY_ENDS.length : within;
    this.counts[place] = (this.counts[place] ?? 0) + frames;
    this.seconds += seconds * frames;
  }

  addAll({ counts, seconds }: DelayCounts): void {
    for (const [place, count] of counts.entries()) this.counts[place] = (this.counts[place] ?? 0) + count;
    this.seconds += seconds;
  }
}

/** Hand-overs whose disk does not answer, of more than three minutes. */
const UNSYNCED_MAX = 10_000;

export class FrameDelays {
  /** Monotonic microseconds. */
  readonly #now: () => number;
  #committed = new DelaySum();
  #synced = new DelaySum();
  #unsynced: HandedOver[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Now. */
  committed(handed: HandedOver): void {
    this.#committed.add(this.#since(handed), handed.frames);
    this.#wait(handed);
  }

  /** All that is committed and not on the disk; then {@link synced}, or {@link notSynced}. */
  takeUnsynced(): readonly HandedOver[] {
    const taken = this.#unsynced;
    this.#unsynced = [];
    return taken;
  }

  /** Now. */
  synced(taken: readonly HandedOver[]): void {
    for (const handed of taken) this.#synced.add(this.#since(handed), handed.frames);
  }

  notSynced(taken: readonly HandedOver[]): void {
    const since = this.takeUnsynced();
    this.#unsynced = [...taken];
    for (const handed of since) this.#wait(handed);
  }

  /** Since the last time. */
  take(): Delays {
    const told = { committed: this.#committed, synced: this.#synced };
    this.#committed = new DelaySum();
    this.#synced = new DelaySum();
    return told;
  }

  #wait(handed: HandedOver): void {
    const last = this.#unsynced.at(-1);
    if (last === undefined || this.#unsynced.length < UNSYNCED_MAX) this.#unsynced.push(handed);
    // They count as old as those before them, which makes them no younger than they are.
    else this.#unsynced.splice(-1, 1, { ...last, frames: last.frames + handed.frames });
  }

  #since({ arrival }: HandedOver): number {
    return Math.max(0, this.#now() - arrival) / 1e6;
  }
}
