import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { detect } from './detect.ts';
import { frameAt, type ImportedLine, MissingOption } from './format.ts';
import { FORMATS } from './formats.ts';
import { openOcppTrace } from './open-ocpp-trace.ts';
import { plainFrames } from './plain-frames.ts';
import { sampleOf } from './sample.ts';
import { readAll } from './source-double.ts';
import { timedFrames } from './timed-frames.ts';

const detected = (text: string) => {
  const found = detect(sampleOf(Buffer.from(text)));
  return typeof found === 'string' ? found : found.format.name;
};

const RECORD = {
  schemaVersion: '1.1',
  timestamp: '2024-01-15T10:00:00.000Z',
  ocppVersion: '1.6',
  transport: 'json',
  chargePointId: 'CP 1',
  direction: 'cp-to-csms',
  messageType: 'CALL',
  messageId: 'm1',
  action: 'Heartbeat',
  payload: {},
};

const reasonOf = (line: ImportedLine) => (line.kind === 'skipped' ? line.reason : line.kind);

test('each format is recognised by its own look', () => {
  assert.equal(detected(`${JSON.stringify(RECORD)}\n`), 'open-ocpp-trace');
  assert.equal(detected(`[\n ${JSON.stringify(RECORD, null, 2)}\n]`), 'open-ocpp-trace');
  assert.equal(detected('2024-01-15T10:00:00Z SEND [2,"1","Heartbeat",{}]\n'), 'timed-frames');
  assert.equal(detected('# our log\n2024-01-15 10:00:00,5+0100 << [3,"1",{}]\n'), 'timed-frames');
  assert.equal(detected('[2,"1","Heartbeat",{}]\n[3,"1",{}]\n'), 'plain-frames');
  assert.equal(detected('[[2,"1","Heartbeat",{}],\n[3,"1",{}]]'), 'plain-frames');
});

test('the line shown of each format is of that format', () => {
  for (const { name, example } of FORMATS) {
    const found = detect(sampleOf(Buffer.from(`${example}\n`)));
    assert.equal(typeof found === 'string' ? found : found.format.name, name);
  }
});

test('what is not read is refused by name', () => {
  assert.match(detected('hello\nworld\n'), /^no known format; its first line is: hello$/);
  assert.match(detected('\n\n'), /^there is nothing in it$/);
  assert.match(detected('<soap:Envelope xmlns:soap="x">'), /SOAP is not read/);
  const pcap = detect(sampleOf(Buffer.from('d4c3b2a10200040000000000', 'hex')));
  assert.match(String(pcap), /packet capture \(pcap\) is not read/);
});

test('trace: raw wins, and is taken as it stands', async () => {
  const raw = '[2,"m1","Heartbeat",{"n":1.0}]';
  const [frame] = await readAll(openOcppTrace, JSON.stringify({ ...RECORD, raw }));
  const told = {
    charger: 'CP 1',
    time: '2024-01-15T10:00:00.000Z',
    direction: 'station_to_csms',
    version: '1.6',
  } as const;
  assert.deepEqual(frame, frameAt(1, raw, told));
});

test('trace: without raw the frame is put together, the payload as its text was', async () => {
  const common =
    '"schemaVersion":"1.1","timestamp":"2024-01-15T10:00:00Z","direction":"csms-to-cp","messageId":"m1"';
  const lines = [
    `{${common},"messageType":"CALL","action":"Reset","payload":{"type" : "Soft","n":1.50}}`,
    `{${common},"messageType":"CALLRESULT","payload":{"id":9223372036854775807}}`,
    `{${common},"messageType":"CALLERROR","error":{"code":"InternalError","details":{"a":1.0}}}`,
    `{${common},"messageType":"CALLERROR"}`,
    `{${common},"messageType":"CALL"}`,
  ];
  const read = await readAll(openOcppTrace, lines.join('\n'));
  assert.deepEqual(
    read.map((line) => (line.kind === 'frame' ? line.frame : reasonOf(line))),
    [
      '[2,"m1","Reset",{"type" : "Soft","n":1.50}]',
      '[3,"m1",{"id":9223372036854775807}]',
      '[4,"m1","InternalError","",{"a":1.0}]',
      'no raw, and no messageType and messageId to make a frame of',
      'no raw, and no messageType and messageId to make a frame of',
    ],
  );
});

test('trace: what cannot be read is skipped with its line and reason', async () => {
  const lines = [
    'broken',
    JSON.stringify({ ...RECORD, direction: 'up' }),
    JSON.stringify({ ...RECORD, timestamp: 'noon' }),
    JSON.stringify({ ...RECORD, transport: 'soap' }),
  ];
  assert.deepEqual(await readAll(openOcppTrace, `${lines.join('\n')}\n\n`), [
    { kind: 'skipped', line: 1, reason: 'no JSON object' },
    { kind: 'skipped', line: 2, reason: 'direction is neither cp-to-csms nor csms-to-cp' },
    { kind: 'skipped', line: 3, reason: 'timestamp is no ISO 8601 time' },
    { kind: 'skipped', line: 4, reason: 'SOAP is not read' },
  ]);
});

