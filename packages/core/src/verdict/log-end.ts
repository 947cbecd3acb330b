/** In what words it is told where something is that has not ended. */

import type { Session } from '../session/session.ts';
import type { LogEnd } from './rule.ts';
import { momentText } from './words.ts';

/** A station that says less than this is away, or nearly so. ms. */
const QUIET_MS = 3_600_000;

/** Whether the log goes on, was read to its end, and its station was there just now. */
export function goesOn({ heard, interruptions }: Session, end: LogEnd | null): boolean {
  if (end === null || end.readTo < end.now || end.now - heard > QUIET_MS) return false;
  const last = interruptions.at(-1);
  return last?.kind !== 'connection' || last.until !== null;
}

/** `when the log ends`, of a file; of one that goes on what is known last. */
export function whenText(session: Session, end: LogEnd | null): string {
  if (end === null) return 'when the log ends';
  if (end.readTo < end.now) return `at ${momentText(end.readTo)}, as far as is read`;
  return `when its station was last heard of, at ${momentText(session.heard)}`;
}
