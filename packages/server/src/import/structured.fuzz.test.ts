import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apiPages } from './api-pages.ts';
import { citrineos } from './citrineos.ts';
import { csvFrames } from './csv-frames.ts';
import { detect } from './detect.ts';
import { type ImportedLine, type ImportFormat, MissingOption } from './format.ts';
import { ocppDebugkit } from './ocpp-debugkit.ts';
import { ocppLogs } from './ocpp-logs.ts';
import { openOcppTrace } from './open-ocpp-trace.ts';
import { sampleOf } from './sample.ts';
import { chunksOf, fixture } from './source-double.ts';

const LOGS: readonly (readonly [ImportFormat, string])[] = [
  [citrineos, 'citrineos.csv'],
  [citrineos, 'citrineos.json'],
  [ocppDebugkit, 'ocpp-debugkit.json'],
  [csvFrames, 'csv-frames.csv'],
  [ocppLogs, 'chargepilot.csv'],
  [ocppLogs, 'chargepilot.json'],
  [openOcppTrace, 'open-ocpp-trace.jsonl'],
  [apiPages, 'plugchoice.json'],
  [apiPages, 'flipturn.json'],
];
const FORMATS = [...new Set(LOGS.map(([format]) => format))];

async function read(
  format: ImportFormat,
  content: string | Uint8Array,
  size = 64 * 1024,
): Promise<readonly ImportedLine[]> {
  const batches = format.read(chunksOf(content, size), { timeZone: 'UTC', date: null });
  return (await Array.fromAsync(batches)).flat();
}

const frames = (lines: readonly ImportedLine[]) =>
  lines.flatMap((line) => (line.kind === 'frame' ? line.frame : []));

for (const [format, name] of LOGS) {
  test(`${name}: the chunks make no difference`, async () => {
    const bytes = fixture(name);
    const whole = await read(format, bytes);
    for (const size of [1, 2, 13, 100]) assert.deepEqual(await read(format, bytes, size), whole);
  });

  test(`${name}: cut off anywhere, it gives what stands before`, async () => {
    const bytes = fixture(name);
    const whole = frames(await read(format, bytes));
    for (let end = 0; end < bytes.length; end += 3) {
      const cut = bytes.subarray(0, end);
      const found = detect(sampleOf(cut));
      assert.ok(typeof found === 'string' || found.confidence <= 1);
      const part = frames(await read(format, cut));
      // The columns of a table are found by what is left of it; its last row may be a part of one.
      if (format === csvFrames) continue;
      assert.deepEqual(part.slice(0, -2), whole.slice(0, Math.max(0, part.length - 2)));
    }
  });

  test(`${name}: bytes that were changed or put in are told, never thrown`, async () => {
    const bytes = fixture(name);
    const change = fc.record({
      at: fc.nat(bytes.length),
      drop: fc.nat(5),
      put: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('"', '{', '}', '[', ']', '\n', ',', '\\', '\0'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        let content = bytes.toString();
        for (const { at, drop, put } of changes)
          content = content.slice(0, at) + put + content.slice(at + drop);
        try {
          for (const line of await read(format, content)) assert.ok(line.line >= 1);
        } catch (error) {
          assert.ok(error instanceof MissingOption, String(error));
        }
      }),
      { numRuns: 150 },
    );
  });
}

const NAMES = (
  'schemaVersion timestamp direction chargePointId messageType messageId action payload raw error transport ' +
  'occurrence_time charger_id connector_id exchange exchange.kind raw.request_text response_id_tag_info_status ' +
  'stationId correlationId origin message type state protocol method params result destination created_at id ' +
  'messagePayload messageResponse __proto__ constructor'
).split(' ');
const VALUES = [
  ...[
    'cp-to-csms',
    'cs',
    'csms',
    'CS_TO_CSMS',
    'CALL',
    'CALLERROR',
    'Heartbeat',
    'DataTransfer',
    '1.1',
    '',
    '2',
  ],
  ...[
    '2026-01-31T12:00:00Z',
    '2026-02-31T12:00:00Z',
    '[2,"1","Heartbeat",{}]',
    '{"a":1}',
    '[]',
    '{',
    'connection',
  ],
  ...[
    1769860800,
    1.7e12,
    1e300,
    -1,
    [2, '1', 'Heartbeat', {}],
    { kind: 'orphan' },
    { errorCode: 'NotSupported' },
  ],
];

