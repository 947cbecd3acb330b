/** What errors of control.db mean to the server that runs with it. */

import { isAway, isDamage, messageOf } from '../sqlite/sql.ts';
import { StoreUnavailableError } from '../unavailable.ts';

/** Locked by another process, a full disk: the same call may succeed later. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || !isAway(error)) return error;
  return new StoreUnavailableError(`control.db is away: ${messageOf(error)}`, error);
}

/** It passes, or is somebody's to restore: until then the server goes on with what it knows. */
export function isSurvived(error: unknown): boolean {
  return isAway(error) || isDamage(error);
}
