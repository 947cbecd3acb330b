/** What has been made and must go, whatever happens: undone in reverse order. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Undo = () => void | Promise<void>;

const undos: Undo[] = [];

/** Returns the call that undoes it early. */
export function onCleanup(undo: Undo): () => Promise<void> {
  undos.push(undo);
  return async () => {
    const place = undos.lastIndexOf(undo);
    if (place < 0) return;
    undos.splice(place, 1);
    await undo();
  };
}

/** How much there is to undo; see {@link cleanUp}. */
export function cleanUpMark(): number {
  return undos.length;
}

/** Undoes what was made since the mark was taken. */
export async function cleanUp(mark = 0): Promise<void> {
  while (undos.length > mark) {
    try {
      await undos.pop()?.();
    } catch (error) {
      process.exitCode = 1;
      console.error('could not clean up:', error);
    }
  }
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), 'ocpp-logs-bench-'));
  return { path, remove: onCleanup(() => rmSync(path, { recursive: true, force: true })) };
}
