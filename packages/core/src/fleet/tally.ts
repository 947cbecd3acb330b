/** What is counted of a station, a model, a firmware: of any time and any number of stations, so that it can be added up. */

import { type DurationCounts, durationBucket } from './duration-counts.ts';

export interface AttemptCounts {
  /** Tries to charge: a card, a remote start, a transaction, or a fault while somebody plugged in. */
  readonly tries: number;
  /** Over, without a verdict that is a failure. */
  readonly succeeded: number;
  /** With a verdict that is a failure. */
  readonly failed: number;
  /** Of those that are decided, the ones that follow on no other try. */
  readonly first: number;
  readonly firstSucceeded: number;
}

/** Time in ms. What was not watched is in none of them. */
export interface UptimeCounts {
  readonly watchedMs: number;
  readonly connectedMs: number;
  /** Connected, and faulted: of a station with some of its connectors faulted, that share of the time. */
  readonly faultedMs: number;
}

export interface AnswerCounts {
  readonly calls: number;
  readonly unanswered: number;
  readonly errors: number;
  /** Of answers of which it is known. */
  readonly times: DurationCounts;
}

export interface FleetTally {
  /** Entries that were looked at. */
  readonly entries: number;
  readonly connections: number;
  readonly boots: number;
  readonly attempts: AttemptCounts;
  /** Failed tries by the rule of their verdict. */
  readonly causes: Readonly<Record<string, number>>;
  readonly uptime: UptimeCounts;
  /** Answers that the station gave, and those that it got. */
  readonly answers: { readonly station: AnswerCounts; readonly csms: AnswerCounts };
  /** In how many entries each was found, by code: of all entries, not of those alone that were looked at for the rest. */
  readonly findings: Readonly<Record<string, number>>;
}

const NO_ANSWERS: AnswerCounts = { calls: 0, unanswered: 0, errors: 0, times: {} };

export const EMPTY_TALLY: FleetTally = {
  entries: 0,
  connections: 0,
  boots: 0,
  attempts: { tries: 0, succeeded: 0, failed: 0, first: 0, firstSucceeded: 0 },
  causes: {},
  uptime: { watchedMs: 0, connectedMs: 0, faultedMs: 0 },
  answers: { station: NO_ANSWERS, csms: NO_ANSWERS },
  findings: {},
};

function addTo(into: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const name in counts) into[name] = (into[name] ?? 0) + (counts[name] ?? 0);
}

class AnswersSum {
  #calls = 0;
  #unanswered = 0;
  #errors = 0;
  readonly #times: Record<string, number> = {};

  add({ calls, unanswered, errors, times }: AnswerCounts): void {
    this.#calls += calls;
    this.#unanswered += unanswered;
    this.#errors += errors;
    addTo(this.#times, times);
  }

  get counts(): AnswerCounts {
    return {
      calls: this.#calls,
      unanswered: this.#unanswered,
      errors: this.#errors,
      times: { ...this.#times },
    };
  }
}

/** Adds up in place: of a large site there are many days of stations. */
export class TallySum {
  #entries = 0;
  #connections = 0;
  #boots = 0;
  readonly #attempts = { ...EMPTY_TALLY.attempts };
  readonly #causes: Record<string, number> = {};
  readonly #uptime = { ...EMPTY_TALLY.uptime };
  readonly #station = new AnswersSum();
  readonly #csms = new AnswersSum();
  readonly #findings: Record<string, number> = {};

  add({ entries, connections, boots, attempts, causes, uptime, answers, findings }: FleetTally): this {
    this.#entries += entries;
    this.#connections += connections;
    this.#boots += boots;
    addTo(this.#attempts, { ...attempts });
    addTo(this.#causes, causes);
    addTo(this.#uptime, { ...uptime });
    this.#station.add(answers.station);
    this.#csms.add(answers.csms);
    addTo(this.#findings, findings);
    return this;
  }

  get tally(): FleetTally {
    return {
      entries: this.#entries,
      connections: this.#connections,
      boots: this.#boots,
      attempts: { ...this.#attempts },
      causes: { ...this.#causes },
      uptime: { ...this.#uptime },
      answers: { station: this.#station.counts, csms: this.#csms.counts },
      findings: { ...this.#findings },
    };
  }
}

export function sumOfTallies(tallies: Iterable<FleetTally>): FleetTally {
  const sum = new TallySum();
  for (const tally of tallies) sum.add(tally);
  return sum.tally;
}

/** While it is counted. */
export class AnswersInTheMaking {
  calls = 0;
  unanswered = 0;
  errors = 0;
  readonly times: Record<number, number> = {};

  time(ms: number): void {
    const bucket = durationBucket(ms);
    this.times[bucket] = (this.times[bucket] ?? 0) + 1;
  }

  counts(): AnswerCounts {
    return { calls: this.calls, unanswered: this.unanswered, errors: this.errors, times: { ...this.times } };
  }
}