test('timed frames: every mark, offsets with and without colon, text behind the frame', async () => {
  const content = [
    '2024-01-15T10:00:00Z SEND [2,"1","Heartbeat",{}]',
    '2024-01-15T12:00:00.5+0200 RECV: [3,"1",{"currentTime":"]"}] took 3 ms',
    '[2024-01-15 12:00:01,250+02:00] >> [2,"2","Heartbeat",{}]',
    '2024-01-15T10:00:02Z << [3,"2",{}]',
    '2024-01-15T10:00:03Z -> [2,"3","Heartbeat",{}]',
    '\u001b[32m2024-01-15T10:00:04Z\u001b[0m <- [3,"3",{}]',
    '2024-01-15T10:00:05Z [2,"4","Heartbeat",{}]',
    'connected',
    '2024-02-31T10:00:05Z SEND [2,"4","Heartbeat",{}]',
  ];
  const read = await readAll(timedFrames, content.join('\r\n'));
  assert.deepEqual(
    read.map((line) =>
      line.kind === 'frame' ? [line.time, line.way, line.frame] : [line.line, reasonOf(line)],
    ),
    [
      ['2024-01-15T10:00:00Z', 'sent', '[2,"1","Heartbeat",{}]'],
      ['2024-01-15T12:00:00.5+02:00', 'received', '[3,"1",{"currentTime":"]"}]'],
      ['2024-01-15T12:00:01.250+02:00', 'sent', '[2,"2","Heartbeat",{}]'],
      ['2024-01-15T10:00:02Z', 'received', '[3,"2",{}]'],
      ['2024-01-15T10:00:03Z', 'sent', '[2,"3","Heartbeat",{}]'],
      ['2024-01-15T10:00:04Z', 'received', '[3,"3",{}]'],
      ['2024-01-15T10:00:05Z', null, '[2,"4","Heartbeat",{}]'],
      [8, 'no ISO time with a frame behind it'],
      [9, 'the time is none of the calendar'],
    ],
  );
});

test('timed frames: times without a zone need one named, and summer time counts', async () => {
  const content =
    '2024-07-15T12:00:00.123 SEND [2,"1","Heartbeat",{}]\n2024-01-15 12:00:00 SEND [2,"2","Heartbeat",{}]\n';
  await assert.rejects(readAll(timedFrames, content), (error: Error) => {
    return (
      error instanceof MissingOption &&
      /bear no zone \(2024-07-15T12:00:00\.123\): add --time-zone/.test(error.message)
    );
  });
  const read = await readAll(timedFrames, content, { timeZone: 'Europe/Berlin' });
  assert.deepEqual(
    read.map((line) => line.kind === 'frame' && line.time),
    ['2024-07-15T10:00:00.123Z', '2024-01-15T11:00:00Z'],
  );
});

test('plain frames: by line or in an array, without times', async () => {
  const byLine = await readAll(plainFrames, '[2,"1","Heartbeat",{}]\n\nhello\n [3,"1",{}]\n');
  assert.deepEqual(
    byLine.map((line) => (line.kind === 'frame' ? line.frame : reasonOf(line))),
    ['[2,"1","Heartbeat",{}]', 'no frame', '[3,"1",{}]'],
  );
  const inArray = await readAll(plainFrames, '[\n[2,"1","Heartbeat",{}],\n[3,"1",{}]\n]');
  assert.deepEqual(
    inArray.map((line) => [
      line.line,
      line.kind === 'frame' && line.frame,
      line.kind === 'frame' && line.time,
    ]),
    [
      [2, '[2,"1","Heartbeat",{}]', null],
      [3, '[3,"1",{}]', null],
    ],
  );
});

const TRACES = new URL('../../../../../shared/data/open-ocpp-trace/', import.meta.url);
const absent = existsSync(TRACES) ? false : 'the reference traces are not beside this clone';

test('the reference traces are recognised and read without a loss', { skip: absent }, async () => {
  for (const folder of readdirSync(TRACES, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const bytes = readFileSync(new URL(`${folder.name}/trace.jsonl`, TRACES));
    assert.equal(detected(bytes.toString()), 'open-ocpp-trace');
    const lines = bytes.toString().trim().split('\n');
    const read = await readAll(openOcppTrace, bytes);
    assert.deepEqual(
      read.map((line) => line.kind === 'frame' && line.frame),
      lines.map((line) => JSON.parse(line).raw),
    );
    const asArray = await readAll(openOcppTrace, `[${lines.join(',\n')}]`);
    assert.deepEqual(asArray, read);
  }
});
