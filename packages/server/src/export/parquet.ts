/** Parquet: the columns of the API, typed, packed with zstd; one row group after the other. */

import { zstdCompressSync } from 'node:zlib';
import { type Cell, EntryCells } from '@ocpp-logs/core';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { SiteEntry } from '../store/store.ts';
import type { ByteSink, EntryExporter, ExportForm, ExportFormat, Remark } from './format.ts';
import { isLong, markJson, type ParquetValue, schemaOf, valueReader } from './parquet/schema.ts';
import { entryFormOf, firstSite, siteTeller } from './site-names.ts';

export interface GroupLimits {
  readonly rows: number;
  /** Of its cells' texts. */
  readonly bytes: number;
}

const LIMITS: GroupLimits = { rows: 50_000, bytes: 16 * 1024 * 1024 };
/** Of a text in the statistics of a column: what is longer would stay in memory until the end, for every group. */
const STATISTIC_MAX = 256;
/** Long texts are seldom the same: no dictionary is tried. */
const PLAIN = 'PLAIN' as const;

export const parquet: ExportFormat = {
  name: 'parquet',
  title: 'Parquet, typed columns packed with zstd, for DuckDB, pandas and Spark',
  extension: 'parquet',
  mediaType: 'application/vnd.apache.parquet',
  text: false,
  order: null,
  kinds: ['exchange'],
  pseudonymised: false,
  most: null,
  noGroups: null,
  open: (form, sink) => new ParquetExporter(form, sink),
};

export class ParquetExporter implements EntryExporter {
  readonly #cells: EntryCells;
  readonly #tellSite: (entry: SiteEntry) => void;
  readonly #sink: ByteSink;
  readonly #limits: GroupLimits;
  readonly #schema: SchemaElement[];
  readonly #read: readonly ((cell: Cell) => ParquetValue)[];
  readonly #out = new ByteWriter();
  readonly #writer: ParquetWriter;
  #columns: ParquetValue[][];
  #rows = 0;
  #bytes = 0;

  constructor(form: ExportForm, sink: ByteSink, limits = LIMITS) {
    this.#cells = new EntryCells(firstSite(form).id, entryFormOf(form));
    this.#tellSite = siteTeller(form, { of: (site, name) => this.#cells.ofSite(site, name) });
    this.#sink = sink;
    this.#limits = limits;
    this.#schema = schemaOf(this.#cells.columns);
    this.#read = this.#cells.columns.map(valueReader);
    this.#columns = this.#read.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#out,
      schema: this.#schema,
      codec: 'ZSTD',
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
      createdBy: 'ocpp-logs',
    });
  }

  async write(entries: readonly SiteEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#tellSite(entry);
      const cells = this.#cells.of(entry);
      for (let place = 0; place < cells.length; place++) {
        const cell = cells[place] ?? null;
        this.#columns[place]?.push(this.#read[place]?.(cell) ?? null);
        this.#bytes += cell?.length ?? 0;
      }
      this.#rows += 1;
      if (this.#rows >= this.#limits.rows || this.#bytes >= this.#limits.bytes) await this.#endGroup();
    }
  }

  async end(): Promise<readonly Remark[]> {
    await this.#endGroup();
    markJson(this.#schema);
    await this.#writer.finish();
    await this.#flush();
    return [];
  }

  cancel(): void {
    this.#columns = [];
  }

  async #endGroup(): Promise<void> {
    if (this.#rows === 0) return;
    const columnData = this.#cells.columns.map((column, place) => {
      const { name } = column;
      const data = this.#columns[place] ?? [];
      return isLong(column) ? { name, data, encoding: PLAIN, statistics: false } : { name, data };
    });
    await this.#writer.write({ columnData, rowGroupSize: this.#rows });
    this.#forgetStatistics();
    this.#columns = this.#read.map(() => []);
    this.#rows = 0;
    this.#bytes = 0;
    await this.#flush();
  }

  /** Texts are compared by UTF-16 here and by UTF-8 in Parquet, which differ from U+D800 on. */
  #forgetStatistics(): void {
    for (const { meta_data: column } of this.#writer.row_groups.at(-1)?.columns ?? []) {
      const { min_value: least, max_value: most } = column?.statistics ?? {};
      if (column?.statistics === undefined || (isSound(least) && isSound(most))) continue;
      const { null_count: nulls } = column.statistics;
      column.statistics = nulls === undefined ? {} : { null_count: nulls };
    }
  }

  async #flush(): Promise<void> {
    const bytes = this.#out.getBytes().slice();
    this.#out.index = 0;
    if (bytes.length > 0) await this.#sink.write(bytes);
  }
}

function isSound(value: unknown): boolean {
  return typeof value !== 'string' || (value.length <= STATISTIC_MAX && !/[\ud800-\uffff]/.test(value));
}
