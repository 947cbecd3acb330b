/** Whatever is recorded, the readers of others find the cells of the table. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { type Cell, EntryCells, type EntryText } from '@ocpp-logs/core';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { readSheet } from 'read-excel-file/node';
import { DEPOT_TIME, entryArbitrary, entryAt } from '../store/conformance/entries.ts';
import { csv } from './csv.ts';
import { FORM, textsOf, written } from './fixtures.ts';
import { ParquetExporter } from './parquet.ts';
import { entryFormOf } from './site-names.ts';
import { xlsx } from './xlsx.ts';

const RUNS = { numRuns: 60 };
const form = { ...FORM, raw: true };
const table = new EntryCells('depot', entryFormOf(form));

/** Half a surrogate pair has no UTF-8. */
const rowsOf = (texts: readonly EntryText[]): (readonly Cell[])[] =>
  texts.map((text) => table.of(text).map((cell) => cell?.toWellFormed() ?? null));

const history = fc
  .array(entryArbitrary, { minLength: 1, maxLength: 12 })
  .map((entries) => textsOf(entries.toSorted((a, b) => a.at - b.at)));

test('CSV', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (texts, guard) => {
      const { bytes } = await written((sink) => csv.open({ ...form, guard }, sink), texts);
      const [header, ...rows]: string[][] = parse(bytes, { relax_quotes: false });
      assert.deepEqual(
        header,
        table.columns.map(({ name }) => name),
      );
      const guarded = (cell: Cell, place: number) =>
        guard && table.columns[place]?.type === 'text' && /^[=+\-@\t\r]/.test(cell ?? '')
          ? `'${cell}`
          : (cell ?? '');
      assert.deepEqual(
        rows,
        rowsOf(texts).map((row) => row.map(guarded)),
      );
    }),
    RUNS,
  );
});

test('Parquet', async () => {
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  await fc.assert(
    fc.asyncProperty(history, fc.integer({ min: 1, max: 12 }), async (texts, rows) => {
      const limits = { rows, bytes: 1e9 };
      const { bytes } = await written((sink) => new ParquetExporter(form, sink, limits), texts);
      const file = new Uint8Array(bytes).buffer;
      const metadata = parquetMetadata(file);
      // JSON is taken as the text that it is: what is recorded may not be any.
      for (const element of metadata.schema) {
        if (element.converted_type === 'JSON') element.converted_type = 'UTF8';
      }
      const found = await parquetReadObjects({ file, metadata, compressors });
      const shown = (value: unknown): Cell => {
        if (value instanceof Date) return value.toISOString();
        return value === null || value === undefined ? null : String(value);
      };
      assert.deepEqual(
        found.map((row) => table.columns.map(({ name }) => shown(row[name]))),
        rowsOf(texts),
      );
    }),
    RUNS,
  );
});

test('XLSX', async () => {
  // The reader leaves escapes as they are spelled.
  const plain = fc.string({ unit: 'grapheme' }).filter((text) => text !== '' && !text.includes('_x'));
  await fc.assert(
    fc.asyncProperty(fc.array(plain, { minLength: 1, maxLength: 12 }), async (infos) => {
      const texts = textsOf(
        infos.map((info, n) => entryAt(DEPOT_TIME + n, { fields: { request_info: info } })),
      );
      const { bytes } = await written((sink) => xlsx.open(form, sink), texts);
      const rows = await readSheet(bytes, { trim: false });
      const place = table.columns.findIndex(({ name }) => name === 'request_info');
      assert.deepEqual(
        rows.slice(1).map((row) => row[place]),
        infos,
      );
    }),
    RUNS,
  );
});
