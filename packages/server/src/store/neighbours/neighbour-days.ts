/**
 * What the entries of one station tell only beside each other, by the UTC day of the entry that it is told of. Whoever
 * asks, a day is made of the same entries: those from 48 hours before it to 48 hours after it. So an entry has the same
 * findings by itself, on a page and in a search.
 */

import {
  type NeighbourFound,
  SESSION_LOOKBACK_MS,
  type SeenEntry,
  StationChecks,
  type StationFinding,
} from '@ocpp-logs/core';
import { DAY_MS, dayOf, windowOf } from '../sessions/day.ts';

interface OpenDay {
  readonly checks: StationChecks;
  readonly found: StationFinding[];
  /** Entries of the day itself. */
  readonly own: Set<string>;
}

export type NeighbourFinding = StationFinding & NeighbourFound;

export class NeighbourDays {
  readonly #wanted: (day: number) => boolean;
  readonly #tell: (finding: NeighbourFinding) => void;
  readonly #open = new Map<number, OpenDay>();
  readonly #charger: string;

  constructor(charger: string, wanted: (day: number) => boolean, tell: (finding: NeighbourFinding) => void) {
    this.#charger = charger;
    this.#wanted = wanted;
    this.#tell = tell;
  }

  /** In the order of time. */
  see(entry: SeenEntry): void {
    for (const day of this.#open.keys()) if (windowOf(day).to <= entry.at) this.#close(day);
    const last = dayOf(entry.at + SESSION_LOOKBACK_MS);
    for (let day = dayOf(entry.at - DAY_MS - SESSION_LOOKBACK_MS) + DAY_MS; day <= last; day += DAY_MS) {
      if (!this.#wanted(day)) continue;
      const open = this.#open.get(day) ?? begun();
      this.#open.set(day, open);
      if (dayOf(entry.at) === day) open.own.add(entry.id);
      open.checks.see(entry);
    }
  }

  /** Once, when all were seen. */
  end(): void {
    for (const day of this.#open.keys()) this.#close(day);
  }

  #close(day: number): void {
    const open = this.#open.get(day);
    this.#open.delete(day);
    if (open === undefined) return;
    open.checks.end();
    for (const finding of open.found) {
      if (open.own.has(finding.entry)) this.#tell({ ...finding, charger: this.#charger });
    }
  }
}

function begun(): OpenDay {
  const found: StationFinding[] = [];
  return { found, checks: new StationChecks((finding) => found.push(finding)), own: new Set() };
}
