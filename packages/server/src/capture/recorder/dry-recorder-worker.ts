/** The thread of a dry recorder: masks, pairs, extracts and counts as the recorder's does, and stores nothing. */

import { parentPort, workerData } from 'node:worker_threads';
import { serveCalls } from '../../store/rpc.ts';
import { DryWriter } from './dry-writer.ts';
import { Ingest } from './ingest.ts';
import { Recording } from './recording.ts';
import type { SiteRules } from './recording-rules.ts';

export interface DryRecording {
  readonly timeoutMs: number;
  readonly redact: readonly string[];
  /** Of pseudonyms for id tags, where a site asks for them. */
  readonly pseudonymKey?: Uint8Array | null;
  readonly rules?: SiteRules;
}

export type DryRecorderMethods = {
  ingest: (site: string, source: string, body: Uint8Array, last: boolean) => ReturnType<Ingest['take']>;
};

if (parentPort === null) throw new Error('dry-recorder-worker.ts runs as a worker thread only');
// Safe: dry-recorder.ts starts this thread with these.
const options = workerData as DryRecording;
const emit = serveCalls(parentPort, {
  ingest: (site, source, body, last) => ingest.take(site, source, body, last),
} satisfies DryRecorderMethods);
const writer = new DryWriter();
const recording = new Recording({
  ...options,
  writer,
  clock: { now: () => Date.now(), monotonic: () => performance.now() * 1000 },
  onCommitted: () => undefined,
  report: (line) => emit('report', line),
});
const ingest = new Ingest(recording, writer);
