/** DuckDB reads what is exported, as typed columns and without a word about how. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { csv } from '../../packages/server/src/export/csv.ts';
import { FORM, textsOf, VARIED, written } from '../../packages/server/src/export/fixtures.ts';
import { ParquetExporter } from '../../packages/server/src/export/parquet.ts';
import { DEPOT_TIME, entryAt } from '../../packages/server/src/store/conformance/entries.ts';

let folder = '';
let instance: DuckDBInstance;
let duck: DuckDBConnection;

/** Several row groups, so that their statistics are put to use. */
const MANY = textsOf([
  ...VARIED,
  ...Array.from({ length: 5000 }, (_, n) =>
    entryAt(DEPOT_TIME + 10_000 + n, {
      charger: `CP${n % 7}`,
      fields: {
        connector_id: n % 3,
        extracted_power: n / 4,
        request_transaction_id: n,
        request_info: `ü${n}`,
      },
    }),
  ),
]);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-duckdb-'));
  const limits = { rows: 1000, bytes: 1e9 };
  const parquet = await written((sink) => new ParquetExporter(FORM, sink, limits), MANY);
  writeFileSync(join(folder, 'logs.parquet'), parquet.bytes);
  const texts = await written((sink) => csv.open({ ...FORM, guard: false }, sink), MANY);
  writeFileSync(join(folder, 'logs.csv'), texts.bytes);
  instance = await DuckDBInstance.create(':memory:');
  duck = await instance.connect();
  // Nothing may be fetched for it.
  await duck.run('SET autoinstall_known_extensions = false');
});
after(() => {
  duck.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => `'${join(folder, name)}'`;

async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
  return (await duck.runAndReadAll(sql)).getRowObjectsJson();
}

test('Parquet: columns have their types', async () => {
  const described = await rows(`DESCRIBE SELECT * FROM ${path('logs.parquet')}`);
  const types = new Map(described.map(({ column_name, column_type }) => [column_name, column_type]));
  assert.deepEqual(
    [
      'occurrence_time',
      'action',
      'payload',
      'connector_id',
      'request_transaction_id',
      'extracted_power',
      'exchange.offline',
      'exchange.response_time',
    ].map((name) => types.get(name)),
    [
      'TIMESTAMP WITH TIME ZONE',
      'VARCHAR',
      'JSON',
      'BIGINT',
      'BIGINT',
      'DOUBLE',
      'BOOLEAN',
      'TIMESTAMP WITH TIME ZONE',
    ],
  );
});

test('Parquet: values are what was recorded', async () => {
  const found = await rows(
    `SELECT epoch_ms(occurrence_time) AS at, site_name, request_status, request_info, request_transaction_id AS id,
       extracted_power AS power, payload::VARCHAR AS payload, payload->>'$.b' AS b, "exchange.offline" AS offline
     FROM ${path('logs.parquet')} ORDER BY occurrence_time LIMIT 3`,
  );
  const nothing = { request_status: null, request_info: null, power: null };
  assert.deepEqual(found, [
    {
      at: String(DEPOT_TIME),
      site_name: FORM.sites[0]?.name,
      request_status: '=1+1',
      request_info: 'a\r\nb\t"c" <&> _x0041_ \u0000 \ufffe 😀 ',
      id: '9223372036854775807',
      power: -3480,
      payload: '{"connectorId":1,"status":"Available"}',
      b: null,
      offline: true,
    },
    {
      ...nothing,
      at: String(DEPOT_TIME + 1007),
      site_name: FORM.sites[0]?.name,
      id: '-12',
      payload: '{"a":1.50,\n"b":9007199254740993,"c":"=x,y"}',
      b: '9007199254740993',
      offline: false,
    },
    {
      ...nothing,
      at: String(DEPOT_TIME + 2000),
      site_name: FORM.sites[0]?.name,
      id: null,
      payload: null,
      b: null,
      offline: null,
    },
  ]);
});

test('Parquet: what is asked for is found in its row group', async () => {
  const count = async (condition: string) =>
    Number((await rows(`SELECT count(*) AS n FROM ${path('logs.parquet')} WHERE ${condition}`))[0]?.n);
  assert.equal(await count('true'), MANY.length);
  assert.equal(await count("request_info = 'ü4321'"), 1);
  assert.equal(await count('request_transaction_id BETWEEN 1990 AND 2010'), 21);
  assert.equal(await count("occurrence_time >= TIMESTAMPTZ '2026-05-03 12:00:14Z'"), 1000);
  assert.equal(await count('extracted_power < 0'), 1);
  const [group] = await rows(
    `SELECT count(DISTINCT row_group_id) AS groups, any_value(compression) AS codec FROM parquet_metadata(${path('logs.parquet')})`,
  );
  assert.deepEqual(group, { groups: '6', codec: 'ZSTD' });
});

test('CSV: the same cells as in Parquet', async () => {
  const columns = [
    'action',
    'payload',
    'charger_id',
    'request_info',
    'request_transaction_id',
    '"exchange.id"',
  ];
  const texts = columns.map((column) => `${column}::VARCHAR`).join(', ');
  const read = `read_csv(${path('logs.csv')}, all_varchar = true, strict_mode = true)`;
  const empty = columns.map((column) => `coalesce(${column}::VARCHAR, '')`).join(', ');
  const [both] = await rows(
    `SELECT count(*) AS n FROM (SELECT ${empty} FROM ${read} EXCEPT ALL SELECT ${empty} FROM ${path('logs.parquet')})`,
  );
  assert.equal(both?.n, '0');
  const [all] = await rows(`SELECT count(*) AS n FROM (SELECT ${texts} FROM ${read})`);
  assert.equal(all?.n, String(MANY.length));
});
