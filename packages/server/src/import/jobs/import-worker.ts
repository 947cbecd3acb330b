/** The thread of one import: unpacks, reads and finds directions; what it found goes to the server's own thread. */

import { parentPort, workerData } from 'node:worker_threads';
import { CallClient } from '../../store/rpc.ts';
import { BEHIND_RELAY, standBehind } from '../../thread-priority.ts';
import { importAll } from '../engine.ts';
import { FORMATS } from '../formats.ts';
import { fileReport } from '../report.ts';
import { type SinkAnswer, SMALL_CHUNKS } from '../sink.ts';
import type { ReadResult, ReadTask } from './import-runner.ts';
import type { ReadProgress } from './job.ts';
import { spooledInput } from './spool.ts';

/** What the server's thread does for this one. */
export type ServerMethods = {
  ingest: (body: Uint8Array, last: boolean) => Promise<SinkAnswer>;
  progress: (progress: ReadProgress) => void;
  done: (result: ReadResult) => void;
};

const TOLD_EVERY_MS = 250;

if (parentPort === null) throw new Error('import-worker.ts runs as a worker thread only');
//
standBehind(BEHIND_RELAY.imports);
// Safe: import-threads.ts starts this thread with a task.
const { files, options, bytesMax, unpackedMax } = workerData as ReadTask;
const server = new CallClient<ServerMethods>(parentPort);
let next = 0;

const result = await importAll(files.map(spooledInput), {
  options: { ...options, format: FORMATS.find(({ name }) => name === options.format) ?? null },
  sink: {
    ingest: (body, last) => {
      // A copy of its own can be handed over; the chunk is used again.
      const own = new Uint8Array(body);
      return server.call('ingest', [own, last], [own.buffer]);
    },
  },
  bounds: SMALL_CHUNKS,
  signal: new AbortController().signal,
  onProgress: ({ bytes, frames, entries }) => {
    if (Date.now() < next) return;
    next = Date.now() + TOLD_EVERY_MS;
    void server.call('progress', [{ bytes, frames, entries }]);
  },
  bytesMax,
  unpackedMax,
});
/** Where files lie in the server is nobody's business. */
const reports = result.files.map(fileReport).map((report, at) => {
  const path = files[at]?.path;
  const failure = path === undefined ? report.failure : report.failure?.replaceAll(path, report.file);
  return { ...report, failure: failure ?? null };
});
await server.call('done', [{ files: reports, error: result.error?.message ?? null }]);
parentPort.close();
