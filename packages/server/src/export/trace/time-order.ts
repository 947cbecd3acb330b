/** Puts records in the order of their times: a binary heap that holds those whose turn may not have come. */

import type { EntryId } from '@ocpp-logs/core';

/**
 * Among records of one station and millisecond. Read again in their order, they must pair as they were paired: an
 * answer without a call (1) behind those that have one, and of answers that came before their call (2) the one that
 * the call took behind those that it did not.
 */
export type Rank = 0 | 1 | 2;

export interface TimedRecord {
  /** ms since 1970. */
  readonly at: number;
  readonly charger: string;
  readonly site: string;
  readonly rank: Rank;
  readonly id: EntryId;
  /** Of the entry: 0 its call, 1 the answer, 2 the rejection. */
  readonly part: number;
  readonly line: string;
}

/** What does not depend on how records came to be stored comes first; a call and its answer stay together. */
export function compareRecords(a: TimedRecord, b: TimedRecord): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.charger !== b.charger) return a.charger < b.charger ? -1 : 1;
  if (a.site !== b.site) return a.site < b.site ? -1 : 1;
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.part - b.part;
}

export class TimeOrder {
  readonly #heap: TimedRecord[] = [];
  readonly #most: number;
  #size = 0;

  /** `most`: characters of the lines that are held. */
  constructor(most: number) {
    this.#most = most;
  }

  add(record: TimedRecord): void {
    const heap = this.#heap;
    let place = heap.length;
    this.#size += record.line.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || compareRecords(parent, record) <= 0) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = record;
  }

  /** Those earlier than `time`, and the earliest of those that are too many to be held. */
  *release(time: number): Generator<TimedRecord> {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (first.at >= time && this.#size <= this.#most)) return;
      this.#takeFirst();
      this.#size -= first.line.length;
      yield first;
    }
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      const left = heap[below];
      const right = heap[below + 1];
      if (left === undefined) break;
      let child = left;
      if (right !== undefined && compareRecords(right, left) < 0) {
        child = right;
        below += 1;
      }
      if (compareRecords(last, child) <= 0) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }
}
