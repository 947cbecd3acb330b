/** What the logs take on the disk, and what is left of it. */

export interface StoredMonth {
  readonly site: string;
  /** `2026-01`, UTC. */
  readonly month: string;
  readonly bytes: number;
}

export type DroppedMonth = Pick<StoredMonth, 'site' | 'month'>;

export interface LogStorage {
  /** By site, then by month; nothing of files that are not made yet. */
  readonly months: readonly StoredMonth[];
  /** For the user that the server runs as. */
  readonly freeBytes: number;
  /** Files that were damaged and lie in `set-aside`. */
  readonly setAside: number;
}
