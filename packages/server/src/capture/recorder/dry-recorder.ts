/** What an import would record: the recorder's own work in a thread of its own, with nothing stored. */

import { Worker } from 'node:worker_threads';
import { CallClient } from '../../store/rpc.ts';
import type { DryRecorderMethods, DryRecording } from './dry-recorder-worker.ts';
import type { IngestAnswer } from './recorder.ts';
import { SMALL_HEAP } from './recorder-thread.ts';

export interface DryRecorderOptions extends DryRecording {
  /** A line for the log. */
  readonly onReport: (line: string) => void;
}

export interface DryRecorder {
  /** As the recorder's, but nothing is stored, so nothing is known either. */
  ingest(site: string, source: string, body: Uint8Array, last: boolean): Promise<IngestAnswer>;
  close(): Promise<void>;
}

export function openDryRecorder({ onReport, ...options }: DryRecorderOptions): DryRecorder {
  const script = import.meta.url.endsWith('.ts') ? './dry-recorder-worker.ts' : './dry-recorder-worker.js';
  const worker = new Worker(new URL(script, import.meta.url), {
    workerData: options,
    name: 'dry recorder',
    resourceLimits: SMALL_HEAP,
  });
  const calls = new CallClient<DryRecorderMethods>(worker);
  calls.on('report', (line) => onReport(String(line)));
  worker.on('error', (error) => calls.ended(error.message));
  worker.on('exit', (code) => calls.ended(`the dry recorder's thread ended with ${code}`));
  return {
    ingest: (site, source, body, last) => calls.call('ingest', [site, source, body, last]),
    close: async () => {
      await worker.terminate();
    },
  };
}
