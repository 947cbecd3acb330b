/** Messages about transactions that come one after the other and are all old: a station empties what it had kept. */

import { StationClock } from '../session/clock.ts';
import type { SeenEntry } from '../session/seen.ts';
import { objectsIn, timeIn } from '../session/told.ts';
import type { Tell } from './station-finding.ts';

const KEPT = new Set(['StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent']);
/** What comes later than that after the last one is a run of its own. */
const APART_MS = 300_000;
const LEAST = 2;

interface Run {
  readonly entry: string;
  last: number;
  messages: number;
  oldestMs: number;
}

export class OfflineRuns {
  readonly #tell: Tell;
  readonly #clock = new StationClock();
  #run: Run | null = null;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  see(entry: SeenEntry): void {
    const { action, at, answer, latencyMs, fields } = entry;
    // Without times of its own a log tells nothing of them.
    if (answer !== null && latencyMs === null) return;
    this.#clock.see(entry);
    if (action === null || !KEPT.has(action) || entry.direction !== 'station_to_csms') return;
    const told = this.#clock.right(timeOf(entry), at);
    if (told !== null && (fields.offline === true || this.#clock.late(told, at))) this.#add(entry, at - told);
    else this.end();
  }

  #add({ id, at }: SeenEntry, oldMs: number): void {
    if (this.#run !== null && at - this.#run.last > APART_MS) this.end();
    this.#run ??= { entry: id, last: at, messages: 0, oldestMs: 0 };
    this.#run.last = at;
    this.#run.messages += 1;
    this.#run.oldestMs = Math.max(this.#run.oldestMs, oldMs);
  }

  end(): void {
    const run = this.#run;
    this.#run = null;
    if (run === null || run.messages < LEAST) return;
    const minutes = Math.round(run.oldestMs / 60_000);
    const detail = `${run.messages} messages, up to ${minutes} min old`;
    this.#tell({ code: 'offline-queue', entry: run.entry, detail });
  }
}

function timeOf({ action, call }: SeenEntry): number | null {
  const newest = action === 'MeterValues' ? (objectsIn(call, 'meterValue').at(-1) ?? null) : call;
  return timeIn(newest, 'timestamp');
}
