import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DEPOT_TIME, entryAt, wireOf } from '../store/conformance/entries.ts';
import { FORM, textsOf, VARIED, written } from './fixtures.ts';
import { TraceExporter, trace } from './trace.ts';
import { TraceRig } from './trace-rig.fixture.ts';

const TRACES = join(import.meta.dirname, '../../../../../shared/data/open-ocpp-trace');
const absent = existsSync(TRACES) ? false : 'the published traces are not there';

async function records(texts: Parameters<typeof written>[1]) {
  const { bytes, remarks } = await written((sink) => trace.open(FORM, sink), texts);
  const lines = bytes.toString().split('\n').slice(0, -1);
  return { lines, records: lines.map((line): Record<string, unknown> => JSON.parse(line)), remarks };
}

test('a call and its answer are two records at their own times, raw as the text was', async () => {
  const call = '[2,"m1","StatusNotification", {"connectorId":1,\n"big":9007199254740993,"n":1.50}]';
  const { lines, remarks } = await records(textsOf([entryAt(DEPOT_TIME, { request: wireOf(call) })]));
  assert.deepEqual(remarks, []);
  assert.deepEqual(lines, [
    `{"schemaVersion":"1.1","timestamp":"2026-05-03T12:00:00.000Z","ocppVersion":"1.6","transport":"json","chargePointId":"CP1","connectorId":1,"direction":"cp-to-csms","messageType":"CALL","messageId":"m1","action":"StatusNotification","payload":{"connectorId":1, "big":9007199254740993,"n":1.50},"raw":${JSON.stringify(call)}}`,
    '{"schemaVersion":"1.1","timestamp":"2026-05-03T12:00:00.040Z","ocppVersion":"1.6","transport":"json","chargePointId":"CP1","direction":"csms-to-cp","messageType":"CALLRESULT","messageId":"m1","payload":{},"raw":"[3,\\"m1\\",{}]"}',
  ]);
});

test('records stand in the order of their times, also where answers are late or early', async () => {
  const answered = (at: number, ms: number) => entryAt(at, { answeredAt: at + ms, messageId: `m${at}` });
  const { records: found } = await records(
    textsOf([
      answered(DEPOT_TIME, 500_000),
      answered(DEPOT_TIME + 1, 1),
      answered(DEPOT_TIME + 2, 0),
      answered(DEPOT_TIME + 20_000, -9_000),
      answered(DEPOT_TIME + 600_000, 5),
    ]),
  );
  const times = found.map(({ timestamp }) => String(timestamp));
  assert.deepEqual(times, times.toSorted());
  assert.deepEqual(
    found.slice(0, 6).map(({ timestamp, messageType }) => [String(timestamp).slice(17, 23), messageType]),
    [
      ['00.000', 'CALL'],
      ['00.001', 'CALL'],
      ['00.002', 'CALLRESULT'],
      ['00.002', 'CALL'],
      ['00.002', 'CALLRESULT'],
      ['11.000', 'CALLRESULT'],
    ],
  );
});

test('what waits for its turn is bounded; what then comes too late is written and counted', async () => {
  const late = entryAt(DEPOT_TIME, { answeredAt: DEPOT_TIME + 30_000 });
  const others = Array.from({ length: 50 }, (_, n) =>
    entryAt(DEPOT_TIME + n, { answeredAt: DEPOT_TIME + n }),
  );
  const { bytes, remarks } = await written(
    (sink) => new TraceExporter(sink, { heldMax: 100 }),
    textsOf([late, ...others]),
  );
  assert.equal(bytes.toString().trimEnd().split('\n').length, 102);
  assert.deepEqual(remarks, [
    { count: 100, text: 'records that came too late for their place and stand behind later ones' },
  ]);
});

const rangeIn = (text: string) => ({ start: text.indexOf('{'), end: text.lastIndexOf('}') + 1 });

