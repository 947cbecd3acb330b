/**
 * Sessions by the UTC day on which they begin. Whoever asks, a day is made of the same entries: those from 48 hours
 * before it to 48 hours after it. So a session has the same id and the same verdict in a list, by itself and beside an
 * entry.
 */

import {
  DETAIL_ACTIONS,
  SESSION_ACTIONS,
  SESSION_LOOKBACK_MS,
  type SeenEntry,
  SessionFold,
  type SessionState,
} from '@ocpp-logs/core';
import type { SessionSite } from './question.ts';
import type { Reading } from './reading.ts';

export const DAY_MS = 86_400_000;
/** Beginnings that turn out to be one, as a card and the plug after it, do so by then. */
const JOINED_MS = 3_600_000;

/** What is measured, which is most of what there is, is read where it is needed. */
export const METERS: readonly string[] = ['MeterValues'];
export const WITHOUT_METERS = DETAIL_ACTIONS.filter((action) => !METERS.includes(action));

export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is read for the sessions of a day. */
export function windowOf(day: number): Span {
  return { from: day - SESSION_LOOKBACK_MS, to: day + DAY_MS + SESSION_LOOKBACK_MS };
}

/** A session as its own entries tell of it, without what was measured. */
export interface Begun {
  readonly site: SessionSite;
  readonly charger: string;
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly state: SessionState;
}

export interface Place {
  readonly sites: readonly SessionSite[];
  readonly chargers: readonly string[] | null;
}

export async function begunOn(
  reading: Reading,
  { sites, chargers }: Place,
  day: number,
): Promise<readonly Begun[]> {
  const byId = new Map(sites.map((site) => [site.id, site]));
  const folds = new Map<string, { readonly site: SessionSite; readonly fold: SessionFold }>();
  const begun: Begun[] = [];
  const keep = (site: SessionSite, fold: SessionFold, ended: boolean) => {
    for (const { id, charger, from, to, state } of ended ? fold.end() : fold.take()) {
      if (dayOf(from) === day) begun.push({ site, charger, id, from, to, state });
    }
  };
  const wanted = {
    sites,
    chargers,
    from: windowOf(day).from,
    to: day + DAY_MS + JOINED_MS,
    kinds: ['exchange'] as const,
    actions: SESSION_ACTIONS,
  };
  for await (const { site: id, entry } of reading.each(wanted)) {
    const site = byId.get(id);
    if (site === undefined) continue;
    const key = `${entry.charger}\n${id}`;
    const known = folds.get(key) ?? { site, fold: new SessionFold() };
    folds.set(key, known);
    known.fold.add(entry);
    keep(site, known.fold, false);
  }
  for (const { site, fold } of folds.values()) keep(site, fold, true);
  return begun;
}

/** Entries of one station that are read in pieces, with those of another kind that fall between them. */
export class Ordered {
  readonly #between: readonly SeenEntry[];
  readonly #visit: (entry: SeenEntry) => void;
  readonly #before: (a: SeenEntry, b: SeenEntry) => number;
  #next = 0;

  constructor(
    between: readonly SeenEntry[],
    before: (a: SeenEntry, b: SeenEntry) => number,
    visit: (entry: SeenEntry) => void,
  ) {
    this.#between = between;
    this.#before = before;
    this.#visit = visit;
  }

  add(entry: SeenEntry): void {
    for (;;) {
      const next = this.#between[this.#next];
      if (next === undefined || this.#before(next, entry) > 0) break;
      this.#visit(next);
      this.#next += 1;
    }
    this.#visit(entry);
  }

  end(): void {
    for (const entry of this.#between.slice(this.#next)) this.#visit(entry);
    this.#next = this.#between.length;
  }
}

/** Those of one station in the order of time, split where days lie between that need not be read. */
export function closeTogether<T>(
  inOrder: readonly T[],
  timeOf: (entry: T) => number,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const entry of inOrder) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && timeOf(entry) - timeOf(last) < 7 * DAY_MS)
      group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}