test('records of random members and types are told, never thrown', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...VALUES));
  const record = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), value, { maxKeys: 14 });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 4 }), fc.boolean(), async (records, listed) => {
      const content = listed
        ? JSON.stringify({ data: records })
        : records.map((each) => JSON.stringify(each)).join('\n');
      detect(sampleOf(Buffer.from(content)));
      for (const format of FORMATS) {
        for (const line of await read(format, content)) {
          assert.ok(line.kind !== 'frame' || line.frame.length > 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a table of random cells is told, never thrown', async () => {
  const name = fc.constantFrom(...NAMES, 'msg', 'time', 'id');
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom(...VALUES.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))),
  );
  const table = fc.tuple(
    fc.array(name, { minLength: 1 }),
    fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async ([names, body], quoted) => {
      const text = (part: string) => (quoted ? `"${part.replaceAll('"', '""')}"` : part);
      const content = [names, ...body].map((row) => row.map(text).join(',')).join('\r\n');
      for (const format of FORMATS) {
        try {
          await read(format, content);
        } catch (error) {
          assert.ok(error instanceof MissingOption, String(error));
        }
      }
    }),
    { numRuns: 200 },
  );
});

const event = (station: string, number: number) =>
  JSON.stringify({
    stationId: station,
    correlationId: `${number}`,
    origin: 'cs',
    message: [2, `${number}`, 'Heartbeat', {}],
    timestamp: '2026-01-31T12:00:00Z',
  });

test('stations that take turns are kept apart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('A', 'B', 'C'), { maxLength: 30 }), async (stations) => {
      const read1 = await read(citrineos, stations.map(event).join('\n'));
      assert.deepEqual(
        read1.map((line) => line.kind === 'frame' && [line.charger, line.frame]),
        stations.map((station, number) => [station, `[2,"${number}","Heartbeat",{}]`]),
      );
    }),
  );
});

test('a record of 10 MB is read whole', async () => {
  const data = 'x]}"\\'.repeat(1_200_000);
  const frame = JSON.stringify([2, '1', 'DataTransfer', { vendorId: 'V', data }]);
  const payload = JSON.stringify({ vendorId: 'V', data });
  const time = '2026-01-31T12:00:00Z';
  const contents: readonly (readonly [ImportFormat, string, string])[] = [
    [ocppDebugkit, `{"timestamp":"${time}","direction":"CS_TO_CSMS","message":${frame}}`, frame],
    [
      citrineos,
      `{"stationId":"C","correlationId":"1","origin":"cs","message":${frame},"timestamp":"${time}"}`,
      frame,
    ],
    [
      openOcppTrace,
      `{"schemaVersion":"1.1","timestamp":"${time}","direction":"cp-to-csms","raw":${JSON.stringify(frame)}}`,
      frame,
    ],
    [
      ocppLogs,
      `{"ocpp_logs":[{"occurrence_time":"${time}","action":"DataTransfer","charger_id":"C","payload":${payload},"exchange":{"kind":"exchange","message_id":"1"}}],"count":1}`,
      frame,
    ],
    [csvFrames, `time,cp,msg\n${time},C,"${frame.replaceAll('"', '""')}"\n`, frame],
  ];
  for (const [format, content, expected] of contents) {
    const [line] = await read(format, content);
    assert.ok(line?.kind === 'frame', format.name);
    assert.equal(line.frame === expected, true, format.name);
  }
});
