/** What is counted of a station, by day and by the firmware that ran. */

import type { SeenEntry } from '../session/seen.ts';
import type { TimeSpan } from '../station/coverage.ts';
import { answeredHow } from './answered-how.ts';
import { type DayPart, FLEET_DAY_MS, type StationDay } from './station-day.ts';
import { AnswersInTheMaking, type FleetTally } from './tally.ts';
import type { Try } from './tries.ts';

type About = Omit<DayPart, 'tally'>;

class Cell {
  #entries = 0;
  #connections = 0;
  #boots = 0;
  readonly #attempts = { tries: 0, succeeded: 0, failed: 0, first: 0, firstSucceeded: 0 };
  readonly #causes: Record<string, number> = {};
  readonly #uptime = { watchedMs: 0, connectedMs: 0, faultedMs: 0 };
  readonly #station = new AnswersInTheMaking();
  readonly #csms = new AnswersInTheMaking();

  entry(entry: SeenEntry): void {
    this.#entries += 1;
    if (entry.event?.event === 'accepted') this.#connections += 1;
    if (entry.kind !== 'exchange' || entry.direction === null) return;
    if (entry.action === 'BootNotification') this.#boots += 1;
    const how = answeredHow(entry);
    if (how === null) return;
    const answers = entry.direction === 'station_to_csms' ? this.#csms : this.#station;
    answers.calls += 1;
    if (how === 'unanswered') answers.unanswered += 1;
    else if (entry.latencyMs !== null) answers.time(entry.latencyMs);
    if (how === 'error') answers.errors += 1;
  }

  try({ result, rule }: Try, first: boolean): void {
    const attempts = this.#attempts;
    attempts.tries += 1;
    if (result === 'open') return;
    if (first) attempts.first += 1;
    if (result === 'succeeded') {
      attempts.succeeded += 1;
      if (first) attempts.firstSucceeded += 1;
    } else {
      attempts.failed += 1;
      this.#causes[rule] = (this.#causes[rule] ?? 0) + 1;
    }
  }

  watched(ms: number, connected: boolean): void {
    this.#uptime.watchedMs += ms;
    if (connected) this.#uptime.connectedMs += ms;
  }

  faulted(ms: number): void {
    this.#uptime.faultedMs += ms;
  }

  tally(): FleetTally {
    return {
      entries: this.#entries,
      connections: this.#connections,
      boots: this.#boots,
      attempts: this.#attempts,
      causes: this.#causes,
      uptime: this.#uptime,
      answers: { station: this.#station.counts(), csms: this.#csms.counts() },
      // Counted by themselves, of all entries.
      findings: {},
    };
  }
}

export class DayCells {
  readonly #range: TimeSpan;
  /** By day, then by part. */
  readonly #days = new Map<number, Map<number, Cell>>();

  constructor(range: TimeSpan) {
    this.#range = range;
  }

  holds(at: number): boolean {
    return at >= this.#range.from && at < this.#range.to;
  }

  /** null outside of the days that are counted. */
  at(time: number, part: number): Cell | null {
    if (!this.holds(time)) return null;
    const day = Math.floor(time / FLEET_DAY_MS) * FLEET_DAY_MS;
    const cells = this.#days.get(day) ?? new Map<number, Cell>();
    this.#days.set(day, cells);
    const cell = cells.get(part) ?? new Cell();
    cells.set(part, cell);
    return cell;
  }

  /** Of each cell that the span touches, for how long. `starts`: when parts begin. */
  span({ from, to }: TimeSpan, starts: readonly number[], visit: (cell: Cell, ms: number) => void): void {
    const end = Math.min(to, this.#range.to);
    for (let at = Math.max(from, this.#range.from); at < end; ) {
      const part = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      );
      const midnight = (Math.floor(at / FLEET_DAY_MS) + 1) * FLEET_DAY_MS;
      const next = Math.min(end, midnight, starts[part + 1] ?? end);
      const cell = this.at(at, part);
      if (cell !== null) visit(cell, next - at);
      at = next;
    }
  }

  days(charger: string, about: (part: number, day: number) => About): readonly StationDay[] {
    return [...this.#days]
      .sort(([a], [b]) => a - b)
      .map(([day, cells]) => ({
        charger,
        day,
        parts: [...cells]
          .sort(([a], [b]) => a - b)
          .map(([part, cell]) => ({ ...about(part, day), tally: cell.tally() })),
      }));
  }
}
