import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALL_COLUMNS,
  type Entry,
  EntryColumnsJsonWriter,
  EntryJsonWriter,
  encodeEntry,
  firstIdAt,
  NO_CONTEXT,
} from './index.ts';

const AT = Date.UTC(2026, 0, 5, 14, 58, 38, 7);
const REQUEST = '[2,"m1","StatusNotification",{ "status":"Faulted",\n"n":1.50 }]';
const ENTRY: Entry = {
  kind: 'exchange',
  at: AT,
  charger: 'CP "1"',
  connection: 'c',
  direction: 'station_to_csms',
  version: '1.6',
  messageId: 'm1',
  action: 'StatusNotification',
  outcome: 'timeout',
  request: {
    bytes: new TextEncoder().encode(REQUEST),
    payload: { start: REQUEST.indexOf('{'), end: REQUEST.length - 1 },
    redacted: [],
    cut: null,
  },
  answer: null,
  rejection: null,
  error: null,
  answeredAt: null,
  latency: null,
  context: NO_CONTEXT,
  fields: { connector_id: 1, request_status: 'Faulted', request_transaction_id: 9_223_372_036_854_775_807n },
  findings: [],
  event: null,
};
const TEXT = encodeEntry(firstIdAt(AT), ENTRY);

function lineOf(columns: readonly string[]): string {
  const writer = new EntryColumnsJsonWriter('depot', {
    siteName: 'Depot',
    exchange: false,
    raw: false,
    columns,
  });
  writer.line(TEXT);
  return new TextDecoder().decode(writer.take());
}

test('members stand in the order in which they are named, those of a group where the first of them is', () => {
  assert.equal(
    lineOf(['exchange.outcome', 'site_name', 'exchange.latency_ms', 'occurrence_time', 'raw.truncated']),
    '{"exchange":{"outcome":"timeout","latency_ms":null},"site_name":"Depot","occurrence_time":"2026-01-05T14:58:38.007Z","raw":{"truncated":false}}\n',
  );
  assert.equal(lineOf(['charger_id']), '{"charger_id":"CP \\"1\\""}\n');
});

test('payloads and long numbers keep their text, on one line', () => {
  assert.equal(
    lineOf(['payload', 'request_transaction_id']),
    '{"payload":{ "status":"Faulted", "n":1.50 },"request_transaction_id":9223372036854775807}\n',
  );
});

test('with every column it says what the entry of the API says', () => {
  const whole = new EntryJsonWriter('depot', { siteName: 'Depot', exchange: true, raw: true });
  whole.line(TEXT);
  const expected = JSON.parse(new TextDecoder().decode(whole.take()));
  const named = JSON.parse(lineOf(ALL_COLUMNS.map(({ name }) => name)));
  // Members that an entry has only where there is something to tell are null here.
  const told = Object.entries(named.exchange).filter(
    ([name, value]) => name in expected.exchange || value !== null,
  );
  assert.deepEqual({ ...named, exchange: Object.fromEntries(told), raw: null }, { ...expected, raw: null });
  for (const [name, value] of Object.entries(expected.raw)) assert.deepEqual(named.raw[name], value, name);
});

test('another site is told from where it begins', () => {
  const form = { siteName: 'Depot', exchange: false, raw: false, columns: ['site_id', 'site_name'] };
  const writer = new EntryColumnsJsonWriter('depot', form);
  writer.line(TEXT);
  writer.of('yard', 'Yard');
  writer.line(TEXT);
  assert.equal(
    new TextDecoder().decode(writer.take()),
    '{"site_id":"depot","site_name":"Depot"}\n{"site_id":"yard","site_name":"Yard"}\n',
  );
});
