/** A thread that makes exports: one at a time, with a reader of its own. */

import { parentPort, workerData } from 'node:worker_threads';
import { openSource as openClickHouse } from '../../store/clickhouse/source.ts';
import { type ClickHouseOptions, Connection } from '../../store/clickhouse/sql.ts';
import { serveCalls } from '../../store/rpc.ts';
import { openSource } from '../../store/sqlite/source.ts';
import { BEHIND_RELAY, standBehind } from '../../thread-priority.ts';
import { estimateExport } from '../estimate.ts';
import type { ExportEstimate, ExportResult, ExportWish } from '../export.ts';
import { runExport } from '../run.ts';
import type { ExportRun } from './export-runner.ts';
import { FileSink } from './file-sink.ts';

export interface ExportWorkerData {
  /** The data folder. */
  readonly folder: string;
  /** Where entries are read instead; null: in the folder. */
  readonly clickhouse: ClickHouseOptions | null;
}

export type ExportMethods = {
  estimate: (wish: ExportWish) => Promise<ExportEstimate>;
  run: (run: ExportRun) => Promise<ExportResult>;
  /** The run under way ends with an error. */
  cancel: () => void;
  close: () => Promise<void>;
};

if (parentPort === null) throw new Error('export-worker.ts runs as a worker thread only');
standBehind(BEHIND_RELAY.exports);
// Safe: export-threads.ts starts this thread with these.
const { folder, clickhouse } = workerData as ExportWorkerData;
let running: AbortController | null = null;

const methods: ExportMethods = {
  estimate: (wish) => estimateExport(source, wish),
  run: async ({ wish, part, room }) => {
    const stop = new AbortController();
    running = stop;
    const sink = await FileSink.open(part, { room });
    try {
      const result = await runExport(
        source,
        wish,
        sink,
        (progress) => emit('progress', progress),
        stop.signal,
      );
      await sink.sync();
      return result;
    } finally {
      running = null;
      await sink.close();
    }
  },
  cancel: () => running?.abort(),
  close: () => source.close(),
};

const emit = serveCalls(parentPort, methods);
const source =
  clickhouse === null
    ? openSource(folder, {
        report: (message) => emit('report', message),
        onDamage: (number) => emit('damage', number),
      })
    : openClickHouse(new Connection(clickhouse));
