/** What is asked about the stations of a site, day by day, and what the answer is. */

import type { SessionSite } from '../sessions/question.ts';
import type { PackedDay } from './packed.ts';

export interface KnownStation {
  readonly id: string;
  /** ms: when it was heard of last, of one that is not connected now; null where it is, and where nobody knows. */
  readonly silentSince: number | null;
}

export interface FleetQuery {
  readonly site: SessionSite;
  /** ms: when the first UTC day begins. */
  readonly from: number;
  /** ms, exclusive: the end of a UTC day. */
  readonly to: number;
  /** ms: of what comes later nothing is known. */
  readonly now: number;
  /** Stations of the site, also those that say nothing meanwhile. */
  readonly known: readonly KnownStation[];
  /** What was found in the messages, instead of all the rest. */
  readonly findings?: boolean;
}

export interface FleetAnswer {
  /** Those of which something is known. */
  readonly days: readonly PackedDay[];
  /** Entries that were read. */
  readonly read: number;
  /** There was more than may be read: what came last is missing. */
  readonly cut: boolean;
}

/** Bytes of messages, as of a sample of the entries. */
export interface SizesQuery {
  readonly site: SessionSite;
  readonly from: number;
  readonly to: number;
  /** Entries looked at. */
  readonly sample: number;
}

export interface SampledSize {
  readonly charger: string;
  readonly entries: number;
  /** Of calls, answers and rejections. */
  readonly bytes: number;
}

export interface SizesAnswer {
  readonly stations: readonly SampledSize[];
  readonly read: number;
}
