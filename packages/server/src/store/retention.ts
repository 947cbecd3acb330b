/** Retention to the hour: one rule for what readers see and for what the writer removes. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Entries before this time are gone, ms: whole hours, so that an entry is kept for its days at least. 0 days: never. */
export function retentionCut(now: number, days: number): number {
  return days === 0 ? 0 : Math.max(0, Math.floor((now - days * DAY) / HOUR) * HOUR);
}
