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

type Told = Omit<Committed, 'sites' | 'through' | 'alarms'>;

const NONE = { calls: 0, bytes: 0 };

/** What the recorder's threads count, as `/metrics` names it. */
export class RecordedCounts {
  readonly #leftOut = new ThreadCount();
  readonly #unlisted = new ThreadCount();
  readonly #notStored = new ThreadCount();
  readonly #faults = new ThreadCount();
  readonly #endedEarly = new ThreadCount();
  readonly #forgotten = new ThreadCount();
  readonly #releasedEarly = new ThreadCount();
  readonly #virtualEnded = new ThreadCount();
  #waiting = NONE;
  #late = NONE;
  #held = NONE;
  #virtual = 0;

  tell(told: Told): void {
    this.#leftOut.tell(told.leftOut);
    this.#unlisted.tell(told.unlisted ?? 0);
    this.#notStored.tell(told.notStored);
    this.#faults.tell(told.faults);
    this.#endedEarly.tell(told.waiting.ended);
    this.#forgotten.tell(told.late.forgotten);
    this.#releasedEarly.tell(told.held.ended);
    this.#waiting = told.waiting;
    this.#late = told.late;
    this.#held = told.held;
    this.#virtualEnded.tell(told.virtual.endedEarly);
    this.#virtual = told.virtual.size;
  }

  threadEnded(): void {
    const counts = [this.#leftOut, this.#unlisted, this.#notStored, this.#faults, this.#endedEarly];
    for (const count of [...counts, this.#forgotten, this.#releasedEarly, this.#virtualEnded])
      count.threadEnded();
    this.#waiting = NONE;
    this.#late = NONE;
    this.#held = NONE;
    this.#virtual = 0;
  }

  counters(): Readonly<Record<string, number>> {
    return {
      left_out_by_level_total: this.#leftOut.total,
      entries_not_stored_total: this.#notStored.total,
      faults_total: this.#faults.total,
      chargers_unlisted_total: this.#unlisted.total,
      waiting_calls: this.#waiting.calls,
      waiting_calls_bytes: this.#waiting.bytes,
      waiting_calls_ended_early_total: this.#endedEarly.total,
      late_calls: this.#late.calls,
      late_calls_bytes: this.#late.bytes,
      late_calls_forgotten_total: this.#forgotten.total,
      held_answers: this.#held.calls,
      held_answers_bytes: this.#held.bytes,
      held_answers_released_early_total: this.#releasedEarly.total,
      pushed_connections: this.#virtual,
      pushed_connections_ended_early_total: this.#virtualEnded.total,
    };
  }
}
