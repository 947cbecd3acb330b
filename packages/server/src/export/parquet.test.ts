import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { EntryCells, entryColumns } from '@ocpp-logs/core';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import type { SiteEntry } from '../store/store.ts';
import { FORM, textsOf, VARIED, written } from './fixtures.ts';
import { ParquetExporter, parquet } from './parquet.ts';
import { entryFormOf } from './site-names.ts';

const names = entryColumns(FORM).map(({ name }) => name);

interface Read {
  readonly metadata: FileMetaData;
  readonly rows: readonly Record<string, unknown>[];
}

/** As somebody else's reader has it. JSON is taken as the text that it is. */
async function read(bytes: Buffer): Promise<Read> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const asText = {
    ...metadata,
    schema: metadata.schema.map((element) =>
      element.converted_type === 'JSON' ? { ...element, converted_type: 'UTF8' as const } : element,
    ),
  };
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  return { metadata, rows: await parquetReadObjects({ file, metadata: asText, compressors }) };
}

async function exported(
  texts: readonly SiteEntry[],
  limits?: { rows: number; bytes: number },
): Promise<Read> {
  const { bytes, remarks } = await written((sink) => new ParquetExporter(FORM, sink, limits), texts);
  assert.deepEqual(remarks, []);
  return await read(bytes);
}

test('another reader finds typed columns under the names of the API', async () => {
  const { metadata, rows } = await exported(textsOf(VARIED));
  const [root, ...columns] = metadata.schema;
  assert.equal(root?.num_children, names.length);
  assert.deepEqual(
    columns.map(({ name }) => name),
    names,
  );
  const typeOf = (name: string) => {
    const { type, logical_type: logical, converted_type: converted } = columns[names.indexOf(name)] ?? {};
    return [type, logical?.type, converted];
  };
  assert.deepEqual(typeOf('occurrence_time'), ['INT64', 'TIMESTAMP', 'TIMESTAMP_MILLIS']);
  assert.deepEqual(typeOf('payload'), ['BYTE_ARRAY', 'JSON', 'JSON']);
  assert.deepEqual(typeOf('action'), ['BYTE_ARRAY', 'STRING', 'UTF8']);
  assert.deepEqual(typeOf('request_transaction_id'), ['INT64', undefined, undefined]);
  assert.deepEqual(typeOf('extracted_power'), ['DOUBLE', undefined, undefined]);
  assert.deepEqual(typeOf('exchange.offline'), ['BOOLEAN', undefined, undefined]);
  assert.ok(
    metadata.row_groups.every((group) =>
      group.columns.every(({ meta_data: chunk }) => chunk?.codec === 'ZSTD'),
    ),
  );

  const [first, second, gap] = rows;
  assert.deepEqual(first?.occurrence_time, new Date(DEPOT_TIME));
  assert.equal(first?.site_name, FORM.sites[0]?.name);
  assert.equal(first?.request_status, '=1+1');
  assert.equal(first?.request_info, 'a\r\nb\t"c" <&> _x0041_ \u0000 \ufffe 😀 ');
  assert.equal(first?.extracted_power, -3480);
  assert.equal(first?.['exchange.extracted_energy'], 0.1 + 0.2);
  assert.equal(first?.['exchange.offline'], true);
  assert.equal(first?.request_transaction_id, 9_223_372_036_854_775_807n);
  assert.equal(second?.request_transaction_id, -12n);
  assert.equal(second?.extracted_voltage, 1e21);
  assert.equal(second?.payload, '{"a":1.50,\n"b":9007199254740993,"c":"=x,y"}');
  assert.equal(second?.['exchange.response_time'], null);
  assert.equal(gap?.action, null);
});

test('cells of any number of row groups are those of the table', async () => {
  const texts = textsOf(
    Array.from({ length: 250 }, (_, n) =>
      entryAt(DEPOT_TIME + n, { messageId: `m${n}`, charger: `CP${n % 3}`, fields: { seq_no: n } }),
    ),
  );
  const cells = new EntryCells('depot', entryFormOf(FORM));
  for (const limits of [
    { rows: 100, bytes: 1e9 },
    { rows: 1e6, bytes: 20_000 },
  ]) {
    const { metadata, rows } = await exported(texts, limits);
    assert.ok(metadata.row_groups.length >= 3);
    assert.equal(Number(metadata.num_rows), 250);
    for (const [place, row] of rows.entries()) {
      const text = texts[place];
      const expected = text === undefined ? [] : cells.of(text);
      for (const [column, name] of names.entries()) {
        const value = row[name] ?? null;
        const shown = value instanceof Date ? value.toISOString() : value === null ? null : String(value);
        assert.equal(shown, expected[column], name);
      }
    }
  }
});

test('statistics tell least and greatest, and never of texts whose order is another in UTF-8', async () => {
  const infos = ['b', 'a', 'c'];
  const odd = ['a\uff01', 'a😀', 'a'];
  const texts = textsOf(
    infos.map((info, n) =>
      entryAt(DEPOT_TIME + n, {
        fields: {
          request_info: info,
          request_reason: odd[n] ?? '',
          request_vendor_id: n === 1 ? 'x'.repeat(300) : 'y',
          seq_no: n,
        },
      }),
    ),
  );
  const { metadata } = await exported(texts);
  const statistics = (name: string) =>
    metadata.row_groups[0]?.columns[names.indexOf(name)]?.meta_data?.statistics;
  assert.deepEqual(
    [statistics('request_info')?.min_value, statistics('request_info')?.max_value],
    ['a', 'c'],
  );
  assert.deepEqual(
    [statistics('exchange.seq_no')?.min_value, statistics('exchange.seq_no')?.max_value],
    [0n, 2n],
  );
  for (const name of ['request_reason', 'request_vendor_id', 'payload']) {
    assert.equal(statistics(name)?.max_value, undefined, name);
  }
  assert.equal(statistics('request_reason')?.null_count, 0n);
});

test('no entry makes a file that can be read, and a long payload stays whole', async () => {
  const empty = await exported([]);
  assert.deepEqual([empty.rows.length, empty.metadata.schema.length], [0, names.length + 1]);
  const long = `{"data":"${'ß'.repeat(1_500_000)}"}`;
  const { rows } = await exported(textsOf([entryAt(DEPOT_TIME, { request: wireOf(`[2,"1","X",${long}]`) })]));
  assert.equal(rows[0]?.payload, long);
});

test('the same entries make the same file', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => written((sink) => parquet.open(FORM, sink), textsOf(VARIED))),
  );
  assert.ok(one?.bytes.equals(two?.bytes ?? Buffer.alloc(0)));
});
