/** Where imported frames go: to the server that runs on the folder, into the folder itself, or nowhere. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadSecretKey } from '../../auth/secret-key.ts';
import { openDryRecorder } from '../../capture/recorder/dry-recorder.ts';
import { RecorderClient } from '../../capture/recorder/recorder-client.ts';
import type { RecorderOptions } from '../../capture/recorder/recorder-worker.ts';
import { rulesOf, type SiteRules } from '../../capture/recorder/recording-rules.ts';
import { controlPlace } from '../../config/control-place.ts';
import type { Settings } from '../../config.ts';
import { pseudonymKey } from '../../export/pseudonymise.ts';
import { DataFolder, holderOf, type RunRecord } from '../../folder.ts';
import { type ChunkBounds, LARGE_CHUNKS, SMALL_CHUNKS } from '../../import/sink.ts';
import { sharedSpoolState } from '../../store/clickhouse/spool-state.ts';
import { emptySite, siteFaults } from '../../store/control/site-rules.ts';
import type { Site } from '../../store/control.ts';
import { audited } from '../audited.ts';
import { CommandError, UsageError } from '../command.ts';
import { openControlOf } from '../control-store.ts';
import { HttpSink } from './http-sink.ts';
import type { OpenSink } from './late-sink.ts';
import type { Origin } from './origin.ts';

const IMPORT: Origin = { command: 'import', source: 'import' };
const STARTING_MS = 10_000;
const STEP_MS = 100;

/** Takes a line for a person. */
type Report = (line: string) => void;

/** The site is made if there is none. */
export async function openSink(
  settings: Settings,
  site: string,
  report: Report,
  origin: Origin = IMPORT,
): Promise<OpenSink> {
  const holder = await serving(settings.data);
  if (holder?.url != null && holder.token !== null) {
    await makeSite(settings, site);
    return new HttpSink(holder.url, holder.token, site, origin);
  }
  const folder = DataFolder.hold(settings.data, origin.command);
  try {
    const rules = await makeSite(settings, site);
    return await recordingSink(
      folder,
      { ...recording(settings), ...shipped(settings), ...(await ruled(settings, rules)) },
      site,
      report,
      origin.source,
    );
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Counts what would be made, and makes nothing. */
export async function openDrySink(settings: Settings, site: string, report: Report): Promise<OpenSink> {
  const rules = await ruled(settings, await knownRules(settings));
  const recorder = openDryRecorder({ ...recording(settings), ...rules, onReport: report });
  return {
    async ingest(body, last) {
      const answer = await recorder.ingest(site, IMPORT.source, body, last);
      return { ...answer, accepted: 0, duplicates: 0 };
    },
    close: () => recorder.close(),
  };
}

/** A running server's stations wait for each chunk. */
export function chunkBounds(settings: Settings): ChunkBounds {
  return holderOf(settings.data)?.command === 'serve' ? SMALL_CHUNKS : LARGE_CHUNKS;
}

/** A server that is just starting has its folder already and no address yet. */
export async function serving(path: string): Promise<RunRecord | null> {
  for (let waited = 0; ; waited += STEP_MS) {
    const holder = holderOf(path);
    if (holder?.command !== 'serve' || holder.url !== null || waited >= STARTING_MS) return holder;
    await wait(STEP_MS);
  }
}

/** Throws where the site cannot be. */
export function checkSite(id: string, name = '--site'): void {
  const [fault] = siteFaults(newSite(id));
  if (fault !== undefined)
    throw new UsageError(`${name}: ${JSON.stringify(id)} is not allowed; it ${fault.message}`);
}

const newSite = (id: string): Site => emptySite(id, 'added');

const recording = (settings: Settings) => ({
  timeoutMs: settings.timeout_s * 1000,
  redact: settings.redact,
});

/** What is written is noted: the next server ships it. */
const shipped = ({ store }: Settings): Pick<RecorderOptions, 'settled'> =>
  store.clickhouse.url === '' ? {} : { settled: sharedSpoolState() };

/** With the key of pseudonyms, which a site that asks for them, or has erased id tags, cannot do without. */
async function ruled(
  settings: Settings,
  rules: SiteRules,
): Promise<Pick<RecorderOptions, 'rules' | 'pseudonymKey'>> {
  const needed = [...rules.values()].some(({ pseudonymise, erased }) => pseudonymise || erased !== undefined);
  return {
    rules,
    pseudonymKey: needed ? pseudonymKey(loadSecretKey(settings.data, settings.secret_key)) : null,
  };
}

async function makeSite(settings: Settings, id: string): Promise<SiteRules> {
  const control = await openControlOf(settings);
  try {
    if (!(await control.snapshot()).sites.has(id)) {
      await control.putSite(newSite(id));
      await audited(control, 'site-made', { site: id });
    }
    return rulesOf(await control.snapshot());
  } finally {
    await control.close();
  }
}

/** A dry run makes no folder, so there may be none. */
async function knownRules(settings: Settings): Promise<SiteRules> {
  const inFolder = 'folder' in controlPlace(settings);
  if (inFolder && !existsSync(join(settings.data, 'control.db'))) return new Map();
  const control = await openControlOf(settings, { reading: true });
  try {
    return rulesOf(await control.snapshot());
  } finally {
    await control.close();
  }
}

async function recordingSink(
  folder: DataFolder,
  recorded: Omit<RecorderOptions, 'folder'>,
  site: string,
  report: Report,
  source: string,
): Promise<OpenSink> {
  const recorder = new RecorderClient({
    folder: folder.path,
    ...recorded,
    importOnly: true,
    onReport: report,
  });
  await recorder.ready();
  return {
    async ingest(body, last) {
      try {
        return await recorder.ingest(site, source, body, last);
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
