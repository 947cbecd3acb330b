/**
 * Follows what is committed for all alarms that are switched on. Changes come by their ids and are read once for all
 * alarms of a site. Where ids were lost, or could not be read, the time since then is read anew: what was told is known
 * by its key and not told again.
 */

import {
  type AlarmRule,
  type EntryId,
  type EntryWatch,
  type Firing,
  type NamedSite,
  parseAlarm,
  type QueryNode,
  queryOfAlarm,
  SilentWatch,
  timeOfId,
  watchOf,
} from '@ocpp-logs/core';
import type { SiteEntry } from '../store/store.ts';
import { inOrder } from './in-order.ts';
import { filterOf, type Lookup } from './lookup.ts';

/** An alarm that is switched on. */
export interface ActiveAlarm {
  readonly id: string;
  readonly rule: string;
  readonly sites: readonly NamedSite[];
  /** ms: what came true before is not told. */
  readonly since: number;
  /** ms: what happened before was evaluated here; null: nothing was yet. */
  readonly through: number | null;
  /** ms: the same, at any node: who was silent by then was told of. */
  readonly anywhere: number | null;
}

export interface SeenFiring extends Firing {
  readonly alarm: string;
  readonly site: string;
}

export interface EvaluationOptions {
  readonly lookup: Lookup;
  readonly now: () => number;
  /** Entries may come this much after their time, ms. */
  readonly grace: number;
  /** An entry may change this long after its time, ms. */
  readonly changing: number;
  readonly emit: (firings: readonly SeenFiring[]) => void;
  readonly report: (line: string) => void;
}

/** Of what comes now: what is older was imported, and no news, ms. */
const LATE_MS = 3_600_000;
/** After a start what happened before is read so far back at most, ms. */
const BACK_MS = 86_400_000;
/** Changes of other nodes that could not be read, of one site; further ones are left to those nodes. */
const UNREAD_MAX = 10_000;
/** Ids read in one go. */
const AT_ONCE = 1_000;
const STATIONS_EVERY_MS = 15_000;
/** What other nodes shipped and could not be read is tried again after this, ms. */
const OTHERS_AGAIN_MS = 5_000;

interface Watched {
  readonly alarm: ActiveAlarm;
  readonly rule: AlarmRule;
  readonly watch: EntryWatch;
  /** 'all': every entry matters. */
  readonly query: QueryNode | 'all';
  /** From where it must know what happened, ms. */
  readonly from: number;
  /** Whether it knows what other nodes have shipped since then. */
  knowsOthers: boolean;
}

interface OfSite {
  readonly site: NamedSite;
  readonly watched: Watched[];
  /** From where it must be read anew, ms; null: nothing is missing. */
  behind: number | null;
  /** From where what other nodes shipped must be read anew, ms; null: nothing is missing. */
  behindOthers: number | null;
  /** Of other nodes: they are read with the next tick, as those nodes may be gone by then. */
  unread: readonly EntryId[];
}

