/** Tells of stations that nothing was recorded of for a while: once each time, when they fall silent. */

import type { EntryId } from '../entry.ts';
import { timeOfId } from '../entry.ts';
import type { EntryText } from '../entry-text.ts';
import type { NamedSite } from '../query/at-site.ts';
import { matcherOf } from '../query/match.ts';
import type { EntryWatch, Firing } from './firing.ts';
import type { SilentRule } from './rule.ts';

/** Stations of one site that are followed; further ones are not. */
const STATIONS_MAX = 100_000;

export interface SilentWatchOptions {
  /** Since when anything would have been recorded, ms: what is not heard of a server that was down says nothing. */
  readonly listening: number;
  /** Who had been silent for that long by then is nobody's news, ms. */
  readonly known: number;
}

interface Heard {
  at: number;
  /** 0n where no entry is known by which it was heard. */
  id: EntryId;
  told: boolean;
}

export class SilentWatch implements EntryWatch {
  readonly #after: number;
  readonly #isMeant: (charger: string) => boolean;
  readonly #known: number;
  readonly #heard = new Map<string, Heard>();
  #listening: number;
  #dropped = 0;

  constructor(rule: SilentRule, site: NamedSite, { listening, known }: SilentWatchOptions) {
    const matches = matcherOf(rule.stations, site);
    this.#isMeant = (charger) => charger !== '' && matches({ ...OF_STATION, charger });
    this.#after = rule.after;
    this.#listening = listening;
    this.#known = known;
  }

  get size(): number {
    return this.#heard.size;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Every entry of its station, in order: tells also of a silence that this one has ended. */
  take({ charger, id }: EntryText): readonly Firing[] {
    const at = timeOfId(id);
    const before = this.#heard.get(charger);
    const firings = before === undefined || at <= before.at ? [] : this.#over(charger, before, at);
    this.heard(charger, at, id);
    return firings;
  }

  /**
   * It was heard at `at`, ms, last of all: what was heard of it since it was last told of here nobody knows, so the time
   * between is no silence.
   */
  heard(charger: string, at: number, id: EntryId = 0n): void {
    const before = this.#heard.get(charger);
    if (before === undefined) {
      if (!this.#isMeant(charger)) return;
      if (this.#heard.size < STATIONS_MAX) this.#heard.set(charger, { at, id, told: false });
      else this.#dropped += 1;
      return;
    }
    if (at <= before.at) return;
    before.at = at;
    before.id = id;
    before.told = false;
  }

  /** When the next one falls silent unless it is heard, ms; Infinity where nobody can. */
  get next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at, told } of this.#heard.values()) {
      if (told || this.#isOld(at)) continue;
      next = Math.min(next, Math.max(at, this.#listening) + this.#after);
    }
    return next;
  }

  /** Nothing would have been recorded before `at`, ms, whatever there was. */
  resumed(at: number): void {
    this.#listening = Math.max(this.#listening, at);
  }

  due(now: number): readonly Firing[] {
    return [...this.#heard].flatMap(([charger, heard]) => this.#over(charger, heard, now));
  }

  #over(charger: string, heard: Heard, now: number): readonly Firing[] {
    const { at, id, told } = heard;
    const until = Math.max(at, this.#listening) + this.#after;
    if (told || now < until || this.#isOld(at)) return [];
    heard.told = true;
    return [{ charger, key: `silent-${at}`, at: until, entries: id === 0n ? [] : [id] }];
  }

  #isOld(at: number): boolean {
    return at + this.#after <= this.#known;
  }
}

/** An entry of which nothing is asked but its station. */
const OF_STATION: EntryText = {
  id: 0n,
  kind: 'connection',
  charger: '',
  action: null,
  outcome: null,
  fields: '',
  head: '',
  request: null,
  answer: null,
  rejection: null,
  payloadStart: -1,
  payloadEnd: -1,
};
