/** What was found in the messages of one station, counted by code, each with its first example. */

import { FINDINGS } from './finding.ts';
import type { FindingRow } from './finding-row.ts';
import { opposite } from './frame.ts';
import type { SeenEntry } from './session/seen.ts';
import { StationChecks } from './validate/station-watch.ts';
import type { Evidence } from './verdict/rule.ts';

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

const ROWS: Readonly<Record<string, FindingRow>> = FINDINGS;
/** Told of each side by itself. */
const UNANSWERED = 'call-unanswered';
const ORPHAN = 'orphan-answer';
const ANSWERED: ReadonlySet<string> = new Set(['answered', 'error', 'late', 'result_rejected']);
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
  /** Directions of calls to which the log holds any answer: in one that holds none, nothing is known of answers. */
  readonly #answered = new Set<string | null>();
  /** When the first call of each direction was: what comes before it answers one from before the log. */
  readonly #called = new Map<string | null, number>();
  readonly #checks = new StationChecks((finding) => {
    const first = this.#known.get(finding.entry);
    if (first !== undefined) this.#add(finding, first, null);
  });

  /** Whether the log begins anywhere, as a file does, so that nothing is known of the calls before it. */
  readonly #anywhere: boolean;

  constructor({ anywhere }: { readonly anywhere: boolean } = { anywhere: false }) {
    this.#anywhere = anywhere;
  }

  add(entry: SeenEntry): void {
    const evidence = { entry: entry.id, at: entry.at, what: entry.action ?? entry.kind };
    this.#known.set(entry.id, evidence);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    // Texts of heartbeats are let go; their outcome is not.
    if (ANSWERED.has(entry.outcome ?? '')) this.#answered.add(entry.direction);
    if (entry.kind === 'exchange' && !this.#called.has(entry.direction)) {
      this.#called.set(entry.direction, entry.at);
    }
    for (const finding of entry.findings) {
      if (this.#anywhere && finding.code === ORPHAN && this.#isFromBefore(entry)) continue;
      this.#add(finding, evidence, finding.code === UNANSWERED ? entry.direction : null);
    }
    this.#checks.see(entry);
  }

  /** Those that violate first, the most frequent first. */
  end(): readonly FindingCount[] {
    this.#checks.end();
    const known = [...this.#counts].flatMap(([key, count]) => {
      const direction = key.slice(count.code.length + 1);
      return direction === '' || this.#answered.has(direction) ? [count] : [];
    });
    return merged(known).sort(
      (a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity) || b.count - a.count,
    );
  }

  /** An error says what was wrong, whichever call it answers. Times of logs may be whole seconds. */
  #isFromBefore({ direction, errorCode, at }: SeenEntry): boolean {
    const first = direction === null ? at : this.#called.get(opposite(direction));
    return direction !== null && errorCode === null && at <= (first ?? at);
  }

  #add({ code, path, detail, clause }: Told, evidence: Evidence, direction: string | null): void {
    const key = `${code} ${direction ?? ''}`;
    const known = this.#counts.get(key);
    const row = ROWS[code];
    if (known !== undefined) this.#counts.set(key, { ...known, count: known.count + 1 });
    else if (row !== undefined) {
      this.#counts.set(key, {
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

/** Both sides together, with the earlier example. */
function merged(counts: readonly FindingCount[]): FindingCount[] {
  const byCode = Map.groupBy(counts, ({ code }) => code);
  return [...byCode.values()].flatMap((same) => {
    const [first] = same.toSorted((a, b) => a.first.at - b.first.at);
    return first === undefined ? [] : [{ ...first, count: same.reduce((sum, { count }) => sum + count, 0) }];
  });
}
