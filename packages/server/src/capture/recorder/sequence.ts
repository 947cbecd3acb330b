/**
 * Numbers of changes in the order in which this server tells of them, so that a live tail can go on behind one. They tell how
 * much all sites say together, and go to no reader.
 */

import type { EntryId } from '@ocpp-logs/core';

/** One committed change; `seq` is the commit order over the whole server. */
export interface CommittedChange {
  readonly seq: number;
  readonly id: EntryId;
  readonly change: 'entry' | 'update';
}

export class Sequence {
  #last = 0;

  /** The newest one. */
  get last(): number {
    return this.#last;
  }

  /** It goes on here where it is not further. */
  begin(from: number): void {
    this.#last = Math.max(this.#last, from);
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** `fresh`: by place in `ids`, 1 for a new entry. */
  number(ids: BigUint64Array, fresh: Uint8Array): readonly CommittedChange[] {
    return Array.from(ids, (id, at) => ({
      seq: this.next(),
      id,
      change: fresh[at] === 1 ? ('entry' as const) : ('update' as const),
    }));
  }
}
