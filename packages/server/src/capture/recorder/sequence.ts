/** Numbers of changes in the order in which this server tells of them, so that a live tail can go on behind one. */

import type { EntryId } from '@ocpp-logs/core';
import { NODES_MAX } from '../../store/node-number.ts';

/** One committed change; `seq` is the commit order over the whole server. */
export interface CommittedChange {
  readonly seq: number;
  readonly id: EntryId;
  readonly change: 'entry' | 'update';
}

export class Sequence {
  readonly #step: number;
  readonly #offset: number;
  #last: number;

  /** `node`: its number. Nodes never give the same, so that a tail that goes on at another one is known there. */
  constructor(node: number | null = null) {
    this.#step = node === null ? 1 : NODES_MAX;
    this.#offset = node ?? 0;
    this.#last = this.#offset;
  }

  /** The newest one. */
  get last(): number {
    return this.#last;
  }

  /** Whether this server may have given it. */
  gives(seq: number): boolean {
    return (seq - this.#offset) % this.#step === 0;
  }

  /** It goes on here where it is not further. */
  begin(from: number): void {
    const aligned = Math.ceil((from - this.#offset) / this.#step) * this.#step + this.#offset;
    this.#last = Math.max(this.#last, aligned);
  }

  next(): number {
    this.#last += this.#step;
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
