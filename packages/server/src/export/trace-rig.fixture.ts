/** Traces into stores and out of them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingRig } from '../capture/recorder/recording-rig.ts';
import { openOcppTrace } from '../import/open-ocpp-trace.ts';
import { openSource } from '../store/sqlite/source.ts';
import type { ExportResult } from './export.ts';
import { ALL, CollectingSink, wishFor } from './fixtures.ts';
import { runExport } from './run.ts';

/** What the ingest route takes. */
export interface Line {
  readonly charger_id: string;
  readonly occurrence_time: string;
  readonly direction: 'station_to_csms' | 'csms_to_station';
  readonly frame: string;
  readonly ocpp_version?: string;
}

export interface Traced {
  readonly text: string;
  readonly result: ExportResult;
}

export class TraceRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-trace-'));
  readonly rig = new RecordingRig(this.folder);

  /** As one file. How many lines were new. */
  async take(lines: readonly Line[]): Promise<number> {
    const { accepted, rejected } = await this.rig.take(lines, true, 'import');
    if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
    return accepted;
  }

  async takeTrace(trace: string): Promise<number> {
    return await this.take(await linesOfTrace(trace));
  }

  async trace(): Promise<Traced> {
    const source = openSource(this.folder, {
      report: (line) => {
        throw new Error(line);
      },
    });
    const sink = new CollectingSink();
    const wish = wishFor('trace', { filters: [{ ...ALL, site: 's' }] });
    const result = await runExport(source, wish, sink);
    await source.close();
    return { text: sink.bytes.toString(), result };
  }

  close(): void {
    this.rig.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function linesOfTrace(trace: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const chunks = (async function* () {
    yield Buffer.from(trace);
  })();
  for await (const batch of openOcppTrace.read(chunks, { timeZone: null, date: null })) {
    for (const line of batch) {
      if (line.kind !== 'frame') throw new Error(JSON.stringify(line));
      const { charger, time, direction, frame, version } = line;
      if (charger === null || time === null || direction === null) throw new Error(`line ${line.line}`);
      const told = version === null ? {} : { ocpp_version: version };
      lines.push({ charger_id: charger, occurrence_time: time, direction, frame, ...told });
    }
  }
  return lines;
}
