/** What a person is told of an export that failed. */

import { SEARCH_TOO_WIDE } from '../../store/search-too-wide.ts';

/** Errors whose message was written for the person who asked; the thread gives code and message on. */
const TOLD = new Set(['EXPORT_REFUSED', 'TOO_MANY_VALUES', SEARCH_TOO_WIDE]);
const AWAY = new Set(['STORE_UNAVAILABLE', 'BUSY']);

/** null: the message may hold what is nobody's business. */
export function reasonOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  if (TOLD.has(error.code)) return error.message;
  return AWAY.has(error.code) ? 'the store did not answer; ask for the export again' : null;
}
