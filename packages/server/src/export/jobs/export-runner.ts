/** Who makes exports: threads of their own, in the server. */

import type { ExportEstimate, ExportProgress, ExportResult, ExportWish } from '../export.ts';

export interface ExportRun {
  readonly wish: ExportWish;
  /** Path of the file that is written. */
  readonly part: string;
  /** Bytes that it may have. */
  readonly room: number;
}

export interface ExportRunner {
  estimate(wish: ExportWish): Promise<ExportEstimate>;
  /** Resolves when the file is on the disk; rejects with the reason of `signal` when that is aborted. */
  run(
    run: ExportRun,
    onProgress: (progress: ExportProgress) => void,
    signal: AbortSignal,
  ): Promise<ExportResult>;
  close(): Promise<void>;
}