test('errors, rejections, SEND, orphans and malformed frames are told as far as the schema can', async () => {
  const rejection = '[5,"m1","FormatViolation","bad",{"a":[1,\n2]}]';
  const error = '[4,"m1","NotImplemented","",{}]';
  const nothing = { answer: null, answeredAt: null, latency: null } as const;
  const lone = (kind: 'orphan' | 'malformed', text: string, over = {}) =>
    ({
      kind,
      action: null,
      outcome: null,
      messageId: null,
      request: wireOf(text),
      ...nothing,
      ...over,
    }) as const;
  const texts = textsOf([
    entryAt(DEPOT_TIME, {
      outcome: 'result_rejected',
      rejection: wireOf(rejection),
      error: { code: 'FormatViolation', description: 'bad', details: rangeIn(rejection) },
    }),
    entryAt(DEPOT_TIME + 100, {
      outcome: 'error',
      answer: wireOf(error),
      error: { code: 'NotImplemented', description: '', details: rangeIn(error) },
    }),
    entryAt(DEPOT_TIME + 200, {
      ...nothing,
      outcome: 'sent',
      request: wireOf('[6,"s","NotifyPeriodicEventStream",{}]'),
    }),
    entryAt(DEPOT_TIME + 300, lone('orphan', '[3,"9",{"a":1.0}]')),
    entryAt(DEPOT_TIME + 400, lone('orphan', '[4,"9","InternalError",null,null]')),
    entryAt(DEPOT_TIME + 500, lone('malformed', '[2,"7","Reset",["no object"]]')),
    entryAt(DEPOT_TIME + 600, lone('malformed', 'no JSON at all')),
    entryAt(DEPOT_TIME + 700, { ...lone('malformed', ''), request: wireOf(Uint8Array.of(0xff, 0xfe)) }),
    ...VARIED.slice(2),
  ]);
  const { records: found, remarks } = await records(texts.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const shown = found.map(({ messageType, messageId, action, payload, error: told, meta }) =>
    Object.fromEntries(
      Object.entries({ messageType, messageId, action, payload, error: told, meta }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  );
  assert.deepEqual(shown.slice(2), [
    {
      messageType: 'CALLERROR',
      messageId: 'm1',
      error: { code: 'FormatViolation', description: 'bad', details: { a: [1, 2] } },
      meta: { messageTypeId: 5 },
    },
    {
      messageType: 'CALL',
      messageId: 'm1',
      action: 'StatusNotification',
      payload: { connectorId: 1, status: 'Available' },
    },
    {
      messageType: 'CALLERROR',
      messageId: 'm1',
      error: { code: 'NotImplemented', description: '', details: {} },
    },
    {
      messageType: 'CALL',
      messageId: 'm1',
      action: 'StatusNotification',
      payload: {},
      meta: { messageTypeId: 6 },
    },
    { messageType: 'CALLRESULT', messageId: '9', payload: { a: 1 } },
    { messageType: 'CALLERROR', messageId: '9', error: { code: 'InternalError' } },
    { messageType: 'CALL', messageId: '7', action: 'Reset' },
  ]);
  assert.deepEqual(
    remarks.map(({ count }) => count),
    [1, 1, 1],
  );
  assert.deepEqual(remarks.map(({ text }) => text.split(' (')[0]).toSorted(), [
    'entries whose frames are not UTF-8',
    'entries without a frame',
    'malformed entries that have no message type the trace knows',
  ]);
});

test('every record fits the published schema', { skip: absent }, async () => {
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  const check = ajv.compile(JSON.parse(readFileSync(join(TRACES, 'trace-v1.schema.json'), 'utf8')));
  const rejected = entryAt(DEPOT_TIME + 5, {
    outcome: 'result_rejected',
    rejection: wireOf('[5,"m1","FormatViolation","bad",{}]'),
    error: { code: 'FormatViolation', description: 'bad', details: null },
  });
  const { records: found } = await records(textsOf([...VARIED, rejected]));
  assert.equal(found.length, 6);
  for (const record of found) assert.ok(check(record), JSON.stringify([record, check.errors]));
});

test('published traces come out as they went in', { skip: absent }, async (t) => {
  const names = readdirSync(TRACES, { withFileTypes: true }).filter((item) => item.isDirectory());
  assert.ok(names.length > 0);
  for (const { name } of names) {
    const published = readFileSync(join(TRACES, name, 'trace.jsonl'), 'utf8');
    const rig = new TraceRig();
    t.after(() => rig.close());
    await rig.takeTrace(published);
    assert.equal((await rig.trace()).text.trimEnd(), published.trimEnd(), name);
  }
});
