/** Retention to the hour: one rule for what readers see and for what the writer removes. */

import { type Kind, levelOfAction } from '@ocpp-logs/core';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** For how many days entries of each level are kept; 0 is for ever. */
export interface LevelRetention {
  /** All of them. */
  readonly days: number;
  /** Those that `info` keeps and `minimal` does not; 0 is as long as all. */
  readonly info: number;
  /** Those that `debug` alone keeps; 0 is as long as all. */
  readonly debug: number;
}

/** A number is for all levels. */
export type SiteRetention = number | LevelRetention;

export function levelRetention(retention: SiteRetention): LevelRetention {
  return typeof retention === 'number' ? { days: retention, info: 0, debug: 0 } : retention;
}

export type EntryLevel = ReturnType<typeof levelOfAction>;

/** The lowest level that keeps an entry. */
export function levelOfEntry({
  kind,
  action,
}: {
  readonly kind: Kind;
  readonly action: string | null;
}): EntryLevel {
  // Answers to nothing known are kept at debug alone.
  return kind === 'exchange' ? levelOfAction(action) : kind === 'orphan' ? 'debug' : 'minimal';
}

/** Entries before this time are gone, ms: whole hours, so that an entry is kept for its days at least. 0 days: never. */
export function retentionCut(now: number, days: number): number {
  return days === 0 ? 0 : Math.max(0, Math.floor((now - days * DAY) / HOUR) * HOUR);
}
