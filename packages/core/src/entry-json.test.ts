import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry, EntryForm, Fields, FieldValue } from './index.ts';
import {
  decodeEntry,
  EntryCsvWriter,
  EntryJsonWriter,
  EXCHANGE_FIELDS,
  encodeEntry,
  FIELDS,
  firstIdAt,
  KINDS,
  NO_CONTEXT,
  OUTCOMES,
  PAGE_FIELDS,
} from './index.ts';

const utf8 = new TextEncoder();
const AT = Date.UTC(2026, 0, 5, 14, 58, 38, 7);
const REQUEST =
  '[2,"m1","StopTransaction",{"transactionId":9223372036854775807,"b":1.50,"a":"ä\\u0000\\ud800"}]';
const ANSWER = '[3,"m1",{"idTagInfo":{"status":"Accepted"}}]';

function entry(over: Partial<Entry> = {}): Entry {
  return {
    kind: 'exchange',
    at: AT,
    charger: 'CP "1"',
    connection: 'c-7',
    direction: 'station_to_csms',
    version: '1.6',
    messageId: 'm1',
    action: 'StopTransaction',
    outcome: 'answered',
    request: {
      bytes: utf8.encode(REQUEST),
      payload: { start: 26, end: utf8.encode(REQUEST).length - 1 },
      redacted: [],
      cut: null,
    },
    answer: { bytes: utf8.encode(ANSWER), payload: { start: 8, end: 43 }, redacted: [], cut: null },
    rejection: null,
    error: null,
    answeredAt: AT + 41,
    latency: 41_250,
    context: NO_CONTEXT,
    fields: {
      connector_id: 2,
      request_transaction_id: 9223372036854775807n,
      request_reason: '=cmd',
      transaction_id: '9223372036854775807',
      offline: false,
    },
    findings: [],
    event: null,
    ...over,
  };
}

function json(e: Entry, form: EntryForm = { siteName: 'Depot "A"', exchange: false, raw: false }): string {
  const writer = new EntryJsonWriter('depot', form);
  writer.item(encodeEntry(firstIdAt(e.at) + 3n, e));
  return new TextDecoder().decode(writer.take());
}

test('an entry has every field of the page, in its order, null where it does not apply', () => {
  const members = Object.keys(JSON.parse(json(entry())) as object);
  assert.deepEqual(members, [
    'occurrence_time',
    'action',
    'payload',
    'site_id',
    'site_name',
    'charger_id',
    ...PAGE_FIELDS,
  ]);
  assert.ok(json(entry()).includes('"request_timestamp":null,"request_info":null'));
});

test('payload text and int64 digits stand in the answer as they came', () => {
  const text = json(entry());
  assert.ok(
    text.startsWith(
      '{"occurrence_time":"2026-01-05T14:58:38.007Z","action":"StopTransaction","payload":{"transactionId":9223372036854775807,"b":1.50,"a":"ä\\u0000\\ud800"},"site_id":"depot","site_name":"Depot \\"A\\"","charger_id":"CP \\"1\\"","connector_id":2,',
    ),
    text,
  );
  assert.ok(text.includes('"request_transaction_id":9223372036854775807,'));
});

test('the validation group tells findings with their meaning, also those of codes that are gone', () => {
  const findings: Entry['findings'] = [
    { code: 'unit-assumed', path: 'meterValue[0].sampledValue[1]', detail: 'Wh' },
    { code: 'truncated' },
  ];
  const gone = JSON.parse('[{"code":"of-an-older-version"}]') as Entry['findings'];
  const told = (e: Entry) =>
    (
      JSON.parse(json(e, { siteName: '', exchange: false, raw: false, validation: true })) as {
        validation: unknown;
      }
    ).validation;
  assert.deepEqual(told(entry({ findings })), {
    findings: [
      {
        code: 'unit-assumed',
        severity: 'unusual',
        text: 'No unit was given; the usual one was assumed.',
        path: 'meterValue[0].sampledValue[1]',
        detail: 'Wh',
        clause: 'OCPP 1.6 SampledValue, 2.0.1 UnitOfMeasureType',
      },
      {
        code: 'truncated',
        severity: 'info',
        text: 'The frame was longer than what is kept; its payload was not read.',
        path: null,
        detail: null,
        clause: null,
      },
    ],
    complete: false,
  });
  assert.deepEqual(told(entry({ findings: gone })), {
    findings: [
      { code: 'of-an-older-version', severity: null, text: null, path: null, detail: null, clause: null },
    ],
    complete: false,
  });
  const nothingAround: Entry = { ...entry({ findings: [] }), kind: 'gap', action: null };
  assert.deepEqual(told(nothingAround), { findings: [], complete: true });
  assert.equal(json(entry({ findings })).includes('validation'), false);
});

