import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Entry,
  EntryCells,
  EntryCsvWriter,
  type EntryForm,
  EXCHANGE_FIELDS,
  encodeEntry,
  entryColumns,
  firstIdAt,
  NO_CONTEXT,
  OcppLogSchema,
  PAGE_FIELDS,
} from './index.ts';

const AT = Date.UTC(2026, 0, 5, 14, 58, 38, 7);
const ALL: EntryForm = { siteName: '@Depot', exchange: true, raw: true };
const utf8 = new TextEncoder();

function wire(text: string, start: number) {
  const bytes = utf8.encode(text);
  return { bytes, payload: { start, end: bytes.length - 1 }, redacted: [], cut: null };
}

const ENTRY: Entry = {
  kind: 'exchange',
  at: AT,
  charger: '-CP',
  connection: 'c',
  direction: 'station_to_csms',
  version: '1.6',
  messageId: '+1',
  action: 'StopTransaction',
  outcome: 'error',
  request: wire('[2,"+1","StopTransaction",{"meterStop":-5}]', 26),
  answer: wire('[4,"+1","GenericError","\\tno","=details"]', 23),
  rejection: null,
  error: { code: 'GenericError', description: '\tno', details: { start: 30, end: 40 } },
  answeredAt: AT + 41,
  latency: 41_250,
  context: NO_CONTEXT,
  fields: {
    connector_id: 2,
    request_transaction_id: 9223372036854775807n,
    request_meter_stop: '-5',
    req_cs_profile_sched_schedule_period: [{ start_period: 0, limit: -1.5, number_phases: null }],
    extracted_power: -3480,
    offline: false,
  },
  findings: [],
  event: null,
};
const TEXT = encodeEntry(firstIdAt(AT), ENTRY);

/** Column name to cell of the CSV, which has no quoted comma in its header. */
function csvCells(form: EntryForm): ReadonlyMap<string, string> {
  const writer = new EntryCsvWriter('depot', form);
  writer.header();
  writer.line(TEXT);
  const [header = '', line = ''] = new TextDecoder().decode(writer.take()).split('\r\n');
  const cells = [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell = '']) => cell);
  return new Map(header.split(',').map((name, place) => [name, cells[place] ?? '?']));
}

test('columns are those of the API, in its order, groups named before a dot', () => {
  const { exchange, raw } = OcppLogSchema.properties;
  assert.deepEqual(
    entryColumns(ALL).map(({ name }) => name),
    [
      'occurrence_time',
      'action',
      'payload',
      'site_id',
      'site_name',
      'charger_id',
      ...PAGE_FIELDS,
      ...Object.keys(exchange.properties).map((name) => `exchange.${name}`),
      ...Object.keys(raw.properties).map((name) => `raw.${name}`),
    ],
  );
  assert.equal(entryColumns({ exchange: false, raw: false }).length, 36);
  assert.equal(EXCHANGE_FIELDS.length, 10);
});

test('types agree with those of the API', () => {
  const properties: Readonly<Record<string, unknown>> = {
    ...OcppLogSchema.properties,
    ...prefixed('exchange', OcppLogSchema.properties.exchange.properties),
    ...prefixed('raw', OcppLogSchema.properties.raw.properties),
  };
  const expected = {
    text: 'string',
    time: 'string',
    number: 'number',
    integer: 'number',
    boolean: 'boolean',
  };
  for (const { name, type } of entryColumns(ALL)) {
    const schema = JSON.stringify(properties[name]);
    if (type === 'json')
      assert.doesNotMatch(schema, /^\{"(anyOf":\[\{")?type":"(string|number|boolean)"/, name);
    else
      assert.match(
        schema.replace('"integer"', '"number"'),
        new RegExp(`"(type":"${expected[type]}|enum)"`),
        name,
      );
  }
});

function prefixed(group: string, properties: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [`${group}.${name}`, schema]));
}

test('cells are texts, exact digits and JSON; null where there is none', () => {
  const cells = new EntryCells('depot', ALL);
  const byName = new Map(cells.columns.map(({ name }, place) => [name, cells.of(TEXT)[place]]));
  const expected = {
    occurrence_time: '2026-01-05T14:58:38.007Z',
    payload: '{"meterStop":-5}',
    charger_id: '-CP',
    request_transaction_id: '9223372036854775807',
    request_meter_stop: '-5',
    req_cs_profile_sched_schedule_period: '[{"start_period":0,"limit":-1.5,"number_phases":null}]',
    extracted_power: '-3480',
    extracted_voltage: null,
    'exchange.latency_ms': '41.25',
    'exchange.response_time': '2026-01-05T14:58:38.048Z',
    'exchange.offline': 'false',
    'exchange.error_description': '\tno',
    'exchange.error_details': '"=details"',
    'exchange.response_payload': null,
    'exchange.event': null,
    'raw.truncated': 'false',
    'raw.redacted': '[]',
  };
  for (const [name, cell] of Object.entries(expected)) assert.equal(byName.get(name), cell, name);
});

test('only texts that begin like a formula get an apostrophe: no number, no JSON, and none without guard', () => {
  const guarded = csvCells(ALL);
  const bare = csvCells({ ...ALL, guard: false });
  const texts = {
    charger_id: '-CP',
    site_name: '@Depot',
    request_meter_stop: '-5',
    'exchange.message_id': '+1',
    'exchange.error_description': '\tno',
  };
  for (const [name, text] of Object.entries(texts)) {
    assert.equal(guarded.get(name), `'${text}`, name);
    assert.equal(bare.get(name), text, name);
  }
  for (const cells of [guarded, bare]) {
    assert.equal(cells.get('extracted_power'), '-3480');
    assert.equal(cells.get('exchange.error_details'), '"""=details"""');
    assert.equal(cells.get('payload'), '"{""meterStop"":-5}"');
  }
});
