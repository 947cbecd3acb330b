/** What is downloaded, as the export of the API takes it. */

import type { ExportEstimate, ExportJob } from '../api/answers.ts';
import type { Client } from '../api/client.ts';
import type { Range } from '../time/instant-text.ts';
import { type FilterState, filterParams, rangeParams } from './search-params.ts';

export const FORMATS = [
  { name: 'csv', label: 'CSV', about: 'for spreadsheets and scripts' },
  { name: 'xlsx', label: 'Excel', about: 'a workbook, at most 1,048,575 entries a sheet' },
  { name: 'ndjson', label: 'NDJSON', about: 'one JSON object a line, every field' },
  { name: 'parquet', label: 'Parquet', about: 'for DuckDB, pandas and Spark' },
  { name: 'trace', label: 'Open OCPP Trace', about: 'every frame with its bytes, for other tools' },
] as const;

export type FormatName = (typeof FORMATS)[number]['name'];

export interface DownloadWish {
  readonly site: string;
  readonly filter: FilterState;
  readonly range: Range;
  readonly order: 'asc' | 'desc';
  readonly format: FormatName;
  readonly pseudonymise: boolean;
  /** Whether exchange fields and the raw texts go along. */
  readonly everything: boolean;
}

export function wishBody({ site, filter, range, order, format, pseudonymise, everything }: DownloadWish) {
  const { q, kinds } = filterParams(filter);
  return {
    site,
    ...rangeParams(range),
    ...(q === '' || q === undefined ? {} : { q }),
    ...(kinds === undefined ? {} : { kinds }),
    // A trace has the texts anyway, and no further columns.
    ...(everything && format !== 'trace' ? { include: 'exchange,raw' } : {}),
    sort_order: order,
    format,
    pseudonymise,
  };
}

export function estimate(client: Client, wish: DownloadWish, signal: AbortSignal): Promise<ExportEstimate> {
  return client.post('/exports', { ...wishBody(wish), estimate_only: true }, { signal });
}

export function begin(client: Client, wish: DownloadWish): Promise<ExportJob> {
  return client.post('/exports', wishBody(wish));
}

export function hasEnded({ state }: ExportJob): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`;
}
