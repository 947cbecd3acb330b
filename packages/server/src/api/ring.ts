/** The last changes of the server, in commit order, so that a live tail can go on where it was cut off. */

import type { CommittedChange } from '../capture/recorder/recorder.ts';

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
}

/** A place in the changes of one site, and in those of all. */
interface Mark {
  readonly ordinal: number;
  readonly seq: number;
}

interface OfSite {
  /** The newest change. */
  last: Mark;
  /** Behind which changes of the site are known, and those before are not told of any more. */
  from: Mark;
  /** Sequence number of the newest change that was forgotten, or of {@link from}. */
  floor: number;
}

export class ChangeRing {
  readonly #bound: number;
  readonly #age: number;
  readonly #kept: (Kept | undefined)[];
  readonly #sites = new Map<string, OfSite>();
  /** Number of changes ever added, and ever forgotten; their difference is kept. */
  #added = 0;
  #forgotten = 0;
  /** Of sites that have not changed since. */
  #start: Mark;
  #last: number;

  /** `start`: sequence number of the newest commit before this ring began. */
  constructor(start: number, bound = RING_CHANGES, age = RING_AGE) {
    this.#bound = bound;
    this.#age = age;
    this.#kept = new Array(bound);
    this.#start = { ordinal: 0, seq: start };
    this.#last = start;
  }

  get last(): number {
    return this.#last;
  }

  get size(): number {
    return this.#added - this.#forgotten;
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
    for (let place = this.#added - 1; place >= this.#forgotten; place -= 1) {
      const kept = this.#at(place);
      if (kept?.site === site && kept.ordinal === ordinal) return kept.seq;
    }
    return null;
  }

  add(site: string, changes: readonly CommittedChange[], now: number): void {
    const ofSite = this.#siteOf(site);
    for (const { seq, id, change } of changes) {
      if (this.size === this.#bound) this.#forget();
      const ordinal = ofSite.last.ordinal + 1;
      this.#kept[this.#added % this.#bound] = { seq, id, change, site, ordinal, at: now };
      this.#added += 1;
      this.#last = seq;
      ofSite.last = { ordinal, seq };
    }
    this.expire(now);
  }

  /** Nothing of the site before now is known: who comes back to a place before it has missed something. */
  begin(site: string): void {
    this.#beginAt(this.#siteOf(site), this.#last);
  }

  /** Nothing before this number is known. */
  restart(seq: number): void {
    while (this.size > 0) this.#forget();
    this.#last = seq;
    this.#start = { ordinal: this.#start.ordinal + 1, seq };
    for (const ofSite of this.#sites.values()) this.#beginAt(ofSite, seq);
  }

  expire(now: number): void {
    for (let oldest = this.#at(this.#forgotten); oldest; oldest = this.#at(this.#forgotten)) {
      if (oldest.at > now - this.#age) return;
      this.#forget();
    }
  }

  /** Up to `limit` changes of the sites behind `seq`, and up to where that looked. */
  after(
    sites: Pick<ReadonlySet<string>, 'has'>,
    seq: number,
    limit: number,
  ): { readonly changes: readonly SiteChange[]; readonly through: number } {
    const changes: SiteChange[] = [];
    for (let place = this.#firstBehind(seq); place < this.#added; place += 1) {
      const kept = this.#at(place);
      if (!kept || !sites.has(kept.site)) continue;
      if (changes.length === limit) return { changes, through: changes.at(-1)?.seq ?? seq };
      changes.push(kept);
    }
    return { changes, through: Math.max(seq, this.#last) };
  }

  #siteOf(site: string): OfSite {
    const known = this.#sites.get(site);
    if (known !== undefined) return known;
    const made = { last: this.#start, from: this.#start, floor: this.#start.seq };
    this.#sites.set(site, made);
    return made;
  }

  #beginAt(ofSite: OfSite, seq: number): void {
    ofSite.from = { ordinal: ofSite.last.ordinal + 1, seq };
    ofSite.last = ofSite.from;
    ofSite.floor = seq;
  }

  #at(place: number): Kept | undefined {
    return place < this.#added ? this.#kept[place % this.#bound] : undefined;
  }

  #forget(): void {
    const oldest = this.#at(this.#forgotten);
    const ofSite = oldest === undefined ? undefined : this.#sites.get(oldest.site);
    if (oldest !== undefined && ofSite !== undefined) ofSite.floor = Math.max(ofSite.floor, oldest.seq);
    this.#kept[this.#forgotten % this.#bound] = undefined;
    this.#forgotten += 1;
  }

  /** Sequence numbers rise with the place: binary search. */
  #firstBehind(seq: number): number {
    let low = this.#forgotten;
    let high = this.#added;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if ((this.#at(middle)?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
