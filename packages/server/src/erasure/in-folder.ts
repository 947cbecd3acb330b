/** What a node does of an erasure: exports go, then control data and the files of its own folder. */

import type { RecorderClient } from '../capture/recorder/recorder-client.ts';
import type { Control } from '../store/control.ts';
import type { ErasureProgress, ErasureRecord, ErasureReport } from '../store/erasure.ts';
import { elsewhere, eraseTexts } from './elsewhere.ts';
import type { SharedErasures } from './shared-erasures.ts';

/** Exports that are kept on the server. */
export interface KeptExports {
  count(site: string): Promise<number>;
  /** How many there were. */
  remove(site: string): Promise<number>;
}

export interface HereOptions {
  readonly control: Pick<Control, 'eraseTexts' | 'backups' | 'audits'>;
  /** null: nobody shares control data. */
  readonly shared: SharedErasures | null;
  readonly recorder: Pick<RecorderClient, 'erase'>;
  readonly exports: KeptExports;
  readonly pseudonymKey: Uint8Array;
  /** Files that were set aside as damaged or foreign. */
  readonly setAside: () => number;
}

interface Found {
  readonly report: ErasureReport;
  /** The last change that ClickHouse is to take of it; null: nothing is shipped. */
  readonly noted: number | null;
}

type OnNews = (progress: ErasureProgress) => void;

export async function lookThrough(
  record: ErasureRecord,
  options: HereOptions,
  onNews: OnNews,
): Promise<Found> {
  const exports = await options.exports.count(record.site);
  const { found } = await inFiles(record, true, options, onNews);
  return {
    report: { ...found, texts: {}, exports, ...(await elsewhere(record, found, options)) },
    noted: null,
  };
}

export async function eraseHere(record: ErasureRecord, options: HereOptions, onNews: OnNews): Promise<Found> {
  const { exports, shared } = options;
  let removed = await exports.remove(record.site);
  const isOurs = shared === null || record.node === undefined || record.node === shared.folder;
  // Control data is the same for all nodes.
  const texts = isOurs ? await eraseTexts(record, options) : {};
  const { found, noted } = await inFiles(record, false, options, onNews);
  // Those that were begun meanwhile may have read what was not yet changed.
  removed += await exports.remove(record.site);
  return {
    report: { ...found, texts, exports: removed, ...(await elsewhere(record, found, options)) },
    noted,
  };
}

async function inFiles(
  record: ErasureRecord,
  dry: boolean,
  { recorder }: HereOptions,
  onNews: OnNews,
): Promise<{ readonly found: ErasureProgress; readonly noted: number | null }> {
  const { site, replacement, forms } = record;
  const order = { id: record.id, tag: { site, replacement, forms }, dry };
  const { noted = null, ...found } = await recorder.erase(order, (news) => onNews(progressOf(news)));
  return { found: progressOf(found), noted };
}

export function progressOf(progress: ErasureProgress | Omit<ErasureProgress, 'ended'>): ErasureProgress {
  const { looked, of, entries, occurrences, files, first, unreadable, kept } = progress;
  const ended = 'ended' in progress && progress.ended;
  return { looked, of, entries, occurrences, files, first, unreadable, kept, ended };
}
