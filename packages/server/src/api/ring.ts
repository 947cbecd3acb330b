/** The last changes of the server, in commit order, so that a live tail can go on where it was cut off. */

import type { CommittedChange } from '../capture/recorder/recorder.ts';

export const RING_CHANGES = 100_000;
export const RING_AGE = 10 * 60_000;

export interface SiteChange extends CommittedChange {
  readonly site: string;
}

interface Kept extends SiteChange {
  /** When it was committed, ms. */
  readonly at: number;
}

export class ChangeRing {
  readonly #bound: number;
  readonly #age: number;
  readonly #kept: (Kept | undefined)[];
  /** Number of changes ever added, and ever forgotten; their difference is kept. */
  #added = 0;
  #forgotten = 0;
  #floor: number;
  #last: number;

  /** `start`: sequence number of the newest commit before this ring began. */
  constructor(start: number, bound = RING_CHANGES, age = RING_AGE) {
    this.#bound = bound;
    this.#age = age;
    this.#kept = new Array(bound);
    this.#floor = start;
    this.#last = start;
  }

  /** Everything behind this number is kept. */
  get floor(): number {
    return this.#floor;
  }

  get last(): number {
    return this.#last;
  }

  get size(): number {
    return this.#added - this.#forgotten;
  }

  add(site: string, changes: readonly CommittedChange[], now: number): void {
    for (const { seq, id, change } of changes) {
      if (this.size === this.#bound) this.#forget();
      this.#kept[this.#added % this.#bound] = { seq, id, change, site, at: now };
      this.#added += 1;
      this.#last = seq;
    }
    this.expire(now);
  }

  /** Nothing before this number is known. */
  restart(seq: number): void {
    while (this.size > 0) this.#forget();
    this.#floor = seq;
    this.#last = seq;
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

  #at(place: number): Kept | undefined {
    return place < this.#added ? this.#kept[place % this.#bound] : undefined;
  }

  #forget(): void {
    this.#floor = this.#at(this.#forgotten)?.seq ?? this.#floor;
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