export class Evaluation {
  readonly #options: EvaluationOptions;
  readonly #listening: number;
  readonly #sites = new Map<string, OfSite>();
  readonly #counts = { evaluated: 0, anew: 0, dropped: 0, failures: 0, unread: 0 };
  #stationsAt = Number.NEGATIVE_INFINITY;
  /** Whether the list of stations could be read at the last look. */
  #isHeard = true;
  #othersAt = Number.NEGATIVE_INFINITY;
  #isTold = false;
  /** One thing after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: EvaluationOptions) {
    this.#options = options;
    this.#listening = options.now();
  }

  /** What an alarm waits for goes on where neither it nor its site has changed. */
  set(alarms: readonly ActiveAlarm[]): Promise<void> {
    return this.#next(async () => {
      const before = new Map(this.#sites);
      this.#sites.clear();
      for (const alarm of alarms) for (const site of alarm.sites) this.#add(alarm, site, before.get(site.id));
    });
  }

  changed(site: string, ids: readonly EntryId[], elsewhere: boolean): Promise<void> {
    return this.#next(() => this.#changed(site, ids, elsewhere));
  }

  /** Changes of a site were lost since then, ms. */
  lost(site: string, since: number): Promise<void> {
    return this.#next(async () => this.#fallBehind(site, since));
  }

  /**
   * Other nodes' changes of a site are told from now on, and those of before were not: they are read. What an alarm
   * waits for is not over until that was possible.
   */
  missed(site: string): Promise<void> {
    return this.#next(async () => {
      const ofSite = this.#sites.get(site);
      const watched = ofSite?.watched.filter(({ rule }) => rule.kind !== 'silent') ?? [];
      if (ofSite === undefined || watched.length === 0) return;
      const now = this.#options.now();
      const since = watched.map(({ rule, from, knowsOthers }) =>
        knowsOthers ? now - LATE_MS - withinOf(rule) : from,
      );
      const from = Math.max(now - BACK_MS, Math.min(...since));
      ofSite.behindOthers = Math.min(ofSite.behindOthers ?? from, from);
      this.#othersAt = Number.NEGATIVE_INFINITY;
    });
  }

  /**
   * Resolves with the time through which everything is evaluated; null where something is missing. `told`: up to when all
   * nodes have told what their stations said, ms; null: there are no others, or they do not say.
   */
  async tick(told: number | null = null): Promise<number | null> {
    const now = this.#options.now();
    const heard = Math.min(now - this.#options.grace, told ?? now);
    await this.#next(() => this.#tick(now, heard));
    const behind = [...this.#sites.values()].some((site) => site.behind !== null);
    return behind ? null : heard;
  }

  counters(): Readonly<Record<string, number>> {
    const watches = [...this.#sites.values()].flatMap(({ watched }) => watched.map(({ watch }) => watch));
    return {
      alarms_entries_evaluated_total: this.#counts.evaluated,
      alarms_read_anew_total: this.#counts.anew,
      alarms_read_failures_total: this.#counts.failures,
      alarms_unread_left_out_total: this.#counts.unread,
      alarms_waiting: watches.reduce((sum, { size }) => sum + size, 0),
      alarms_waiting_dropped_total:
        this.#counts.dropped + watches.reduce((sum, { dropped }) => sum + dropped, 0),
    };
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #add(alarm: ActiveAlarm, site: NamedSite, before: OfSite | undefined): void {
    const same = before?.watched.find(
      (each) =>
        each.alarm.id === alarm.id &&
        each.alarm.rule === alarm.rule &&
        each.alarm.since === alarm.since &&
        before.site.name === site.name,
    );
    const ofSite = this.#sites.get(site.id) ?? {
      site,
      watched: [],
      behind: before?.behind ?? null,
      behindOthers: before?.behindOthers ?? null,
      unread: before?.unread ?? [],
    };
    this.#sites.set(site.id, ofSite);
    if (same !== undefined) {
      ofSite.watched.push(same);
      return;
    }
    const parsed = parseAlarm(alarm.rule);
    // What is kept was read once already; a later version may know less.
    if (parsed.kind === 'fault') {
      this.#options.report(`alarm ${alarm.id} cannot be read any more: ${parsed.error.message}`);
      return;
    }
    const { rule } = parsed;
    const query = queryOfAlarm(rule, site);
    if (query === 'none') return;
    const known0 = Math.max(alarm.since, alarm.through ?? alarm.since);
    const known = Math.max(alarm.since, alarm.anywhere ?? alarm.since);
    const watch = watchOf(rule, site, { listening: this.#listening, known });
    const from = Math.max(known0 - this.#options.changing - withinOf(rule), this.#options.now() - BACK_MS);
    ofSite.watched.push({ alarm, rule, watch, query, from, knowsOthers: false });
    if (rule.kind !== 'silent') this.#fallBehind(site.id, from);
  }

  #fallBehind(site: string, since: number): void {
    const ofSite = this.#sites.get(site);
    if (ofSite !== undefined) ofSite.behind = Math.min(ofSite.behind ?? since, since);
  }

  async #changed(site: string, ids: readonly EntryId[], elsewhere: boolean): Promise<void> {
    const ofSite = this.#sites.get(site);
    const oldest = this.#options.now() - LATE_MS;
    const fresh = ids.filter((id) => timeOfId(id) >= oldest);
    const query = ofSite === undefined ? 'none' : queryOfAll(ofSite.watched);
    if (ofSite === undefined || fresh.length === 0 || query === 'none') return;
    const { lookup } = this.#options;
    try {
      for (let at = 0; at < fresh.length; at += AT_ONCE) {
        const only = fresh.slice(at, at + AT_ONCE).map((id) => ({ site, id: String(id) }));
        const asked = { filters: [filterOf(site, query)], order: 'asc', take: null, only } as const;
        const found = elsewhere ? lookup.elsewhere(asked) : lookup.entries(asked);
        for await (const batch of found) this.#take(ofSite, batch);
        this.#counts.evaluated += only.length;
      }
    } catch (error) {
      this.#failed(error);
      if (elsewhere) this.#keepUnread(ofSite, fresh);
      else
        this.#fallBehind(
          site,
          fresh.map(timeOfId).reduce((least, at) => Math.min(least, at)),
        );
    }
  }

  #keepUnread(ofSite: OfSite, ids: readonly EntryId[]): void {
    const all = [...ofSite.unread, ...ids];
    ofSite.unread = all.slice(0, UNREAD_MAX);
    this.#counts.unread += all.length - ofSite.unread.length;
  }

  /** `heard`: silence is judged up to then, ms. */
  async #tick(now: number, heard: number): Promise<void> {
    for (const ofSite of this.#sites.values()) {
      const { unread } = ofSite;
      ofSite.unread = [];
      if (unread.length > 0) await this.#changed(ofSite.site.id, unread, true);
      await this.#catchUp(ofSite, now);
      if (ofSite.behind !== null || ofSite.behindOthers !== null) continue;
      for (const watched of ofSite.watched) {
        if (watched.rule.kind === 'silent') continue;
        this.#emit(ofSite, watched, watched.watch.due(now - this.#options.grace));
      }
    }
    // Whose time is over is looked for at once: who is heard a little later was silent all the same.
    const isDue = this.#isHeard && this.#silentWatches().some(({ next }) => next <= heard);
    if (!isDue && now - this.#stationsAt < STATIONS_EVERY_MS) return;
    this.#stationsAt = now;
    this.#isHeard = true;
    for (const ofSite of this.#sites.values()) await this.#listen(ofSite, heard);
  }

  #silentWatches(): readonly SilentWatch[] {
    const watched = [...this.#sites.values()].flatMap((ofSite) => ofSite.watched);
    return watched.flatMap(({ watch }) => (watch instanceof SilentWatch ? [watch] : []));
  }

  /** What other nodes shipped is read together with what is here, as of two logs the one may answer the other. */
  async #catchUp(ofSite: OfSite, now: number): Promise<void> {
    const { behind, behindOthers: others } = ofSite;
    if (others !== null && now - this.#othersAt >= OTHERS_AGAIN_MS) {
      if (await this.#readAnew(ofSite, Math.min(others, behind ?? others), true)) {
        for (const watched of ofSite.watched) watched.knowsOthers = true;
        [ofSite.behind, ofSite.behindOthers] = [null, null];
        return;
      }
      this.#othersAt = now;
    }
    if (behind !== null && (await this.#readAnew(ofSite, behind, false))) ofSite.behind = null;
  }

  /** False where it could not be read. */
  async #readAnew({ site, watched }: OfSite, from: number, withOthers: boolean): Promise<boolean> {
    const query = queryOfAll(watched);
    if (query === 'none') return true;
    const { lookup } = this.#options;
    const asked = {
      filters: [filterOf(site.id, query, { from })],
      order: 'asc',
      take: null,
      only: null,
    } as const;
    try {
      this.#counts.anew += 1;
      const here = lookup.entries(asked);
      for await (const batch of withOthers ? inOrder(here, lookup.elsewhere(asked)) : here) {
        this.#take({ site, watched }, batch);
        this.#counts.evaluated += batch.length;
      }
      this.#isTold = false;
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** The list of stations tells also of what a site leaves out of its log, such as heartbeats. */
  async #listen(ofSite: OfSite, heard: number): Promise<void> {
    const silent = ofSite.watched.filter(({ rule }) => rule.kind === 'silent');
    if (silent.length === 0) return;
    try {
      const stations = await this.#options.lookup.stations(ofSite.site.id);
      for (const each of silent) {
        if (!(each.watch instanceof SilentWatch)) continue;
        for (const { id, lastSeen } of stations) {
          if (lastSeen !== null) each.watch.heard(id, lastSeen);
        }
        this.#emit(ofSite, each, each.watch.due(heard));
      }
    } catch (error) {
      this.#isHeard = false;
      this.#failed(error);
    }
  }

  #take(ofSite: Pick<OfSite, 'site' | 'watched'>, batch: readonly SiteEntry[]): void {
    for (const entry of batch) {
      for (const watched of ofSite.watched) {
        if (watched.rule.kind !== 'silent') this.#emit(ofSite, watched, watched.watch.take(entry));
      }
    }
  }

  #emit({ site }: Pick<OfSite, 'site'>, { alarm }: Watched, firings: readonly Firing[]): void {
    const least = Math.max(alarm.since, (alarm.through ?? 0) - this.#options.changing);
    const told = firings.filter(({ at }) => at >= least);
    if (told.length > 0)
      this.#options.emit(told.map((each) => ({ ...each, alarm: alarm.id, site: site.id })));
  }

  #failed(error: unknown): void {
    this.#counts.failures += 1;
    if (!this.#isTold)
      this.#options.report(`alarms cannot read the log: ${error instanceof Error ? error.message : error}`);
    this.#isTold = true;
  }
}

/** How much later than an A what belongs to it may come, ms. */
function withinOf(rule: AlarmRule): number {
  return rule.kind === 'followed' ? rule.within : 0;
}

/** What any of them must see; null: everything. */
function queryOfAll(watched: readonly Watched[]): QueryNode | null | 'none' {
  const queries = watched.filter(({ rule }) => rule.kind !== 'silent').map(({ query }) => query);
  const [first] = queries;
  if (first === undefined) return 'none';
  const nodes = queries.filter((query) => query !== 'all');
  if (nodes.length < queries.length) return null;
  return nodes.length === 1 ? (first === 'all' ? null : first) : { kind: 'any', parts: nodes };
}
