import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Of a file or a folder: a back-up or a restored folder that was said to be there must survive a power cut. */
export function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
