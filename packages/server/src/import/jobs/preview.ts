/** A look at the beginning of files, which records nothing. */

import type { FrameSink } from '../sink.ts';
import type { ImportRunner, ReadResult, ReadTask } from './import-runner.ts';

/** Unpacked bytes that are read, shared by the files; of each at least the second. */
const BYTES = 8 * 1024 * 1024;
const LEAST = 128 * 1024;

export interface ClosingSink extends FrameSink {
  close(): Promise<void>;
}

/** Closes `dry`, which counts what would be recorded. */
export async function lookAt(
  runner: ImportRunner,
  task: Omit<ReadTask, 'bytesMax'>,
  dry: ClosingSink,
  signal: AbortSignal,
): Promise<ReadResult> {
  const bytesMax = Math.max(LEAST, Math.floor(BYTES / Math.max(1, task.files.length)));
  try {
    return await runner.read({ ...task, bytesMax }, dry, () => undefined, signal);
  } finally {
    await dry.close();
  }
}