test('the exchange group holds its members in order, the answer spliced in', () => {
  const text = json(entry(), { siteName: '', exchange: true, raw: false });
  const group = (JSON.parse(text) as { exchange: Record<string, unknown> }).exchange;
  assert.deepEqual(Object.keys(group), [
    ...['id', 'kind', 'direction', 'ocpp_version', 'connection_id', 'message_id', 'outcome', 'latency_ms'],
    ...['response_time', 'response_payload', 'error_code', 'error_description', 'error_details'],
    ...EXCHANGE_FIELDS,
  ]);
  assert.equal(group.id, String(firstIdAt(AT) + 3n));
  assert.equal(group.latency_ms, 41.25);
  assert.equal(group.response_time, '2026-01-05T14:58:38.048Z');
  assert.deepEqual(group.response_payload, { idTagInfo: { status: 'Accepted' } });
  assert.equal(group.transaction_id, '9223372036854775807');
  assert.equal(group.offline, false);
});

test('details of an error are its text, whatever its type', () => {
  const answer = '[4,"m1","InternalError","failed","SQL [insert..."]';
  const start = answer.indexOf('"SQL');
  const text = json(
    entry({
      outcome: 'error',
      answer: { bytes: utf8.encode(answer), payload: null, redacted: [], cut: null },
      error: { code: 'InternalError', description: 'failed', details: { start, end: answer.length - 1 } },
    }),
    { siteName: '', exchange: true, raw: false },
  );
  assert.ok(
    text.includes(
      '"response_payload":null,"error_code":"InternalError","error_description":"failed","error_details":"SQL [insert..."',
    ),
    text,
  );
});

test('raw gives both texts, the masked paths, and base64 where bytes are not UTF-8', () => {
  const form = { siteName: '', exchange: false, raw: true };
  assert.deepEqual((JSON.parse(json(entry(), form)) as { raw: unknown }).raw, {
    request_text: REQUEST,
    response_text: ANSWER,
    redacted: [],
    truncated: false,
  });
  const broken = entry({
    kind: 'malformed',
    action: null,
    request: {
      bytes: Uint8Array.of(0xff, 0x00),
      payload: null,
      redacted: ['$.a'],
      cut: { length: 9, sha256: 'ab' },
    },
    answer: null,
  });
  assert.deepEqual((JSON.parse(json(broken, form)) as { raw: unknown }).raw, {
    request_text: '/wA=',
    response_text: null,
    encoding: 'base64',
    redacted: ['$.a'],
    truncated: true,
    length: 9,
    sha256: 'ab',
  });
});

test('other kinds have neither action nor payload, and tell their event in the exchange group', () => {
  const gap = entry({
    kind: 'gap',
    action: null,
    request: null,
    answer: null,
    event: {
      event: 'gap',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T00:01:00.000Z',
      reason: 'restart',
    },
  });
  const parsed = JSON.parse(json(gap, { siteName: '', exchange: true, raw: false })) as Record<
    string,
    unknown
  >;
  assert.equal(parsed.action, null);
  assert.equal(parsed.payload, null);
  assert.deepEqual((parsed.exchange as Record<string, unknown>).event, gap.event);
});

