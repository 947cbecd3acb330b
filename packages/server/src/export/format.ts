/** What every format in which entries are taken away offers. One file per format; `formats.ts` lists them. */

import type { Kind } from '@ocpp-logs/core';
import type { SiteEntry, SortOrder } from '../store/store.ts';

export const EXPORT_FORMATS = ['csv', 'xlsx', 'ndjson', 'parquet', 'trace', 'bundle'] as const;
export type ExportFormatName = (typeof EXPORT_FORMATS)[number];

/** They hold the text of every frame, whatever is included. */
export const WITH_FRAMES: ReadonlySet<ExportFormatName> = new Set(['trace', 'bundle']);

/** Where the bytes go: a file, a pipe, an answer. */
export interface ByteSink {
  /** Resolves when more may come. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface ExportSite {
  readonly id: string;
  readonly name: string;
}

export interface ExportForm {
  /** Those whose entries come, one at least. */
  readonly sites: readonly ExportSite[];
  /** The groups of the API's `include`. */
  readonly exchange: boolean;
  readonly raw: boolean;
  /** CSV alone: whether text cells that begin like a formula get an apostrophe. */
  readonly guard: boolean;
  /** Names of `ALL_COLUMNS`, in the order in which they are wanted; null: all of the groups. */
  readonly columns: readonly string[] | null;
}

/** What a format could not take as it is, counted. */
export interface Remark {
  readonly count: number;
  /** Follows its number: `cells cut after 32,767 characters`. */
  readonly text: string;
}

/** One export under way. Memory is constant however many entries come. */
export interface EntryExporter {
  write(entries: readonly SiteEntry[]): Promise<void>;
  /** Writes what is left; nothing may follow. */
  end(): Promise<readonly Remark[]>;
  /** Frees what an export holds that is not brought to its end. */
  cancel(): void;
}

export interface ExportFormat {
  readonly name: ExportFormatName;
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** Whether a person can read it as it is. */
  readonly text: boolean;
  /** The order in which it must have the entries; null for whichever is asked for. */
  readonly order: SortOrder | null;
  /** Kinds that are meant where none are asked for. */
  readonly kinds: readonly Kind[];
  /** Whether what names persons and devices is replaced unless it is asked otherwise. */
  readonly pseudonymised: boolean;
  /** Entries that one file holds at most; null: any number. */
  readonly most: number | null;
  /** Why the groups of `include` are nothing for it; null where it has them. */
  readonly noGroups: string | null;
  /** `pseudonymised`: whether what names persons and devices was replaced in the entries that come; no unless given. */
  open(form: ExportForm, sink: ByteSink, pseudonymised?: boolean): EntryExporter;
}
