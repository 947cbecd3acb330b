/**
 * Rows of logs that bear no zone, no times, or the newest line first: with the times that their messages show. For a
 * log that is looked at and stored nowhere; one file after the other.
 */

import type { PlacedRow } from './placed-row.ts';
import { toldTime } from './told-time.ts';

/** What was assumed of a file, so that what its messages say may be put in its place. */
export interface AssumedOf {
  /** Its times bear no zone and were read as UTC. */
  readonly zone: boolean;
  /** It bears no times, and this was given to all of it. */
  readonly start: string | null;
}

const NOTHING_ASSUMED: AssumedOf = { zone: false, start: null };
const QUARTER_MS = 15 * 60_000;
/** Clocks are off, and an answer takes a while. */
const NEAR_MS = 2 * 60_000;
/** Nearly all zones are of half hours: a clock that is some minutes off is likelier than none of them. */
const HALF_NEAR_MS = 5 * 60_000;
const FARTHEST_ZONE_MS = 14 * 3_600_000;
/** A log of fewer steps in time has no order to speak of. */
const STEPS_LEAST = 3;

interface Reading {
  readonly file: string;
  readonly assumed: AssumedOf;
  readonly newestFirst: boolean;
  /** ms that its times are ahead of UTC. */
  readonly zoneMs: number;
  readonly held: PlacedRow[];
  /** The latest time that was told so far. */
  latest: number;
}

export class Retiming {
  readonly #assumed: ReadonlyMap<string, AssumedOf>;
  #reading: Reading | null = null;
  readonly #notes: string[] = [];

  constructor(assumed: ReadonlyMap<string, AssumedOf>) {
    this.#assumed = assumed;
  }

  /** What was found out, for whoever reads the diagnosis. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Those of one file, in its order; what is returned is in the order of time. `last` ends the source. */
  take(rows: readonly PlacedRow[], last: boolean): readonly PlacedRow[] {
    const ready: PlacedRow[] = [];
    const [first] = rows;
    if (first !== undefined && first.file !== this.#reading?.file) {
      this.#release(ready);
      this.#reading = this.#begun(first.file, rows);
    }
    const reading = this.#reading;
    if (reading !== null) {
      if (reading.newestFirst) for (const row of rows) reading.held.push(row);
      else for (const row of rows) ready.push(retimed(reading, row));
    }
    if (last) this.#release(ready);
    return ready;
  }

  #release(ready: PlacedRow[]): void {
    const reading = this.#reading;
    if (reading === null) return;
    // A call and its answer may stand on one line, in their own order.
    for (const row of reading.held.toSorted((a, b) => b.line - a.line)) ready.push(retimed(reading, row));
    this.#reading = null;
  }

  #begun(file: string, rows: readonly PlacedRow[]): Reading {
    const assumed = this.#assumed.get(file) ?? NOTHING_ASSUMED;
    const zoneMs = assumed.zone ? zoneOf(rows) : 0;
    if (assumed.zone) this.#notes.push(`${file}: ${zoneNote(zoneMs)}`);
    const newestFirst = fallMore(rows, assumed);
    if (newestFirst) this.#notes.push(`${file}: its newest line comes first; it is read from its end`);
    return { file, assumed, newestFirst, zoneMs: zoneMs ?? 0, held: [], latest: Number.NEGATIVE_INFINITY };
  }
}

function retimed(reading: Reading, row: PlacedRow): PlacedRow {
  const { assumed, zoneMs } = reading;
  if (isUntimed(row, assumed)) {
    const told = row.frame === undefined ? null : toldTime(row.frame);
    reading.latest = Math.max(reading.latest, told?.at ?? Date.parse(row.occurrence_time));
    return { ...row, occurrence_time: new Date(reading.latest).toISOString() };
  }
  if (zoneMs === 0) return row;
  return { ...row, occurrence_time: new Date(Date.parse(row.occurrence_time) - zoneMs).toISOString() };
}

function isUntimed(row: PlacedRow, { start }: AssumedOf): boolean {
  return start !== null && row.untimed === true && row.occurrence_time === start;
}

/** By how much its times are ahead of those in its messages, in quarters of an hour; null where nothing tells. */
function zoneOf(rows: readonly PlacedRow[]): number | null {
  const offs: Record<'csms' | 'station', number[]> = { csms: [], station: [] };
  for (const { frame, occurrence_time } of rows) {
    const told = frame === undefined ? null : toldTime(frame);
    if (told === null) continue;
    const off = Date.parse(occurrence_time) - told.at;
    const zone = Math.round(off / QUARTER_MS) * QUARTER_MS;
    const near = zone % (2 * QUARTER_MS) === 0 ? HALF_NEAR_MS : NEAR_MS;
    if (Math.abs(off - zone) <= near && Math.abs(zone) <= FARTHEST_ZONE_MS) offs[told.by].push(zone);
  }
  // Clocks of stations are wrong more often.
  const counted = offs.csms.length > 0 ? offs.csms : offs.station;
  return counted.toSorted((a, b) => a - b)[Math.floor(counted.length / 2)] ?? null;
}

function zoneNote(zoneMs: number | null): string {
  const add = 'add --time-zone where that is wrong';
  if (zoneMs === null) return `its times bear no zone and are read as UTC: ${add}`;
  const minutes = Math.abs(zoneMs) / 60_000;
  const two = (value: number) => String(value).padStart(2, '0');
  const name = `UTC${zoneMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `its times bear no zone and are read as ${name}, as the times in its messages show: ${add}`;
}

function fallMore(rows: readonly PlacedRow[], assumed: AssumedOf): boolean {
  let [falls, rises] = [0, 0];
  let before: number | null = null;
  for (const row of rows) {
    const told = isUntimed(row, assumed)
      ? row.frame === undefined
        ? null
        : (toldTime(row.frame)?.at ?? null)
      : Date.parse(row.occurrence_time);
    if (told === null) continue;
    if (before !== null && told < before) falls += 1;
    if (before !== null && told > before) rises += 1;
    before = told;
  }
  return falls >= STEPS_LEAST && falls > rises * 4;
}
