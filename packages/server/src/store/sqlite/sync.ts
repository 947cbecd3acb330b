/**
 * Brings commits to the disk. With `synchronous = NORMAL` a commit is in the log of writes, but not yet on the disk;
 * a descriptor of our own flushes that file, whoever wrote it. Only ever the log: closing a descriptor of the
 * database itself would drop the locks that SQLite holds on it in this process (POSIX fcntl).
 */

import { open } from 'node:fs/promises';

const AT_A_TIME = 8;

/** Returns what failed. */
export async function syncPaths(paths: readonly string[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  const queue = paths.values();
  const work = async () => {
    for (const path of queue) await syncPath(path).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return failures;
}

/** A log that is gone was checkpointed, which brings it to the disk, or was removed with its database. */
async function syncPath(path: string): Promise<void> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
