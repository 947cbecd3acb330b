/** Unpacked blocks, the one used longest ago out first: entries that are read together lie together. */

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

export class BlockCache {
  readonly #limit: number;
  readonly #report: (message: string) => void;
  readonly #blocks = new Map<number, Block>();
  #bytes = 0;
  /** Key of the block used last. */
  #latest = -1;

  /** `limit`: unpacked bytes kept. */
  constructor(limit: number, report: (message: string) => void) {
    this.#limit = limit;
    this.#report = report;
  }

  /** Throws a RecordError where the block cannot be unpacked. */
  get(file: BlockFile, number: number): Block {
    const key = file.number * FILES_APART + number;
    const kept = this.#blocks.get(key);
    if (kept !== undefined) {
      if (key !== this.#latest) {
        this.#blocks.delete(key);
        this.#blocks.set(key, kept);
        this.#latest = key;
      }
      return kept;
    }
    this.#latest = key;
    const block = readBlock(file.db, number);
    this.#blocks.set(key, block);
    this.#bytes += block.bytes.length;
    for (const [oldest, { bytes }] of this.#blocks) {
      if (this.#bytes <= this.#limit || oldest === key) break;
      this.#blocks.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return block;
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
    this.#bytes -= kept.bytes.length;
  }

  /** After a rollback: a number that was given in it may be given again. */
  clear(): void {
    this.#blocks.clear();
    this.#bytes = 0;
  }
}