test('a call whose payload was null or [] shows {}', () => {
  const request = {
    bytes: utf8.encode('[2,"1","Heartbeat",null]'),
    payload: null,
    redacted: [],
    cut: null,
  };
  assert.ok(json(entry({ request })).includes('"payload":{},'));
});

test('items are separated by commas, lines end in a line feed', () => {
  const writer = new EntryJsonWriter('s', { siteName: 's', exchange: false, raw: false });
  const text = encodeEntry(firstIdAt(AT), entry());
  writer.item(text);
  writer.item(text);
  assert.equal((JSON.parse(`[${new TextDecoder().decode(writer.take())}]`) as unknown[]).length, 2);
  writer.line(text);
  assert.ok(new TextDecoder().decode(writer.take()).endsWith('}\n'));
});

test('an entry is one line of NDJSON, also where its payload was sent over several', () => {
  const sent = '[2,"1","Heartbeat",{\n  "a":\r\n"b\\nc"}]';
  const bytes = utf8.encode(sent);
  const writer = new EntryJsonWriter('s', { siteName: 's', exchange: false, raw: false });
  const request = { bytes, payload: { start: 19, end: bytes.length - 1 }, redacted: [], cut: null };
  writer.line(encodeEntry(firstIdAt(AT), entry({ request })));
  const text = new TextDecoder().decode(writer.take());
  assert.equal(text.indexOf('\n'), text.length - 1);
  assert.deepEqual((JSON.parse(text) as { payload: unknown }).payload, { a: 'b\nc' });
});

test('CSV quotes by RFC 4180 and keeps texts from being read as formulas', () => {
  const writer = new EntryCsvWriter('depot', { siteName: '+Depot', exchange: false, raw: false });
  writer.header();
  writer.line(encodeEntry(firstIdAt(AT), entry()));
  const [header = '', line = ''] = new TextDecoder().decode(writer.take()).split('\r\n');
  assert.equal(
    header,
    ['occurrence_time,action,payload,site_id,site_name,charger_id', ...PAGE_FIELDS].join(','),
  );
  assert.ok(
    line.startsWith(
      '2026-01-05T14:58:38.007Z,StopTransaction,"{""transactionId"":9223372036854775807,""b"":1.50,""a"":""ä\\u0000\\ud800""}",depot,\'+Depot,"CP ""1""",2,,,,\'=cmd,,9223372036854775807,',
    ),
    line,
  );
  assert.equal(header.split(',').length, 36);
});

const fieldValue: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.string({ unit: 'binary' }),
  // A whole number beyond is a bigint wherever it is read: exact-numbers.ts.
  fc.double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }).map((n) => n + 0),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.array(
    fc.record({
      start_period: fc.integer(),
      limit: fc.double({ min: 0, max: 64 }),
      number_phases: fc.constant(null),
    }),
  ),
);

test('encodeEntry and decodeEntry are inverse', () => {
  const wire = fc.record({
    bytes: fc.uint8Array(),
    payload: fc.option(fc.record({ start: fc.nat(9), end: fc.nat(99) })),
    redacted: fc.array(fc.string()),
    cut: fc.option(fc.record({ length: fc.nat(), sha256: fc.string() })),
  });
  const fields = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), fieldValue), { selector: ([name]) => name })
    .map((pairs) => Object.fromEntries(pairs) as Fields);
  fc.assert(
    fc.property(
      fields,
      wire,
      fc.option(wire),
      fc.constantFrom(...KINDS),
      fc.constantFrom(...OUTCOMES),
      (derived, request, answer, kind, outcome) => {
        const before = entry({ fields: derived, request, answer, kind, outcome });
        const after = decodeEntry(encodeEntry(firstIdAt(AT) + 5n, before));
        assert.deepEqual(normal(after), normal(before));
      },
    ),
  );
});

/** -0 has no JSON of its own, and null-prototype records of fast-check are plain records to us. */
function normal(e: Entry): unknown {
  return JSON.parse(JSON.stringify(e, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)));
}
