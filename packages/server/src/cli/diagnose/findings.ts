/** What was found in the messages of one station, counted by code, each with its first example. */

import {
  type Evidence,
  FINDINGS,
  type FindingRow,
  type SeenEntry,
  STATION_CHECKS,
  StationChecks,
} from '@ocpp-logs/core';

export interface FindingCount {
  readonly code: string;
  readonly severity: FindingRow['severity'];
  readonly text: string;
  /** '' where it is ours. */
  readonly clause: string;
  readonly count: number;
  readonly first: Evidence;
  readonly path: string | null;
  readonly detail: string | null;
}

const ROWS: Readonly<Record<string, FindingRow>> = { ...FINDINGS, ...STATION_CHECKS };
const RANKS = ['violates', 'unusual', 'info'];
/** Entries that neighbours may speak of later, such as the first of a run. */
const KNOWN_MAX = 20_000;

interface Told {
  readonly code: string;
  readonly path?: string;
  readonly detail?: string;
  readonly clause?: string;
}

/** Takes entries with all their findings, in the order of time. */
export class FindingTally {
  readonly #counts = new Map<string, FindingCount>();
  readonly #known = new Map<string, Evidence>();
  readonly #checks = new StationChecks((finding) => {
    const first = this.#known.get(finding.entry);
    if (first !== undefined) this.#add(finding, first);
  });

  add(entry: SeenEntry): void {
    const evidence = { entry: entry.id, at: entry.at, what: entry.action ?? entry.kind };
    this.#known.set(entry.id, evidence);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    for (const finding of entry.findings) this.#add(finding, evidence);
    this.#checks.see(entry);
  }

  /** Those that violate first, the most frequent first. */
  end(): readonly FindingCount[] {
    this.#checks.end();
    return [...this.#counts.values()].sort(
      (a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity) || b.count - a.count,
    );
  }

  #add({ code, path, detail, clause }: Told, evidence: Evidence): void {
    const known = this.#counts.get(code);
    const row = ROWS[code];
    if (known !== undefined) this.#counts.set(code, { ...known, count: known.count + 1 });
    else if (row !== undefined) {
      this.#counts.set(code, {
        code,
        severity: row.severity,
        text: row.text,
        clause: clause ?? row.clause,
        count: 1,
        first: evidence,
        path: path ?? null,
        detail: detail ?? null,
      });
    }
  }
}
