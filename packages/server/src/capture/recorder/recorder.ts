/** Face of the recorder thread for the rest of the server: capture goes in, commits come out. */

import type { Kind } from '@ocpp-logs/core';
import type { CaptureSink } from '../sink.ts';
import type { Delays } from './frame-delays.ts';
import type { CommittedChange, Sequence } from './sequence.ts';

export type { CommittedChange } from './sequence.ts';

export interface Rejection {
  /** 1-based. */
  readonly line: number;
  readonly reason: string;
}

export interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  /** Entries that came into being, by kind. */
  readonly entries: Readonly<Partial<Record<Kind, number>>>;
  /** That the level of the site left out; they are not among those accepted. */
  readonly leftOut?: number;
}

export interface Recorder extends CaptureSink {
  /**
   * NDJSON lines of the ingest route, at most 10,000. Resolves when the accepted ones are on the disk.
   * `source` names the virtual connections: one per (site, charger, source). `last` ends them: what still waits
   * for an answer becomes `unanswered`.
   */
  ingest(site: string, source: string, body: Uint8Array, last: boolean): Promise<IngestAnswer>;
  /** By charger with a live connection: everything of it up to this time, ms, is committed. */
  capturedThrough(site: string): ReadonlyMap<string, number>;
  /** After each commit, per site. Returns the call that ends the subscription. */
  onCommit(listener: (site: string, changes: readonly CommittedChange[]) => void): () => void;
  /** Sequence number of the newest commit. */
  readonly committed: number;
  /** Numbers of commits; whoever tells of further changes beside them takes the next. */
  readonly sequence: Pick<Sequence, 'next'>;
  /** What the recorder counts, for `/metrics`. */
  counters(): Readonly<Record<string, number>>;
  /** How long frames of stations waited from their arrival until they were committed, and on the disk. */
  delays(): Delays;
  close(): Promise<void>;
}
