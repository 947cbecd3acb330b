/** Where imported frames go: to the server that runs on the folder, or into the folder itself. */

import { setTimeout as wait } from 'node:timers/promises';
import { RecorderClient } from '../../capture/recorder/recorder-client.ts';
import type { Settings } from '../../config.ts';
import { DataFolder, holderOf, type RunRecord } from '../../folder.ts';
import { ControlDatabase } from '../../store/control/database.ts';
import { siteFaults } from '../../store/control/site-rules.ts';
import type { Site } from '../../store/control.ts';
import { CommandError, UsageError } from '../command.ts';
import { HttpSink } from './http-sink.ts';
import type { Sink } from './sink.ts';

/** Names the virtual connections of imported frames. */
export const SOURCE = 'import';
const STARTING_MS = 10_000;
const STEP_MS = 100;

/** Takes a line for a person. */
type Report = (line: string) => void;

/** The site is made if there is none. */
export async function openSink(settings: Settings, site: string, report: Report): Promise<Sink> {
  const holder = await serving(settings.data);
  if (holder?.url != null && holder.token !== null) {
    makeSite(settings.data, site);
    return new HttpSink(holder.url, holder.token, site, SOURCE);
  }
  const folder = DataFolder.hold(settings.data, 'import');
  try {
    makeSite(settings.data, site);
    return await recordingSink(folder, settings, site, report);
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** A server that is just starting has its folder already and no address yet. */
async function serving(path: string): Promise<RunRecord | null> {
  for (let waited = 0; ; waited += STEP_MS) {
    const holder = holderOf(path);
    if (holder?.command !== 'serve' || holder.url !== null || waited >= STARTING_MS) return holder;
    await wait(STEP_MS);
  }
}

function makeSite(folder: string, id: string): void {
  const site: Site = { id, name: id, timezone: 'UTC', upstream: null, retentionDays: 0, origin: 'added' };
  const [fault] = siteFaults(site);
  if (fault !== undefined)
    throw new UsageError(`--site: ${JSON.stringify(id)} is not allowed; it ${fault.message}`);
  const control = new ControlDatabase(folder);
  try {
    if (!control.snapshot().sites.has(id)) control.putSite(site);
  } finally {
    control.close();
  }
}

async function recordingSink(
  folder: DataFolder,
  settings: Settings,
  site: string,
  report: Report,
): Promise<Sink> {
  const recorder = new RecorderClient({
    folder: folder.path,
    timeoutMs: settings.timeout_s * 1000,
    redact: settings.redact,
    onReport: report,
  });
  await recorder.ready();
  return {
    async ingest(body, last) {
      try {
        return await recorder.ingest(site, SOURCE, body, last);
      } catch (error) {
        throw new CommandError(
          `the frames were not stored: ${error instanceof Error ? error.message : error}`,
        );
      }
    },
    async close() {
      await recorder.close();
      folder.release();
    },
  };
}
