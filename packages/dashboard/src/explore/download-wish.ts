/** What is downloaded, as the export of the API takes it. */

import type { ExportEstimate, ExportJob } from '../api/answers.ts';
import type { Client } from '../api/client.ts';
import type { Range } from '../time/instant-text.ts';
import { COLUMNS } from './columns.ts';
import { type FilterState, filterParams, rangeParams } from './search-params.ts';

export const FORMATS = [
  { name: 'csv', label: 'CSV', about: 'for spreadsheets and scripts' },
  { name: 'xlsx', label: 'Excel', about: 'a workbook, at most 1,048,575 entries a sheet' },
  { name: 'ndjson', label: 'NDJSON', about: 'one JSON object a line' },
  { name: 'parquet', label: 'Parquet', about: 'for DuckDB, pandas and Spark' },
  { name: 'trace', label: 'Open OCPP Trace', about: 'every frame with its bytes, for other tools' },
  {
    name: 'bundle',
    label: 'Bundle',
    about: 'one page that opens by itself, searchable, with sessions and verdicts; up to 20,000 entries',
  },
] as const;

export type FormatName = (typeof FORMATS)[number]['name'];

/** What names an entry. */
export interface ChosenEntry {
  readonly site_id: string;
  readonly exchange?: { readonly id: string };
}

export interface DownloadWish {
  /** Ids of those that are looked at. */
  readonly sites: readonly string[];
  readonly filter: FilterState;
  readonly range: Range;
  readonly order: 'asc' | 'desc';
  readonly format: FormatName;
  readonly pseudonymise: boolean;
  /** Ids of those that the table shows; null: every column, with exchange fields and the raw texts. */
  readonly columns: readonly string[] | null;
  /** These entries and no others; null: all that the table has. */
  readonly selected: readonly ChosenEntry[] | null;
}

export function wishBody({ order, format, pseudonymise, columns, ...wish }: DownloadWish) {
  return {
    ...(wish.selected === null ? filterBody(wish, format) : { entries: wish.selected.flatMap(refOf) }),
    ...(!hasColumns(format)
      ? {}
      : columns === null
        ? { include: 'exchange,raw' }
        : { columns: fieldsOf(columns) }),
    sort_order: order,
    format,
    pseudonymise,
  };
}

/** Others have the texts anyway, and no further columns. */
export function hasColumns(format: FormatName): boolean {
  return format !== 'trace' && format !== 'bundle';
}

function filterBody(
  { sites, filter, range }: Pick<DownloadWish, 'sites' | 'filter' | 'range'>,
  format: FormatName,
) {
  const { q, kinds } = filterParams(filter);
  const [only] = sites;
  return {
    ...(sites.length === 1 ? { site: only } : { sites }),
    ...rangeParams(range),
    ...(q === '' || q === undefined ? {} : { q }),
    // What came of it is told by connections and gaps, too, whatever the table shows.
    ...(kinds === undefined || format === 'bundle' ? {} : { kinds }),
  };
}

function refOf({ site_id, exchange }: ChosenEntry) {
  return exchange === undefined ? [] : [{ site_id, id: exchange.id }];
}

function fieldsOf(columns: readonly string[]): readonly string[] {
  return columns.flatMap((id) => COLUMNS.get(id)?.field ?? []);
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
