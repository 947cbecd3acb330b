/**
 * Days of stations, how they did or what was found in their messages, kept for as long as nothing comes to them: a day is
 * made anew when the entries around it are others than when it was made, by their number and outcomes. Days are made newest
 * first, some at a time, and what is not made when time is over is made when somebody asks again.
 */

import { setImmediate as turn } from 'node:timers/promises';
import { KINDS, SESSION_LOOKBACK_MS } from '@ocpp-logs/core';
import { type OfDay, type PackedDay, unpackedDay } from '../store/fleet/packed.ts';
import type { FleetAnswer, FleetQuery } from '../store/fleet/question.ts';
import { QueryTimeError } from '../store/query-time.ts';
import type { SessionSite } from '../store/sessions/question.ts';
import type { EntryReader, HistogramBin } from '../store/store.ts';

export const FLEET_DAY = 86_400_000;
/** Entries of all kinds around the days that are read in one go; one day alone may have more. */
const RUN_ENTRIES = 1_000_000;
/** More would keep others waiting for long. */
const RUN_DAYS = 10;
/** ms after which no further run is begun. */
const PATIENCE_MS = 10_000;
/** ms for which a day is told as it was, whatever has come since. */
const STALE_MS = 5 * 60_000;
/** Days of stations that are kept, of all sites, and as many of what was found in their messages. */
export const FLEET_KEPT = 20_000;

interface Kept {
  /** What its entries were. */
  readonly print: string;
  /** ms: when it was made. */
  readonly made: number;
  /** null: of no station anything is known. */
  readonly packed: PackedDay | null;
  readonly cut: boolean;
}

export interface FleetRange {
  /** ms: when a UTC day begins. */
  readonly from: number;
  /** ms, exclusive: when one ends. */
  readonly to: number;
}

export interface GatheredDays<Day> {
  /** In the order of time. */
  readonly days: readonly (Day & { readonly site: string })[];
  /** Days of sites that were asked for, those that are not made yet, and those of which not all could be read. */
  readonly asked: number;
  readonly missing: number;
  readonly cut: number;
  /** ms: when the oldest of what is told was made; null for none. */
  readonly asOf: number | null;
  /** By site, ms: what came to it later is in none of them. */
  readonly upTo: ReadonlyMap<string, number>;
  /** Sites with days that are missing or cut. */
  readonly partial: ReadonlySet<string>;
}

/** Runs wait for each other, so that the other reading thread is there for others. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    // Who comes next does not care how it went.
    this.#last = done.catch(() => undefined);
    return done;
  }
}

export interface FleetDaysOptions {
  readonly now: () => number;
  /** ms, never going back. */
  readonly monotonic: () => number;
  readonly patience?: number;
  readonly kept?: number;
  /** What was found in the messages, instead of how stations did. */
  readonly findings?: boolean;
  readonly runEntries?: number;
  readonly turns?: Turns;
}

interface Run extends FleetRange {
  readonly prints: ReadonlyMap<number, string>;
}

/** `Day`: what is told of a station on one day. */
export class FleetDays<Day extends OfDay> {
  readonly #reader: EntryReader;
  readonly #options: Required<FleetDaysOptions>;
  /** Least lately used first. */
  readonly #days = new Map<string, Kept>();
  #weight = 0;
  #made = 0;
  #unfinished = 0;
  /** Fewer where the store takes too long for them. */
  #runDays = RUN_DAYS;

  constructor(reader: EntryReader, options: FleetDaysOptions) {
    this.#reader = reader;
    const usual = { patience: PATIENCE_MS, kept: FLEET_KEPT, findings: false, runEntries: RUN_ENTRIES };
    this.#options = { ...usual, turns: new Turns(), ...options };
  }

  /** `patience`: ms after which no further run is begun; with 0 what is there already is told. */
  async gather(
    sites: readonly SessionSite[],
    { from, to }: FleetRange,
    signal: AbortSignal,
    patience = this.#options.patience,
  ): Promise<GatheredDays<Day>> {
    const end = this.#options.monotonic() + patience;
    const gathered: (Day & { readonly site: string })[] = [];
    const partial = new Set<string>();
    let [asked, missing, cut] = [0, 0, 0];
    let asOf: number | null = null;
    const upTo = new Map<string, number>();
    for (const site of sites) {
      const range = { from: Math.max(from, dayOf(site.kept)), to };
      if (range.from >= range.to) continue;
      const prints = await this.#prints(site, range, signal);
      const made = await this.#site(site, range, prints, end, signal);
      for (let day = range.from; day < range.to; day += FLEET_DAY) {
        asked += 1;
        const kept = made.get(day);
        if (kept?.cut !== false) partial.add(site.id);
        if (kept === undefined) {
          missing += 1;
          continue;
        }
        if (kept.cut) cut += 1;
        asOf = Math.min(asOf ?? kept.made, kept.made);
        upTo.set(site.id, kept.made);
        if (kept.packed === null) continue;
        for (const each of unpackedDay<Day>(kept.packed)) gathered.push({ ...each, site: site.id });
        await turn();
      }
    }
    if (missing > 0 && patience > 0) this.#unfinished += 1;
    return { days: gathered, asked, missing, cut, asOf, upTo, partial };
  }

  counters(): Readonly<Record<string, number>> {
    const fleet = this.#options.findings ? 'fleet_findings' : 'fleet';
    return {
      [`${fleet}_station_days_kept`]: this.#weight,
      [`${fleet}_days_made_total`]: this.#made,
      [`${fleet}_answers_unfinished_total`]: this.#unfinished,
    };
  }

