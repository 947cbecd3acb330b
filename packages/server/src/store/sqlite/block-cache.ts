/** Unpacked blocks, the one used longest ago out first: entries that are read together lie together, and soon after. */

import type { Block } from './block.ts';
import { readBlock } from './block-parts.ts';
import { unlessUnreadable } from './record.ts';
import type { Connection } from './sql.ts';

/**
 * Where a block lies. Neither number is ever given to another file or block; what a block once held for an entry that
 * is still there it holds for good. So nothing kept goes stale for those who read.
 */
export interface BlockFile {
  readonly number: number;
  readonly db: Connection;
}

/** 2^30 blocks of 64 entries are more than a month holds; a file's number stays under 2^23. */
const FILES_APART = 2 ** 30;
/** What nobody has read for so long, ms, would only wait for the limit: memory is to follow what is asked. */
const KEPT_MS = 60_000;

interface Kept {
  readonly block: Block;
  usedAt: number;
}

export class BlockCache {
  readonly #limit: number;
  readonly #report: (message: string) => void;
  readonly #now: () => number;
  readonly #blocks = new Map<number, Kept>();
  #bytes = 0;
  /** Key of the block used last. */
  #latest = -1;

  /** `limit`: unpacked bytes kept; `now`: ms of a clock that never goes back. */
  constructor(limit: number, report: (message: string) => void, now = () => performance.now()) {
    this.#limit = limit;
    this.#report = report;
    this.#now = now;
  }

  /** Unpacked bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws a RecordError where the block cannot be unpacked. */
  get(file: BlockFile, number: number): Block {
    const key = file.number * FILES_APART + number;
    const kept = this.#blocks.get(key);
    if (kept !== undefined && key === this.#latest) return kept.block;
    const usedAt = this.#now();
    this.#latest = key;
    if (kept !== undefined) {
      kept.usedAt = usedAt;
      this.#blocks.delete(key);
      this.#blocks.set(key, kept);
      this.#leave(key, usedAt);
      return kept.block;
    }
    const block = readBlock(file.db, number);
    this.#blocks.set(key, { block, usedAt });
    this.#bytes += block.bytes.length;
    this.#leave(key, usedAt);
    return block;
  }

  /** Lets go what is too much or was not used for long; never the one of this key. */
  #leave(key: number, now: number): void {
    for (const [oldest, { block, usedAt }] of this.#blocks) {
      if (oldest === key || (this.#bytes <= this.#limit && now - usedAt < KEPT_MS)) break;
      this.#blocks.delete(oldest);
      this.#bytes -= block.bytes.length;
    }
  }

  /** null, and reported, where the block cannot be unpacked. */
  tryGet(file: BlockFile, number: number): Block | null {
    const what = `block ${number} of file ${file.number}`;
    return unlessUnreadable(this.#report, what, () => this.get(file, number));
  }

  /** Before a block is written anew under its number: it may have lost records. */
  forget(file: BlockFile, number: number): void {
    const key = file.number * FILES_APART + number;
    const kept = this.#blocks.get(key);
    if (kept === undefined) return;
    this.#blocks.delete(key);
    this.#bytes -= kept.block.bytes.length;
  }

  /** After a rollback: a number that was given in it may be given again. */
  clear(): void {
    this.#blocks.clear();
    this.#bytes = 0;
  }
}
