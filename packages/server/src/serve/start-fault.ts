/** What a start that failed tells the person who asked for it. */

import { FolderError } from '../folder.ts';
import { CallError } from '../store/rpc.ts';

/** Faults of control.db, which come from its thread, are one line; others stay what they are. */
export function startFault(error: unknown): unknown {
  if (!(error instanceof CallError)) return error;
  // Locked by another process, a full disk.
  if (error.code === 'STORE_UNAVAILABLE') return new FolderError(error.message);
  // Damage deeper than what is looked at when it is opened; what the recorder meets is a FolderError already.
  if (error.code !== 'ERR_SQLITE_ERROR') return error;
  return new FolderError(
    `control.db cannot be used (${error.message}); restore it from a back-up, or move it away and set sites, keys and people up again`,
  );
}