  /** Of the days of a site those that are there, once time is over or all are. */
  async #site(
    site: SessionSite,
    range: FleetRange,
    prints: readonly HistogramBin[],
    end: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, Kept>> {
    const told = new Map<number, Kept>();
    for (;;) {
      const run = this.#nextRun(site, range, prints, told);
      if (run === null || this.#options.monotonic() >= end) return told;
      await this.#options.turns.next(async () => {
        signal.throwIfAborted();
        // Somebody else may have made it meanwhile.
        const still = this.#nextRun(site, range, prints, told);
        if (still !== null && this.#options.monotonic() < end) await this.#make(site, still, told, signal);
      });
    }
  }

  /** The newest days that have to be made. What needs not goes to `told`. */
  #nextRun(
    site: SessionSite,
    range: FleetRange,
    bins: readonly HistogramBin[],
    told: Map<number, Kept>,
  ): Run | null {
    const counts = new Map(bins.map(({ time, count }) => [time, count]));
    const around = ({ from, to }: FleetRange) => {
      let sum = 0;
      for (let day = from - SESSION_LOOKBACK_MS; day < to + SESSION_LOOKBACK_MS; day += FLEET_DAY) {
        sum += counts.get(day) ?? 0;
      }
      return sum;
    };
    let run: Run | null = null;
    for (let day = range.to - FLEET_DAY; day >= range.from; day -= FLEET_DAY) {
      if (told.has(day)) {
        if (run !== null) return run;
        continue;
      }
      const print = printOf(bins, day);
      const kept = this.#kept(site.id, day);
      if (kept !== null && (kept.print === print || this.#options.now() - kept.made < STALE_MS)) {
        told.set(day, kept);
        if (run !== null) return run;
        continue;
      }
      const longer: Run = {
        from: day,
        to: run?.to ?? day + FLEET_DAY,
        prints: new Map([...(run?.prints ?? []), [day, print]]),
      };
      const tooMuch =
        longer.to - longer.from > this.#runDays * FLEET_DAY || around(longer) > this.#options.runEntries;
      if (run !== null && tooMuch) return run;
      run = longer;
    }
    return run;
  }

  async #make(site: SessionSite, run: Run, told: Map<number, Kept>, signal: AbortSignal): Promise<void> {
    const now = this.#options.now();
    const known = (await this.#reader.chargers(site.id)).map(({ id, connected, lastSeen }) => ({
      id,
      silentSince: connected ? null : lastSeen,
    }));
    const { from, to, prints } = run;
    const { findings } = this.#options;
    const answer = await this.#answered({ site, from, to, now, known, findings }, signal);
    if (answer === null) return;
    const byDay = new Map(answer.days.map((packed) => [packed.day, packed]));
    // The newest last: what is asked for most stays longest.
    for (const [day, print] of [...prints].reverse()) {
      const kept = { print, made: now, packed: byDay.get(day) ?? null, cut: answer.cut };
      told.set(day, kept);
      this.#keep(site.id, day, kept);
      this.#made += 1;
    }
  }

  /** null: it took too long, and fewer days are tried next. One day that takes too long is told as cut. */
  async #answered(query: FleetQuery, signal: AbortSignal): Promise<FleetAnswer | null> {
    try {
      const answer = await this.#reader.fleet(query, signal);
      this.#runDays = Math.min(RUN_DAYS, this.#runDays + 1);
      return answer;
    } catch (error) {
      if (!(error instanceof QueryTimeError)) throw error;
      const days = (query.to - query.from) / FLEET_DAY;
      this.#runDays = Math.ceil(days / 2);
      return days > 1 ? null : { days: [], read: 0, cut: true };
    }
  }

  async #prints(
    site: SessionSite,
    { from, to }: FleetRange,
    signal: AbortSignal,
  ): Promise<readonly HistogramBin[]> {
    const filter = {
      site: site.id,
      from: Math.max(from - SESSION_LOOKBACK_MS, site.kept),
      to: to + SESSION_LOOKBACK_MS,
      kinds: KINDS,
      actions: null,
      chargers: null,
      connectors: null,
      query: null,
    };
    return (await this.#reader.histogram({ filters: [filter], step: FLEET_DAY }, signal)).bins;
  }

  #kept(site: string, day: number): Kept | null {
    const key = keyOf(site, day);
    const kept = this.#days.get(key);
    if (kept === undefined) return null;
    this.#days.delete(key);
    this.#days.set(key, kept);
    return kept;
  }

  #keep(site: string, day: number, kept: Kept): void {
    const key = keyOf(site, day);
    this.#forget(key);
    this.#days.set(key, kept);
    this.#weight += weightOf(kept);
    for (const oldest of this.#days.keys()) {
      if (this.#weight <= this.#options.kept) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const kept = this.#days.get(key);
    if (kept === undefined) return;
    this.#days.delete(key);
    this.#weight -= weightOf(kept);
  }
}

export function dayOf(at: number): number {
  return Math.floor(at / FLEET_DAY) * FLEET_DAY;
}

const keyOf = (site: string, day: number): string => `${day}\n${site}`;
/** A day without stations takes room, too. */
const weightOf = ({ packed }: Kept): number => 1 + (packed?.stations ?? 0);

function printOf(bins: readonly HistogramBin[], day: number): string {
  const near = bins.filter(
    ({ time }) => time >= day - SESSION_LOOKBACK_MS && time < day + FLEET_DAY + SESSION_LOOKBACK_MS,
  );
  return JSON.stringify(
    near.map(({ time, count, outcomes }) => [time, count, Object.entries(outcomes).sort()]),
  );
}
