/** Where imported frames go. */

import type { IngestAnswer } from '../../capture/recorder/recorder.ts';

export interface Sink {
  /** Resolves when what was accepted is on the disk. */
  ingest(body: Uint8Array, last: boolean): Promise<IngestAnswer>;
  close(): Promise<void>;
}
