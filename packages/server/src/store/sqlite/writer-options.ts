/** What a writer of site files is opened with. */

import type { Entry } from '@ocpp-logs/core';
import type { ChargerRowsOptions } from './charger-rows.ts';
import type { DropRules } from './drops.ts';
import type { DerivedAnew } from './rederive.ts';

export interface WriterOptions extends ChargerRowsOptions {
  /** The data folder; the files lie in its `logs/`. */
  readonly folder: string;
  /** Derives fields and findings anew, for files of an older extraction. */
  readonly derive: (entry: Entry) => Entry;
  /** A line for the log. */
  readonly report: (message: string) => void;
  /** Site files open at a time. */
  readonly openFiles?: number;
  /** ms to wait for a lock of another process. */
  readonly busy?: number;
  readonly extraction?: number;
  /** Called before a site file is committed; where it throws, nothing of it is. */
  readonly beforeCommit?: () => void;
  /** Of files whose entries are elsewhere, too; absent: nothing is dropped. */
  readonly drops?: DropRules;
  readonly derivedAnew?: DerivedAnew;
  /** Whether it is known now what sites keep: otherwise nothing is removed; absent: it always is. */
  readonly mayRemove?: () => boolean;
}
