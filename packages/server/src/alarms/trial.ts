/** An alarm over what is stored already: how often it would have been told, and where. */

import {
  type AlarmRule,
  type EntryWatch,
  type Firing,
  type NamedSite,
  queryOfAlarm,
  readHead,
  SilentWatch,
  timeOfId,
  watchOf,
} from '@ocpp-logs/core';
import type { EntryFilter, SiteEntry } from '../store/store.ts';
import { filterOf, type Lookup } from './lookup.ts';

export interface TrialSite extends NamedSite {
  /** ms: what is older is not kept there. */
  readonly kept: number;
}

export interface TrialWish {
  readonly rule: AlarmRule;
  readonly sites: readonly TrialSite[];
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
}

export interface TrialFiring {
  readonly site: string;
  readonly charger: string;
  readonly at: number;
  /** Ids. */
  readonly entries: readonly string[];
}

export interface Trial {
  readonly fired: number;
  /** The first of them. */
  readonly firings: readonly TrialFiring[];
  /** Of how many stations. */
  readonly stations: number;
  /** Entries that were looked at. */
  readonly looked: number;
  /** ms: how far it was looked; the end that was asked for unless it was too much. */
  readonly through: number;
  /** Times an alarm over all of it would have forgotten something because too much waited. */
  readonly dropped: number;
}

export interface TrialLimits {
  readonly entries: number;
  readonly firings: number;
  /** Whether it has taken too long. */
  readonly late: () => boolean;
}

export async function tryAlarm(
  log: Pick<Lookup, 'entries'>,
  { rule, sites, from, to }: TrialWish,
  limits: TrialLimits,
): Promise<Trial> {
  const watches = new Map<string, EntryWatch>();
  const filters: EntryFilter[] = [];
  for (const site of sites) {
    const query = queryOfAlarm(rule, site);
    const begin = Math.max(from, site.kept);
    if (query === 'none' || begin >= to) continue;
    watches.set(site.id, watchOf(rule, site, { listening: begin, known: begin }));
    filters.push(filterOf(site.id, query === 'all' ? null : query, { from: begin, to }));
  }
  const found = new Found(limits.firings);
  let looked = 0;
  let through = from;
  if (filters.length === 0) return { ...found.told, looked, through: to, dropped: 0 };
  try {
    for await (const batch of log.entries({ filters, order: 'asc', take: limits.entries, only: null })) {
      for (const entry of batch) {
        const watch = watches.get(entry.site);
        if (watch !== undefined) found.add(entry.site, taken(watch, entry));
        through = timeOfId(entry.id);
      }
      looked += batch.length;
      for (const [site, watch] of watches) found.add(site, watch.due(through));
      if (limits.late()) break;
    }
  } catch (error) {
    // What did not come in time is not looked at.
    if (!limits.late()) throw error;
  }
  const cut = looked >= limits.entries || limits.late();
  if (!cut) {
    through = to;
    for (const [site, watch] of watches) found.add(site, watch.due(to));
  }
  const dropped = [...watches.values()].reduce((sum, watch) => sum + watch.dropped, 0);
  return { ...found.told, looked, through, dropped };
}

/** Nobody is silent while nothing could be recorded. */
function taken(watch: EntryWatch, entry: SiteEntry): readonly Firing[] {
  if (entry.kind === 'gap' && watch instanceof SilentWatch) {
    const event = readHead(entry.head)[14];
    const until = event?.event === 'gap' ? Date.parse(event.to) : Number.NaN;
    if (!Number.isNaN(until)) watch.resumed(until);
  }
  return watch.take(entry);
}

class Found {
  readonly #most: number;
  readonly #firings: TrialFiring[] = [];
  readonly #stations = new Set<string>();
  #fired = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get told(): Pick<Trial, 'fired' | 'firings' | 'stations'> {
    return { fired: this.#fired, firings: this.#firings, stations: this.#stations.size };
  }

  add(site: string, firings: readonly Firing[]): void {
    for (const { charger, at, entries } of firings) {
      this.#fired += 1;
      this.#stations.add(JSON.stringify([site, charger]));
      if (this.#firings.length < this.#most) {
        this.#firings.push({ site, charger, at, entries: entries.map(String) });
      }
    }
  }
}
