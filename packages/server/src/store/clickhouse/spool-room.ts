/** How much the spool takes, and how much of it is too much: by its own bound, or by what is left on the disk. */

import { statSync } from 'node:fs';
import type { LogStorage } from '../storage.ts';
import { outboxPath } from './outbox.ts';

export interface SpoolBounds {
  /** Of site files and outbox.db together; 0: none. */
  readonly maxBytes: number;
  /** Left on the disk; 0: none. */
  readonly minFreeBytes: number;
}

export interface SpoolRoom {
  readonly bytes: number;
  readonly freeBytes: number;
  /** Bytes to be freed. */
  readonly wanted: number;
}

export function spoolRoom(
  folder: string,
  { months, freeBytes }: Pick<LogStorage, 'months' | 'freeBytes'>,
  { maxBytes, minFreeBytes }: SpoolBounds,
): SpoolRoom {
  const path = outboxPath(folder);
  const outbox = [path, `${path}-wal`].map((each) => statSync(each, { throwIfNoEntry: false })?.size ?? 0);
  const bytes = [...outbox, ...months.map((month) => month.bytes)].reduce((sum, each) => sum + each, 0);
  const beyond = maxBytes === 0 ? 0 : bytes - maxBytes;
  return { bytes, freeBytes, wanted: Math.max(0, beyond, minFreeBytes - freeBytes) };
}
