/** Sessions of one station with their verdicts, and what is told of the station itself. */

import {
  type Conclusion,
  type FindingCount,
  FindingTally,
  type LogEnd,
  type SeenEntry,
  type Session,
  SessionFold,
  type SessionSummary,
  StationWatch,
  summaryOf,
  type Verdict,
  verdictOf,
} from '@ocpp-logs/core';

export interface JudgedSession {
  readonly session: SessionSummary;
  readonly verdict: Verdict;
}

export interface StationDiagnosis {
  readonly charger: string;
  readonly sessions: readonly JudgedSession[];
  readonly station: readonly Conclusion[];
  readonly findings: readonly FindingCount[];
}

/** Entries of one station, in the order of time. */
export class StationJudge {
  readonly #charger: string;
  /** ms; sessions that begin outside of it are not told. */
  readonly #range: { readonly from: number; readonly to: number };
  /** Of a site; null: what is read ends where the log does. */
  readonly #end: LogEnd | null;
  readonly #fold = new SessionFold();
  readonly #watch = new StationWatch();
  readonly #findings: FindingTally;
  readonly #judged: JudgedSession[] = [];

  constructor(
    charger: string,
    range: { readonly from: number; readonly to: number },
    end: LogEnd | null = null,
  ) {
    this.#charger = charger;
    this.#range = range;
    this.#end = end;
    this.#findings = new FindingTally({ anywhere: end === null });
  }

  add(entry: SeenEntry): void {
    this.#fold.add(entry);
    // Sessions need what came before the range, the station is told of by the range alone.
    if (this.#holds(entry.at)) {
      this.#watch.see(entry);
      this.#findings.add(entry);
    }
    for (const session of this.#fold.take()) this.#judge(session);
  }

  end(): StationDiagnosis {
    for (const session of this.#fold.end()) this.#judge(session);
    const sessions = this.#judged.toSorted((a, b) => a.session.from - b.session.from);
    return { charger: this.#charger, sessions, station: this.#watch.end(), findings: this.#findings.end() };
  }

  #judge(session: Session): void {
    if (this.#holds(session.from)) {
      this.#judged.push({ session: summaryOf(session), verdict: verdictOf(session, this.#end) });
    }
  }

  #holds(at: number): boolean {
    return at >= this.#range.from && at < this.#range.to;
  }
}
