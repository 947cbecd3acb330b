/**
 * Follows what other nodes ship of the sites that are asked for here, by asking once a second. A site is followed for a
 * while after the last one has left it, so that a live tail that was cut off goes on where it was.
 */

import type { ElsewhereChange, Followed, OtherNodes } from '../other-nodes.ts';
import type { Arrival, ArrivalCount, Arrivals, ArrivalsWish, CountsWish } from './arrivals.ts';
import { LateArrivals, SPAN_US } from './late-arrivals.ts';

/** Between two questions, ms. */
export const ASK_MS = 1000;
/** As long as changes of this node are kept, ms. */
const LINGER_MS = 10 * 60_000;
/** Of what the server is told it knows by now this much may not be visible yet, us. */
const OVERLAP_US = 10_000_000;
/** What became visible later than that is looked for so often, ms. */
const LOOK_BACK_MS = 15_000;
/** What was told so long ago is an update when it comes again, us. */
const KNOWN_US = 10 * 60_000_000;
/** The server keeps arrivals for half an hour: who could not ask for longer than this has missed some, ms. */
const LOST_MS = 20 * 60_000;
/** Of one answer. */
const MOST = 50_000;
/** Entries of which it is known that they were told. */
const KNOWN_MAX = 200_000;
/** The first of a map is found by passing over all that was removed before it, so they are not looked for one by one. */
const FORGOTTEN_AT_ONCE = 20_000;
/** Sites that are named in a question; with more it is about all. */
const NAMED_MAX = 100;
/** Whoever begins to follow waits so long for an answer, ms. */
const BEGIN_MS = 2000;

export interface FollowingOptions {
  readonly arrivals: (wish: Omit<ArrivalsWish, 'node'>, signal: AbortSignal) => Promise<Arrivals>;
  readonly counts: (wish: Omit<CountsWish, 'node'>, signal: AbortSignal) => Promise<readonly ArrivalCount[]>;
  /** ms, never going back. */
  readonly clock: () => number;
  /** A line for the log. */
  readonly report: (line: string) => void;
  /** Calls back after so many ms; what it returns takes that back. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** Nothing is asked any more. */
  readonly close: () => Promise<void>;
}

interface FollowedSite {
  followers: number;
  /** Since when it has none, ms. */
  left: number;
  /** Whether what came before is known; `late`: it is followed all the same. */
  state: 'new' | 'late' | 'begun';
}

/** Also of a server that ships alone. */
export function followingCounts({
  sites = 0,
  told = 0,
  missed = 0,
  failures = 0,
}): Readonly<Record<string, number>> {
  return {
    tail_sites_followed: sites,
    tail_changes_of_other_nodes_total: told,
    tail_changes_missed_total: missed,
    tail_questions_failed_total: failures,
  };
}

