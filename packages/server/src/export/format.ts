/** What every format in which entries are taken away offers. One file per format; `formats.ts` lists them. */

import type { EntryText } from '@ocpp-logs/core';

export const EXPORT_FORMATS = ['csv', 'xlsx', 'ndjson', 'parquet', 'trace'] as const;
export type ExportFormatName = (typeof EXPORT_FORMATS)[number];

/** Where the bytes go: a file, a pipe, an answer. */
export interface ByteSink {
  /** Resolves when more may come. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface ExportForm {
  readonly site: string;
  readonly siteName: string;
  /** The groups of the API's `include`. */
  readonly exchange: boolean;
  readonly raw: boolean;
  /** Whether text cells that begin like a formula get an apostrophe (CSV). */
  readonly guard: boolean;
}

/** One export under way. Memory is constant however many entries come. */
export interface EntryExporter {
  write(entries: readonly EntryText[]): Promise<void>;
  /** Writes what is left; nothing may follow. */
  end(): Promise<void>;
}

export interface ExportFormat {
  readonly name: ExportFormatName;
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  open(form: ExportForm, sink: ByteSink): EntryExporter;
}
