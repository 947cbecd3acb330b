/** Where imported frames go; given to the engine, so that it knows nothing of stores and servers. */

import type { Kind } from '@ocpp-logs/core';

export interface SinkAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  /** Lines of the body, counted from 1. */
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** Entries that came into being. */
  readonly entries: Readonly<Partial<Record<Kind, number>>>;
  /** That the level of the site left out; they are not among those accepted. */
  readonly leftOut?: number;
}

export interface FrameSink {
  /**
   * `body` is NDJSON of the ingest route, the sink's until it has answered. Resolves when what was accepted is on the disk. `last` ends the source:
   * calls that still wait become `unanswered`.
   */
  ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer>;
}

/** How much goes to a sink at a time. */
export interface ChunkBounds {
  readonly lines: number;
  readonly bytes: number;
}

/** A recorder that has nothing else to do. Larger ones are no faster and need more memory. */
export const LARGE_CHUNKS: ChunkBounds = { lines: 2_000, bytes: 2 * 1024 * 1024 };
/** A recorder that serves live stations beside it: they wait for a chunk, so it is short. */
export const SMALL_CHUNKS: ChunkBounds = { lines: 1_000, bytes: 1024 * 1024 };