export class Following implements OtherNodes {
  readonly #options: FollowingOptions;
  readonly #sites = new Map<string, FollowedSite>();
  /** When each entry came last, us; what came longest ago first. */
  readonly #known = new Map<string, number>();
  readonly #late = new LateArrivals();
  readonly #stop = new AbortController();
  readonly #counts = { told: 0, missed: 0, failures: 0 };
  readonly #listeners: {
    readonly told: (site: string, changes: readonly ElsewhereChange[]) => void;
    readonly missed: () => void;
  }[] = [];
  #asking: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  /** us, of the server. */
  #since: number | null = null;
  /** Whether it was told that nobody answers. */
  #isTold = false;
  /** When it answered last, ms. */
  #answered = 0;
  /** When it was looked for what became visible late, ms. */
  #lookedBack = 0;

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  listen(told: (site: string, changes: readonly ElsewhereChange[]) => void, missed: () => void): void {
    this.#listeners.push({ told, missed });
  }

  async follow(sites: readonly string[]): Promise<Followed> {
    const fresh = sites.filter((site) => !this.#sites.has(site));
    for (const site of sites) {
      const known = this.#sites.get(site);
      if (known === undefined) this.#sites.set(site, { followers: 1, left: 0, state: 'new' });
      else known.followers += 1;
    }
    const beginning = () =>
      sites.flatMap((site) => this.#sites.get(site) ?? []).filter(({ state }) => state === 'new');
    // Also of sites that others follow already: what came before this call is told before it returns. While ClickHouse is
    // away nothing is, and nobody waits for it again.
    if (beginning().length > 0 || !this.#isTold) {
      const late = Promise.withResolvers<void>();
      const cancel = this.#options.after(BEGIN_MS, () => late.resolve());
      await Promise.race([this.#begin(), late.promise]);
      cancel();
      for (const site of beginning()) site.state = 'late';
    }
    return { fresh, leave: () => this.#leave(sites) };
  }

  counters(): Readonly<Record<string, number>> {
    return followingCounts({ sites: this.#sites.size, ...this.#counts });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#cancel?.();
    await this.#asking;
    await this.#options.close();
  }

  #leave(sites: readonly string[]): void {
    for (const site of sites) {
      const known = this.#sites.get(site);
      if (known === undefined) continue;
      known.followers -= 1;
      known.left = this.#options.clock();
    }
  }

  /** An answer to a question that was asked after this call. */
  async #begin(): Promise<void> {
    await this.#asking;
    await this.#askNow();
  }

  #askNow(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
      if (this.#sites.size === 0 || this.#stop.signal.aborted) return;
      this.#cancel = this.#options.after(ASK_MS, () => void this.#askNow());
    });
    return this.#asking;
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const now = this.#options.clock();
    for (const [site, { followers, left }] of this.#sites) {
      if (followers <= 0 && now - left > LINGER_MS) this.#sites.delete(site);
    }
    if (this.#sites.size === 0) {
      this.#since = null;
      this.#known.clear();
      this.#late.forget();
      return;
    }
    const all = [...this.#sites];
    const beginning = all.filter(([, { state }]) => state !== 'begun').map(([site]) => site);
    const going = all.filter(([, { state }]) => state === 'begun').map(([site]) => site);
    try {
      const lost = this.#since !== null && now - this.#answered > LOST_MS;
      if (lost) {
        this.#since = await this.#beginWith(all.map(([site]) => site));
        this.#lose();
      } else {
        if (going.length > 0) await this.#goOn(going);
        const begun = beginning.length > 0 ? await this.#beginWith(beginning) : null;
        this.#since ??= begun;
        if (now - this.#lookedBack >= LOOK_BACK_MS) await this.#lookBack(going, now);
      }
      this.#answered = this.#options.clock();
      this.#isTold = false;
    } catch (error) {
      // It is asked again, from where it stands.
      this.#counts.failures += 1;
      if (!this.#isTold && !this.#stop.signal.aborted)
        this.#options.report(`changes of other nodes: ${messageOf(error)}`);
      this.#isTold = true;
    }
  }

  async #goOn(sites: readonly string[]): Promise<void> {
    const { found, now, more } = await this.#arrivals(sites, this.#since);
    this.#tell(sites, found);
    if (more) this.#lose();
    this.#since = now - OVERLAP_US;
  }

  /** What the server took before, and showed nobody here. */
  async #lookBack(sites: readonly string[], now: number): Promise<void> {
    const stretch = this.#since === null ? null : this.#late.stretch(this.#since);
    if (sites.length > 0 && stretch !== null) {
      const wish = { ...stretch, sites: named(sites), length: SPAN_US };
      const followed = new Set(sites);
      const counted = await this.#options.counts(wish, this.#stop.signal);
      const counts = counted.filter(({ site }) => followed.has(site));
      const late = this.#late.more(counts);
      if (late !== null) {
        const { since, until } = late;
        const { found, more } = await this.#arrivals(late.sites, since, until);
        this.#tell(late.sites, found);
        if (more) this.#lose();
        this.#late.settle(counts);
      }
    }
    this.#lookedBack = now;
  }

  #tell(sites: readonly string[], found: readonly Arrival[]): void {
    for (const [site, arrived] of Map.groupBy(found, (arrival) => arrival.site)) {
      if (!sites.includes(site)) continue;
      const changes: ElsewhereChange[] = [];
      for (const { id, at } of arrived) {
        const before = this.#note(site, id, at);
        if (before === undefined) changes.push({ id, change: 'entry' });
        else if (at > before) changes.push({ id, change: 'update' });
      }
      this.#counts.told += changes.length;
      if (changes.length > 0) for (const { told } of this.#listeners) told(site, changes);
    }
  }

  /** What came before is nobody's news. Returns from where to go on, us. */
  async #beginWith(sites: readonly string[]): Promise<number> {
    const { found, now, more } = await this.#arrivals(sites, null);
    for (const { site, id, at } of found) this.#note(site, id, at);
    let late = false;
    for (const site of sites) {
      const known = this.#sites.get(site);
      if (known === undefined) continue;
      // Whoever did not wait has seen nothing of what came meanwhile.
      late ||= known.state === 'late';
      known.state = 'begun';
      this.#late.begin(site, more ? now : now - KNOWN_US);
    }
    if (late) this.#lose();
    return now - OVERLAP_US;
  }

  #arrivals(sites: readonly string[], since: number | null, until?: number): Promise<Arrivals> {
    const to = until === undefined ? {} : { until };
    const wish = { sites: named(sites), since, ...to, back: KNOWN_US, most: MOST };
    return this.#options.arrivals(wish, this.#stop.signal);
  }

  /** When it came before, us. */
  #note(site: string, id: bigint, at: number): number | undefined {
    const key = `${id} ${site}`;
    const before = this.#known.get(key);
    if (before !== undefined && before >= at) return before;
    this.#late.read(site, at);
    this.#known.delete(key);
    this.#known.set(key, at);
    if (this.#known.size > KNOWN_MAX) forgetOldest(this.#known, FORGOTTEN_AT_ONCE);
    return before;
  }

  #lose(): void {
    this.#counts.missed += 1;
    for (const { missed } of this.#listeners) missed();
  }
}

function named(sites: readonly string[]): readonly string[] | null {
  return sites.length > NAMED_MAX ? null : sites;
}

function forgetOldest(known: Map<string, number>, count: number): void {
  let left = count;
  for (const key of known.keys()) {
    if (left === 0) return;
    known.delete(key);
    left -= 1;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
