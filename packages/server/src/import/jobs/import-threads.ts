/** A thread for each import that is read. */

import { Worker } from 'node:worker_threads';
import { serveCalls } from '../../store/rpc.ts';
import type { FrameSink } from '../sink.ts';
import type { ImportRunner, ReadResult, ReadTask } from './import-runner.ts';
import type { ServerMethods } from './import-worker.ts';
import type { ReadProgress } from './job.ts';

/** What is read dies young; lines of 16 MiB are the largest that live. Beyond it the thread ends, and no other one. */
const MEMORY = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 512 } as const;

export class ImportThreads implements ImportRunner {
  async read(
    task: ReadTask,
    sink: FrameSink,
    onProgress: (progress: ReadProgress) => void,
    signal: AbortSignal,
  ): Promise<ReadResult> {
    signal.throwIfAborted();
    const script = import.meta.url.endsWith('.ts') ? './import-worker.ts' : './import-worker.js';
    const worker = new Worker(new URL(script, import.meta.url), {
      workerData: task,
      name: 'import',
      resourceLimits: MEMORY,
    });
    try {
      return await new Promise<ReadResult>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`the thread of the import ended with ${code}`)));
        serveCalls(worker, {
          ingest: (body, last) => sink.ingest(body, last),
          progress: onProgress,
          done: resolve,
        } satisfies ServerMethods);
      });
    } finally {
      await worker.terminate();
    }
  }
}
