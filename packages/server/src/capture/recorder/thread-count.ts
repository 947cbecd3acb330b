import type { Committed } from './recording.ts';

/** A count that each thread begins at zero, over all of them. */
class ThreadCount {
  #before = 0;
  #now = 0;

  get total(): number {
    return this.#before + this.#now;
  }

  tell(now: number): void {
    this.#now = now;
  }

  threadEnded(): void {
    this.#before += this.#now;
    this.#now = 0;
  }
}

/** What the recorder's threads count, as `/metrics` names it. */
export class RecordedCounts {
  readonly #leftOut = new ThreadCount();
  readonly #unlisted = new ThreadCount();
  readonly #endedEarly = new ThreadCount();
  #waiting = { calls: 0, bytes: 0 };

  tell({ leftOut, unlisted = 0, waiting }: Pick<Committed, 'leftOut' | 'unlisted' | 'waiting'>): void {
    this.#leftOut.tell(leftOut);
    this.#unlisted.tell(unlisted);
    this.#endedEarly.tell(waiting.ended);
    this.#waiting = waiting;
  }

  threadEnded(): void {
    for (const count of [this.#leftOut, this.#unlisted, this.#endedEarly]) count.threadEnded();
    this.#waiting = { calls: 0, bytes: 0 };
  }

  counters(): Readonly<Record<string, number>> {
    return {
      left_out_by_level_total: this.#leftOut.total,
      chargers_unlisted_total: this.#unlisted.total,
      waiting_calls: this.#waiting.calls,
      waiting_calls_bytes: this.#waiting.bytes,
      waiting_calls_ended_early_total: this.#endedEarly.total,
    };
  }
}
