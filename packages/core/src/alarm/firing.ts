/** That an alarm has come true, of one station. */

import type { EntryId } from '../entry.ts';
import type { EntryText } from '../entry-text.ts';

export interface Firing {
  readonly charger: string;
  /** Names it among those of the alarm and site: made of the same entries it is the same, whenever they are looked at. */
  readonly key: string;
  /** ms since 1970: when it came true. */
  readonly at: number;
  /** Those that prove it: A, and B where there is one. */
  readonly entries: readonly EntryId[];
}

/** Follows the entries of one site for one alarm. */
export interface EntryWatch {
  /** Entries in the order of their ids, as far as they come so; one that has changed may come again. */
  take(entry: EntryText): readonly Firing[];
  /**
   * Everything up to `now`, ms, has been taken: what was waited for until then has come or has not. What comes later
   * all the same may be missed.
   */
  due(now: number): readonly Firing[];
  /** What waits. */
  readonly size: number;
  /** What had to be given up because too much waited. */
  readonly dropped: number;
}
