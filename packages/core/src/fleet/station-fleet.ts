/**
 * One station over some days, entry by entry in the order of time. Entries before and after these days count for its
 * sessions, its connections and the states of its connectors alone.
 */

import { SessionFold } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import type { Session } from '../session/session.ts';
import { connectorStates } from '../station/connector-states.ts';
import { type CoverageMark, coverageOf, type TimeSpan, toldSince } from '../station/coverage.ts';
import { DayCells } from './day-cells.ts';
import { faultedSpans } from './faulted-spans.ts';
import { heldReports, type PlaceTold, toldOfPlaces } from './place-told.ts';
import { firmwareOf, markOf } from './seen-marks.ts';
import { type Firmware, type StationDay, sameFirmware } from './station-day.ts';
import { firstTries, type Try, tryOf } from './tries.ts';

/** Of each station; connections that come and go oftener are not told apart any more, and what follows is not watched. */
const MARKS_MAX = 50_000;
const TOLD_MAX = 50_000;
/** Firmwares told in one go; a station that tells another one each time is counted under the last. */
const FIRMWARES_MAX = 50;

/** A station that has been away for so long is gone: nobody watches it any more. ms. */
const GONE_MS = 30 * 86_400_000;

/** What is known of a station beside its entries. */
export interface StationBefore {
  /** The last that opened or ended a connection; null: there is none. */
  readonly mark: CoverageMark | null;
  /** null: no boot told it. */
  readonly firmware: Firmware | null;
  /** What holds on. */
  readonly told: readonly PlaceTold[];
  /** ms: not connected now, and heard of last then; a connection of which no end is known says nothing beyond it. */
  readonly silentSince: number | null;
}

export interface DaysWanted {
  /** Whole UTC days, or as far as now. */
  readonly range: TimeSpan;
  readonly before: StationBefore;
  /** When nothing was recorded at the whole site. */
  readonly gaps: readonly CoverageMark[];
  /** Tries, by their id, of which more was heard than is told here. */
  readonly goOn: ReadonlySet<string>;
}

interface Running {
  readonly from: number;
  /** undefined: what ran before. */
  readonly firmware: Firmware | undefined;
  readonly entry: string | null;
}

export class StationFleet {
  readonly charger: string;
  readonly #cells: DayCells;
  readonly #sessions = new SessionFold();
  readonly #tries: Try[] = [];
  readonly #marks: CoverageMark[] = [];
  readonly #told: PlaceTold[] = [];
  readonly #running: Running[] = [{ from: Number.NEGATIVE_INFINITY, firmware: undefined, entry: null }];
  #firstSeen: number | null = null;
  #watchedUntil = Number.POSITIVE_INFINITY;
  #toldUntil = Number.POSITIVE_INFINITY;

  /** `range`: whole UTC days. */
  constructor(charger: string, range: TimeSpan) {
    this.charger = charger;
    this.#cells = new DayCells(range);
  }

  see(entry: SeenEntry): void {
    this.#firstSeen ??= entry.at;
    const mark = markOf(entry);
    if (mark !== null) this.#mark(mark);
    this.#sessions.add(entry);
    for (const session of this.#sessions.take()) this.#keep(session);
    if (entry.kind === 'exchange') this.#exchange(entry);
    this.#count(entry);
  }

  /** Those that begin on these days. Ends it. */
  tries(): readonly Try[] {
    for (const session of this.#sessions.end()) this.#keep(session);
    return this.#tries.filter(({ from }) => this.#cells.holds(from));
  }

  /** After {@link tries}. A day of which nothing is known is left out. */
  days({ range, before, gaps, goOn }: DaysWanted): readonly StationDay[] {
    const cells = this.#cells;
    const tries = this.#tries.map((one) => (goOn.has(one.id) ? { ...one, result: 'open' as const } : one));
    const first = firstTries(tries);
    for (const one of tries) cells.at(one.from, this.#partAt(one.from))?.try(one, first.has(one));
    const marks = [...(before.mark === null ? [] : [before.mark]), ...this.#marks, ...gaps];
    const known = {
      since:
        before.mark === null ? toldSince(this.#marks[0] ?? null, this.#firstSeen) : Number.NEGATIVE_INFINITY,
      until: Math.min(this.#watchedUntil, this.#goneAt(before.mark), this.#lostAt(before)),
      heard: [],
    };
    const reports = heldReports([...before.told, ...this.#told]);
    const start = reports.reduce((least, { at }) => Math.min(least, at), range.from);
    const coverage = coverageOf(marks, { from: start, to: range.to }, known);
    const states = connectorStates(reports, coverage, {
      from: range.from,
      to: Math.min(range.to, this.#toldUntil),
    });
    const starts = this.#running.map(({ from }) => from);
    for (const { state, ...span } of coverage) {
      if (state !== 'connected' && state !== 'disconnected') continue;
      cells.span(span, starts, (cell, ms) => cell.watched(ms, state === 'connected'));
    }
    for (const { share, ...span } of faultedSpans(states, reports)) {
      cells.span(span, starts, (cell, ms) => cell.faulted(ms * share));
    }
    return cells.days(this.charger, (part, day) => {
      const running = this.#running[part];
      const from = running === undefined || running.from < day ? day : running.from;
      const firmware = running?.firmware === undefined ? before.firmware : running.firmware;
      return { from, firmware, entry: running === undefined || from === day ? null : running.entry };
    });
  }

  #goneAt(before: CoverageMark | null): number {
    const ended = before?.kind === 'closed' ? before.at : before?.kind === 'gap' ? before.to : null;
    return ended === null || this.#marks.length > 0 ? Number.POSITIVE_INFINITY : ended + GONE_MS;
  }

  #lostAt({ mark, silentSince }: StationBefore): number {
    const last = this.#marks.findLast((each) => each.kind !== 'gap' || each.connection !== null) ?? mark;
    return silentSince === null || last?.kind !== 'opened' ? Number.POSITIVE_INFINITY : silentSince + 1;
  }

  /** Those before the days, too: what follows on them is no first try. */
  #keep(session: Session): void {
    const one = tryOf(session);
    if (one !== null) this.#tries.push(one);
  }

  #mark(mark: CoverageMark): void {
    if (this.#marks.length < MARKS_MAX) this.#marks.push(mark);
    else this.#watchedUntil = Math.min(this.#watchedUntil, mark.kind === 'gap' ? mark.from : mark.at);
  }

  #exchange(entry: SeenEntry): void {
    if (entry.action === 'BootNotification' && entry.direction === 'station_to_csms') this.#boot(entry);
    for (const told of toldOfPlaces(entry)) {
      if (this.#told.length < TOLD_MAX) this.#told.push(told);
      else this.#toldUntil = Math.min(this.#toldUntil, told.at);
    }
  }

  #boot({ at, id, call }: SeenEntry): void {
    const firmware = firmwareOf(call);
    const last = this.#running.at(-1);
    if (last?.firmware !== undefined && sameFirmware(last.firmware, firmware)) return;
    if (this.#running.length < FIRMWARES_MAX) this.#running.push({ from: at, firmware, entry: id });
  }

  #count(entry: SeenEntry): void {
    this.#cells.at(entry.at, this.#running.length - 1)?.entry(entry);
  }

  #partAt(at: number): number {
    return this.#running.findLastIndex(({ from }) => from <= at);
  }
}
