/** Of an hour that comes back: which of its dropped entries have come, and what is left of those that have not. */

import { type DroppedEntries, framesIn } from './dropped-entries.ts';
import type { Hour } from './month.ts';
import { digestOf, type StoredFrame } from './stored-items.ts';

export class RecalledHour {
  readonly hour: Hour;
  /** By key, how often it was dropped and has not come. */
  readonly #left = new Map<string, number>();
  readonly #came = new Map<string, number>();
  /** Entries that are here already: they may have been dropped before they were written again. */
  readonly #here: (readonly StoredFrame[])[] = [];
  #entries = 0;

  constructor(hour: Hour, dropped: DroppedEntries | null) {
    this.hour = hour;
    for (const { key } of dropped?.frames(hour, hour) ?? []) count(this.#left, key, 1);
  }

  /** Whether the entry was dropped, and has not come yet. */
  take(frames: readonly StoredFrame[]): boolean {
    const [first] = frames;
    if (first === undefined || (this.#left.get(digestOf(first.key)) ?? 0) === 0) return false;
    for (const { key } of frames) {
      count(this.#left, digestOf(key), -1);
      count(this.#came, digestOf(key), 1);
    }
    this.#entries += 1;
    return true;
  }

  isHere(frames: readonly StoredFrame[]): void {
    this.#here.push(frames);
  }

  /** Nothing more comes of it: what has come is not among what was dropped any more. */
  end(dropped: DroppedEntries): void {
    // After all others, which nobody else can be.
    for (const frames of this.#here) this.take(frames);
    if (this.#entries === 0) return;
    for (const { hour, entries, frames } of dropped.hours(this.hour, this.hour)) {
      const left: Uint8Array[] = [];
      for (const { key, bytes } of framesIn(frames)) {
        if ((this.#came.get(key) ?? 0) > 0) count(this.#came, key, -1);
        else left.push(bytes);
      }
      dropped.put({ hour, entries: entries - this.#entries, frames: Buffer.concat(left) });
    }
  }
}

function count(counts: Map<string, number>, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n);
}
