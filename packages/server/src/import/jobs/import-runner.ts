/** Who reads uploaded files: threads of their own, in the server. */

import type { FileReport } from '../report.ts';
import type { FrameSink } from '../sink.ts';
import type { JobOptions, ReadProgress } from './job.ts';
import type { SpooledFile } from './spool.ts';

export interface ReadTask {
  readonly files: readonly SpooledFile[];
  readonly options: JobOptions;
  /** Of each file, unpacked, after which reading stops; null reads all. */
  readonly bytesMax: number | null;
  /** Of all that is packed, after which no more of it is read. */
  readonly unpackedMax: number;
}

export interface ReadResult {
  readonly files: readonly FileReport[];
  /** What the sink could not take. */
  readonly error: string | null;
}

export interface ImportRunner {
  /** Rejects with the reason of `signal` when that is aborted: at once, whatever is on its way to the sink. */
  read(
    task: ReadTask,
    sink: FrameSink,
    onProgress: (progress: ReadProgress) => void,
    signal: AbortSignal,
  ): Promise<ReadResult>;
}
