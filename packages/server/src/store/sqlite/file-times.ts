import { statSync } from 'node:fs';
import { sitePath } from './layout.ts';

/** ms; when a site file was changed last; null where there is none. */
export function writtenAt(folder: string, number: number): number | null {
  const path = sitePath(folder, number);
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return null;
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  // Whoever opens the file makes an empty one.
  const times = [file, ...(log === undefined || log.size === 0 ? [] : [log])].map(({ mtimeMs }) => mtimeMs);
  return Math.floor(Math.max(...times));
}
