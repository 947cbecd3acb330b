/**
 * The last changes of the server, in commit order, so that a live tail can go on where it was cut off. Where there are too
 * many, those go of a site that has more than an even part of the room: what others say takes nothing from a site below it.
 */

import type { CommittedChange } from '../capture/recorder/recorder.ts';
import { Line } from './line.ts';

export const RING_CHANGES = 100_000;
export const RING_AGE = 10 * 60_000;

export interface SiteChange extends CommittedChange {
  readonly site: string;
  /** Of the changes of its site: goes up by one with each, whatever other sites say. */
  readonly ordinal: number;
}

interface Kept extends SiteChange {
  /** When it was committed, ms. */
  readonly at: number;
  /** It is told no more, and stands between others until these are sifted. */
  isForgotten: boolean;
}

/** A place in the changes of one site, and in those of all. */
interface Mark {
  readonly ordinal: number;
  readonly seq: number;
}

interface OfSite {
  readonly kept: Line<Kept>;
  /** The newest change. */
  last: Mark;
  /** Behind which changes of the site are known, and those before are not told of any more. */
  from: Mark;
  /** Sequence number of the newest change that was forgotten, or of {@link from}. */
  floor: number;
}

/** Forgotten ones among the others, as a part of these. */
const SIFTED_FROM = 0.25;

export class ChangeRing {
  readonly #bound: number;
  readonly #age: number;
  /** Of all sites, in order, with forgotten ones among them; the first is none. */
  readonly #all = new Line<Kept>();
  readonly #sites = new Map<string, OfSite>();
  #size = 0;
  /** Sites of which something is kept. */
  #speaking = 0;
  /** The one that had most when it was looked for. */
  #loudest: OfSite | null = null;
  /** Of sites that have not changed since. */
  #start: Mark;
  #last: number;

  /** `start`: sequence number of the newest commit before this ring began. */
  constructor(start: number, bound = RING_CHANGES, age = RING_AGE) {
    this.#bound = bound;
    this.#age = age;
    this.#start = { ordinal: 0, seq: start };
    this.#last = start;
  }

  get last(): number {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  /** Everything of the site behind this number is kept, whatever was forgotten of others. */
  floorOf(site: string): number {
    return this.#sites.get(site)?.floor ?? this.#start.seq;
  }

  /** Of the newest change of the sites. They must not be none. */
  newestOf(sites: Iterable<string>): { readonly site: string; readonly ordinal: number } {
    let newest = { site: '', ...this.#start, seq: -1 };
    for (const site of sites) {
      const last = this.#sites.get(site)?.last ?? this.#start;
      if (last.seq > newest.seq) newest = { site, ...last };
    }
    return { site: newest.site, ordinal: newest.ordinal };
  }

  /** Sequence number of a change of the site; null: it is not known any more, or never was. */
  seqOf(site: string, ordinal: number): number | null {
    const ofSite = this.#sites.get(site);
    for (const mark of [ofSite?.last ?? this.#start, ofSite?.from ?? this.#start]) {
      if (mark.ordinal === ordinal) return mark.seq;
    }
    if (ofSite === undefined || ordinal > ofSite.last.ordinal || ordinal < ofSite.from.ordinal) return null;
    const { kept } = ofSite;
    const found = kept.at(kept.firstWhere((change) => change.ordinal >= ordinal));
    return found?.ordinal === ordinal ? found.seq : null;
  }

  add(site: string, changes: readonly CommittedChange[], now: number): void {
    // What is too old makes room before anything that is not.
    this.expire(now);
    const ofSite = this.#siteOf(site);
    for (const { seq, id, change } of changes) {
      const ordinal = ofSite.last.ordinal + 1;
      const added = { seq, id, change, site, ordinal, at: now, isForgotten: false };
      this.#all.push(added);
      ofSite.kept.push(added);
      this.#size += 1;
      if (ofSite.kept.length === 1) this.#speaking += 1;
      this.#last = seq;
      ofSite.last = { ordinal, seq };
      if (this.#size > this.#bound) this.#forget(this.#tooLoud(ofSite));
    }
  }

  /** Nothing of the site before now is known: who comes back to a place before it has missed something. */
  begin(site: string): void {
    this.#beginAt(this.#siteOf(site), this.#last);
  }

  /** Nothing before this number is known. */
  restart(seq: number): void {
    for (const ofSite of this.#sites.values()) ofSite.kept.keep(() => false);
    this.#all.keep(() => false);
    [this.#size, this.#speaking, this.#loudest] = [0, 0, null];
    this.#last = seq;
    this.#start = { ordinal: this.#start.ordinal + 1, seq };
    for (const ofSite of this.#sites.values()) this.#beginAt(ofSite, seq);
  }

  expire(now: number): void {
    for (let oldest = this.#all.at(0); oldest; oldest = this.#all.at(0)) {
      if (oldest.at > now - this.#age) return;
      this.#forget(this.#siteOf(oldest.site));
    }
  }

  /** Up to `limit` changes of the sites behind `seq`, and up to where that looked. */
  after(
    sites: Pick<ReadonlySet<string>, 'has'>,
    seq: number,
    limit: number,
  ): { readonly changes: readonly SiteChange[]; readonly through: number } {
    const changes: SiteChange[] = [];
    for (let place = this.#all.firstWhere((kept) => kept.seq > seq); place < this.#all.length; place += 1) {
      const kept = this.#all.at(place);
      if (!kept || kept.isForgotten || !sites.has(kept.site)) continue;
      if (changes.length === limit) return { changes, through: changes.at(-1)?.seq ?? seq };
      changes.push(kept);
    }
    return { changes, through: Math.max(seq, this.#last) };
  }

  #siteOf(site: string): OfSite {
    const known = this.#sites.get(site);
    if (known !== undefined) return known;
    const made: OfSite = {
      kept: new Line<Kept>(),
      last: this.#start,
      from: this.#start,
      floor: this.#start.seq,
    };
    this.#sites.set(site, made);
    return made;
  }

  #beginAt(ofSite: OfSite, seq: number): void {
    ofSite.from = { ordinal: ofSite.last.ordinal + 1, seq };
    ofSite.last = ofSite.from;
    ofSite.floor = seq;
  }

  /** The site whose oldest change makes room for one that was added to `ofSite`. */
  #tooLoud(ofSite: OfSite): OfSite {
    const part = Math.max(1, Math.floor(this.#bound / this.#speaking));
    if (ofSite.kept.length > part) return ofSite;
    if (this.#loudest !== null && this.#loudest.kept.length > part) return this.#loudest;
    // Seldom: what it has above its part lasts, and a site below its part grows up to it no faster than it is forgotten by age.
    for (const each of this.#sites.values()) {
      if (this.#loudest === null || each.kept.length > this.#loudest.kept.length) this.#loudest = each;
    }
    return this.#loudest ?? ofSite;
  }

  #forget(ofSite: OfSite): void {
    const oldest = ofSite.kept.shift();
    if (oldest === undefined) return;
    oldest.isForgotten = true;
    ofSite.floor = Math.max(ofSite.floor, oldest.seq);
    this.#size -= 1;
    if (ofSite.kept.length === 0) this.#speaking -= 1;
    while (this.#all.at(0)?.isForgotten) this.#all.shift();
    if (this.#all.length > this.#size * (1 + SIFTED_FROM)) this.#all.keep(({ isForgotten }) => !isForgotten);
  }
}
