/**
 * Waits, for each station, for a B after an A. An A tells once: with the first B that is there in time, or, where there
 * must be none, when its time is over. What is told does not depend on the order in which A and B come here.
 */

import type { EntryId } from '../entry.ts';
import { timeOfId } from '../entry.ts';
import type { EntryText } from '../entry-text.ts';
import type { NamedSite } from '../query/at-site.ts';
import { matcherOf, queryValues } from '../query/match.ts';
import type { EntryWatch, Firing } from './firing.ts';
import type { Comparison, FollowedRule } from './rule.ts';

/** Of one station. */
const WAITING_MAX = 256;
const PASSED_MAX = 16;
/** Of all stations of a site, As and Bs together. */
const SIZE_MAX = 20_000;
/** An entry may turn out to be an A this much later, when its call is given up, ms. */
const PASSED_MS = 120_000;

/** By place in `where`: values of the one side. */
type Values = readonly (readonly string[])[];

interface Waiting {
  readonly id: EntryId;
  readonly until: number;
  readonly values: Values;
  /** Whether it has had its B. */
  met: boolean;
}

interface Passed {
  readonly id: EntryId;
  readonly values: Values;
}

interface OfStation {
  readonly waiting: Waiting[];
  readonly passed: Passed[];
}

export class FollowedWatch implements EntryWatch {
  readonly #rule: FollowedRule;
  readonly #site: NamedSite;
  readonly #isA: (entry: EntryText) => boolean;
  readonly #isB: (entry: EntryText) => boolean;
  /** The one that something happened to longest ago comes first. */
  readonly #stations = new Map<string, OfStation>();
  #size = 0;
  #dropped = 0;

  constructor(rule: FollowedRule, site: NamedSite) {
    this.#rule = rule;
    this.#site = site;
    this.#isA = matcherOf(rule.a, site);
    this.#isB = matcherOf(rule.b, site);
  }

  get size(): number {
    return this.#size;
  }

  get dropped(): number {
    return this.#dropped;
  }

  take(entry: EntryText): readonly Firing[] {
    const isB = this.#isB(entry);
    const isA = this.#isA(entry);
    if (!isA && !isB) return [];
    const { charger, id } = entry;
    const station = this.#stations.get(charger) ?? { waiting: [], passed: [] };
    this.#stations.delete(charger);
    this.#stations.set(charger, station);
    const firings: Firing[] = [];
    if (isB) firings.push(...this.#pass(charger, station, { id, values: this.#valuesOf(entry, 'B') }));
    if (isA && station.waiting.every((other) => other.id !== id)) {
      const until = timeOfId(id) + this.#rule.within;
      firings.push(
        ...this.#wait(charger, station, { id, until, values: this.#valuesOf(entry, 'A'), met: false }),
      );
    }
    this.#bound();
    return firings;
  }

  due(now: number): readonly Firing[] {
    const firings: Firing[] = [];
    for (const [charger, station] of this.#stations) {
      const over = station.waiting.filter(({ until }) => until < now);
      for (const { id, until, met } of over) {
        if (this.#rule.absent && !met) firings.push({ charger, key: String(id), at: until, entries: [id] });
      }
      if (over.length > 0) this.#remove(station.waiting, ({ until }) => until < now);
      this.#remove(station.passed, ({ id }) => timeOfId(id) < now - PASSED_MS);
      if (station.waiting.length + station.passed.length === 0) this.#stations.delete(charger);
    }
    return firings.sort((a, b) => a.at - b.at);
  }

  #pass(charger: string, { waiting, passed }: OfStation, b: Passed): readonly Firing[] {
    const firings = waiting.flatMap((a) => {
      if (a.met || !this.#follows(a, b)) return [];
      a.met = true;
      return this.#told(charger, a, b);
    });
    // It may have changed since it came first.
    this.#remove(passed, ({ id }) => id === b.id);
    this.#keep(passed, b, PASSED_MAX);
    return firings;
  }

  #wait(charger: string, { waiting, passed }: OfStation, a: Waiting): readonly Firing[] {
    const [first] = passed
      .filter((b) => this.#follows(a, b))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    a.met = first !== undefined;
    const oldest = this.#keep(waiting, a, WAITING_MAX);
    if (oldest?.met === false) this.#dropped += 1;
    return first === undefined ? [] : this.#told(charger, a, first);
  }

  #told(charger: string, a: Waiting, b: Passed): readonly Firing[] {
    if (this.#rule.absent) return [];
    return [{ charger, key: String(a.id), at: timeOfId(b.id), entries: [a.id, b.id] }];
  }

  #follows(a: Waiting, b: Passed): boolean {
    if (b.id <= a.id || timeOfId(b.id) > a.until) return false;
    return this.#rule.where.every(({ equal }, at) => holds(equal, a.values[at] ?? [], b.values[at] ?? []));
  }

  #valuesOf(entry: EntryText, of: 'A' | 'B'): Values {
    return this.#rule.where.map((comparison) => {
      const { field } = sideOf(comparison, of);
      return queryValues(entry, field, this.#site).map((value) => value.toLowerCase());
    });
  }

  /** Returns what had to make room. */
  #keep<T>(list: T[], added: T, most: number): T | undefined {
    list.push(added);
    this.#size += 1;
    if (list.length <= most) return undefined;
    this.#size -= 1;
    return list.shift();
  }

  #remove<T>(list: T[], gone: (item: T) => boolean): void {
    const kept = list.filter((item) => !gone(item));
    this.#size -= list.length - kept.length;
    list.splice(0, list.length, ...kept);
  }

  #bound(): void {
    for (const [charger, { waiting, passed }] of this.#stations) {
      if (this.#size <= SIZE_MAX) return;
      this.#stations.delete(charger);
      this.#size -= waiting.length + passed.length;
      this.#dropped += waiting.filter(({ met }) => !met).length;
    }
  }
}

function sideOf({ left, right }: Comparison, of: 'A' | 'B') {
  return left.of === of ? left : right;
}

function holds(equal: boolean, a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  return a.some((value) => b.includes(value)) === equal;
}
