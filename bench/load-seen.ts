/** All that was seen of one run under load. */

import type { CsmsCounts } from '../test/load/csms-process.ts';
import type { Beat, JudgedLoad, LoadVerdict } from '../test/load/load-verdicts.ts';
import type { Connecting } from '../test/load/stations-process.ts';
import type { Faults, StoredCounts } from '../test/load/stored.ts';
import type { LoadMode } from './load-options.ts';
import type { FoundRate, Measured, Reading, Storm } from './load-phases.ts';

export interface HeldCounts {
  readonly sent: number;
  readonly answered: number;
  readonly skipped: number;
  /** Connections that ended by themselves. */
  readonly broken: number;
  /** Answers to what was not asked. */
  readonly strange: number;
  readonly stored: StoredCounts;
  readonly csms: CsmsCounts | null;
}

export interface ServerLook {
  readonly resident: number;
  readonly descriptors: number;
  readonly sockets: number;
}

export interface LoadRun {
  readonly mode: LoadMode;
  readonly stations: number;
  /** What the server said of it when it started. */
  readonly printed: string;
  readonly sites: number;
  readonly wanted: number;
  readonly found: FoundRate;
  /** With readers beside, and in the storm; null: there were none. */
  readonly beside: FoundRate | null;
  readonly idle: ServerLook;
  readonly connecting: Connecting;
  readonly connected: ServerLook;
  /** How long the rate was held. */
  readonly minutes: number;
  readonly held: readonly Measured[];
  /** Of the frames of that time. */
  readonly stored: JudgedLoad['stored'];
  readonly afterHold: HeldCounts;
  readonly reading: Reading | null;
  readonly storm: Storm;
  readonly atEnd: HeldCounts;
  readonly faults: Faults;
  readonly left: ServerLook;
  readonly metrics: ReadonlyMap<string, number>;
  readonly beats: readonly Beat[];
  /** Looks at the server that it did not answer. */
  readonly unseen: number;
  /** Readers that follow a station. */
  readonly tails: number;
  /** What it is judged by beside that nothing is lost. */
  readonly verdicts: readonly LoadVerdict[];
  /** What did not hold, for people. */
  readonly problems: readonly string[];
}
