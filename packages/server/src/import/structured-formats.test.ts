import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apiPages } from './api-pages.ts';
import { citrineos } from './citrineos.ts';
import { csvFrames } from './csv-frames.ts';
import { detect } from './detect.ts';
import { type ImportedLine, MissingOption } from './format.ts';
import { ocppDebugkit } from './ocpp-debugkit.ts';
import { ocppLogs } from './ocpp-logs.ts';
import { sampleOf } from './sample.ts';
import { chunksOf, fixture, readAll, rows } from './source-double.ts';

const evidence = (bytes: Uint8Array) => {
  const found = detect(sampleOf(bytes));
  return typeof found === 'string' ? found : `${found.format.name}: ${found.evidence}`;
};
const flags = (lines: readonly ImportedLine[]) =>
  lines.map((line) => line.kind === 'frame' && [line.version, line.rebuilt, line.timed]);

test('CitrineOS, CSV: whole frames as they stand, the rest put together by origin and action', async () => {
  assert.match(evidence(fixture('citrineos.csv')), /^citrineos: 5 of the first 6 records have stationId/);
  const read = await readAll(citrineos, fixture('citrineos.csv'));
  assert.deepEqual(rows(read), [
    [
      2,
      'CS 01',
      '2026-01-31T12:00:00.25+00:00',
      'station_to_csms',
      '[2, "6cf6a1d2", "BootNotification", {"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"}}]',
    ],
    [
      3,
      'CS 01',
      '2026-01-31T12:00:00.301+00:00',
      'csms_to_station',
      '[3, "6cf6a1d2", {"status": "Accepted", "interval": 300, "currentTime": "2026-01-31T12:00:00.300Z"}]',
    ],
    [4, 'CS 02', '2026-01-31T12:00:01+00:00', 'csms_to_station', '[2,"77","Reset",{"type": "Soft"}]'],
    [5, 'CS 02', '2026-01-31T12:00:01.5+00:00', 'station_to_csms', '[3,"77",{"status": "Accepted"}]'],
    [6, 'message is no frame, and no type and correlationId tell what it is'],
    [7, 'origin is neither cs nor csms'],
  ]);
  assert.deepEqual(flags(read), [
    ['2.0.1', false, true],
    ['2.0.1', false, true],
    ['1.6', true, true],
    ['1.6', true, true],
    false,
    false,
  ]);
});

test('CitrineOS, JSON: the answer of a query, with the identity where newer tables have it', async () => {
  assert.match(evidence(fixture('citrineos.json')), /^citrineos: /);
  const read = await readAll(citrineos, fixture('citrineos.json'));
  assert.deepEqual(rows(read), [
    [
      4,
      'CS 01',
      '2026-01-31T12:00:00.250Z',
      'station_to_csms',
      '[2, "a1", "MeterValues", {"connectorId": 1, "meterValue": [{"timestamp": "2026-01-31T12:00:00Z", "sampledValue": [{"value": "1.50"}]}], "n": 9223372036854775807}]',
    ],
    [
      15,
      'CS 01',
      '2026-01-31T12:00:00.300Z',
      'csms_to_station',
      '[4,"a1","InternalError","full",{"free": 0.0}]',
    ],
  ]);
});

test('DebugKit: the trace names station and version, times are texts or numbers', async () => {
  assert.match(evidence(fixture('ocpp-debugkit.json')), /^ocpp-debugkit: 4 of the first 5 records/);
  const read = await readAll(ocppDebugkit, fixture('ocpp-debugkit.json'));
  assert.deepEqual(rows(read), [
    [
      5,
      'CS-SYNTHETIC-7',
      '2026-01-31T12:00:00.000Z',
      'station_to_csms',
      '[2, "m1", "StartTransaction", {"connectorId": 1, "idTag": "T", "meterStart": 1.0e3, "timestamp": "2026-01-31T12:00:00Z"}]',
    ],
    [
      10,
      'CS-SYNTHETIC-7',
      '2026-01-31T12:00:00.500Z',
      'csms_to_station',
      '[3, "m1", {"transactionId": 9223372036854775807, "idTagInfo": {"status": "Accepted"}}]',
    ],
    [15, 'CS-SYNTHETIC-7', null, null, '[2, "m2", "Heartbeat", {}]'],
    [16, 'timestamp is no time'],
    [17, 'message is no frame'],
  ]);
  assert.deepEqual(flags(read)[0], ['1.6', false, true]);
});

test('records behind what carried them: a container, a prefix, a spreadsheet', async () => {
  const line =
    '{"timestamp":"2026-01-31T12:00:00Z","direction":"CS_TO_CSMS","message":[2,"m1","Heartbeat",{}]}';
  const expected = [1, null, '2026-01-31T12:00:00Z', 'station_to_csms', '[2,"m1","Heartbeat",{}]'];
  const contained = JSON.stringify({
    log: `${line}\n`,
    stream: 'stdout',
    time: '2026-01-31T12:00:01.123456789Z',
  });
  assert.match(evidence(Buffer.from(`${contained}\n`)), /^ocpp-debugkit: .*, behind the prefix of/);
  assert.deepEqual(rows(await readAll(ocppDebugkit, `${contained}\n${contained}\n`)), [
    expected,
    [2, ...expected.slice(1)],
  ]);
  assert.match(evidence(Buffer.from(`trace: ${line}\n`)), /^ocpp-debugkit: /);
  assert.deepEqual(rows(await readAll(ocppDebugkit, `trace: ${line}\n`)), [expected]);
  const table =
    'stationId,correlationId,origin,message,timestamp\n' +
    `'=CP,1,cs,"[2,""1"",""Heartbeat"",{}]",2026-01-31T12:00:00Z\n\\N,1,csms,"[3,""1"",{}]",2026-01-31T12:00:00Z\n`;
  assert.deepEqual(
    (await readAll(citrineos, table)).map((read) => read.kind === 'frame' && read.charger),
    ['=CP', null],
  );
});

test('DebugKit: lines alone name no station', async () => {
  const line = '{"timestamp":1769860800,"direction":"CS_TO_CSMS","message":[2,"m1","Heartbeat",{}]}\n';
  assert.match(evidence(Buffer.from(line)), /^ocpp-debugkit: /);
  assert.deepEqual(rows(await readAll(ocppDebugkit, line)), [
    [1, null, '2026-01-31T12:00:00.000Z', 'station_to_csms', '[2,"m1","Heartbeat",{}]'],
  ]);
});

test('a table with frames: columns found by look and name, cells over several lines', async () => {
  assert.match(
    evidence(fixture('csv-frames.csv')),
    /^csv-frames: 5 of the first 6 rows have a frame in column Message, times in received at, stations in Charge Point Id, directions in Direction/,
  );
  const read = await readAll(csvFrames, fixture('csv-frames.csv'));
  assert.deepEqual(rows(read), [
    [
      2,
      'CP 1',
      '2026-01-31T12:00:00.250Z',
      'received',
      '[2,"17","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"a;b"}]',
    ],
    [3, 'CP 1', '2026-01-31T12:00:00.300Z', 'sent', '[3,"17",{}]'],
    [4, 'CP 2', '2026-01-31T12:00:01.000Z', 'sent', '[2,\n  "18",\n  "Reset", {"type": "Soft"}\n]'],
    [8, 'CP 2', '2026-01-31T12:00:01.200Z', 'received', '[3,"18",{"status":"Accepted"}]'],
    [9, 'no frame'],
    [10, 'the time is none of the calendar'],
  ]);
  assert.equal(read[0]?.kind === 'frame' && read[0].connection, '4f1');
});

test('a table without names, with frames that are not quoted, or quoted in a way of its own', async () => {
  const bare = '1769860800000\tCP1\t[2,"1","Heartbeat",{}]\n1769860801000\tCP1\t[3,"1",{}]\n';
  assert.match(
    evidence(Buffer.from(bare)),
    /^csv-frames: 2 of the first 2 rows have a frame in column 3, times in 1/,
  );
  const expected = [
    [1, 'CP1', '2026-01-31T12:00:00.000Z', null, '[2,"1","Heartbeat",{}]'],
    [2, 'CP1', '2026-01-31T12:00:01.000Z', null, '[3,"1",{}]'],
  ];
  assert.deepEqual(rows(await readAll(csvFrames, bare)), expected);
  assert.deepEqual(rows(await readAll(csvFrames, bare.replaceAll('\t', ','))), expected);
  const escaped =
    '1769860800000,CP1,"[2,\\"1\\",\\"Heartbeat\\",{}]"\r\n1769860801000,CP1,"[3,\\"1\\",{}]"\r\n';
  assert.deepEqual(rows(await readAll(csvFrames, escaped)), expected);
});

test('a table of two parties: the column says who sent or who was sent to', async () => {
  const table = (name: string, value: string) =>
    `time,charger,${name},msg\n2026-01-31T12:00:00Z,C,${value},"[2,""1"",""DataTransfer"",{}]"\n`;
  const direction = async (name: string, value: string) => {
    const [line] = await readAll(csvFrames, table(name, value));
    return line?.kind === 'frame' && (line.direction ?? line.way);
  };
  assert.equal(await direction('direction', 'CP to CSMS'), 'station_to_csms');
  assert.equal(await direction('direction', 'csms->cp'), 'csms_to_station');
  assert.equal(await direction('direction', 'cs2csms'), 'station_to_csms');
  assert.equal(await direction('direction', 'fromChargePoint'), null);
  assert.equal(await direction('source', 'CentralSystem'), 'csms_to_station');
  assert.equal(await direction('destination', 'centralsystem'), 'station_to_csms');
  assert.equal(await direction('destination', 'charge_point'), 'csms_to_station');
  assert.equal(await direction('dir', '>>'), 'sent');
  assert.equal(await direction('dir', 'Incoming'), 'received');
});

test('a column of row numbers is no column of stations', async () => {
  const lines = [1, 2, 3, 4].map((id) => `${id},2026-01-31T12:00:0${id}Z,"[2,""${id}"",""Heartbeat"",{}]"\n`);
  const read = await readAll(csvFrames, `id,timestamp,frame\n${lines.join('')}`);
  assert.deepEqual(
    read.map((line) => line.kind === 'frame' && line.charger),
    [null, null, null, null],
  );
});

test('times of a table without a zone need one named', async () => {
  const table = 'time,cp,msg\n2026-01-31 12:00:00,C,"[2,""1"",""Heartbeat"",{}]"\n';
  await assert.rejects(readAll(csvFrames, table), MissingOption);
  const [line] = await readAll(csvFrames, table, { timeZone: 'Europe/Berlin' });
  assert.equal(line?.kind === 'frame' && line.time, '2026-01-31T11:00:00Z');
});

test('ChargePilot: download and pages say the same', async () => {
  assert.match(
    evidence(fixture('chargepilot.csv')),
    /^ocpp-logs: 3 of the first 3 records .*, no text of the frames$/,
  );
  assert.match(evidence(fixture('chargepilot.json')), /^ocpp-logs: 3 of the first 3 records/);
  const table = await readAll(ocppLogs, fixture('chargepilot.csv'));
  const pages = await readAll(ocppLogs, fixture('chargepilot.json'));
  assert.deepEqual(pages.at(-1), { kind: 'skipped', line: 3, reason: 'a page without records' });
  const place = (line: ImportedLine) => ({ ...line, line: 0 });
  assert.deepEqual(table.map(place), pages.slice(0, -1).map(place));
  assert.deepEqual(
    table.map((line) => line.kind === 'frame' && line.frame.replace(/log-[0-9a-f]{16}/, 'ID')),
    [
      '[2,"ID","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"2026-01-31T12:00:00Z"}]',
      '[3,"ID",{"idTagInfo":{"status":"Accepted"}}]',
      '[2,"ID","Heartbeat",{}]',
      '[2,"ID","StopTransaction",{"transactionId":5,"meterStop":1.50}]',
    ],
  );
  assert.deepEqual(
    table.map((line) => line.kind === 'frame' && [line.line, line.connector, line.timed]),
    [
      [2, null, false],
      [2, null, false],
      [3, null, false],
      [4, 1, false],
    ],
  );
});

test('Plugchoice: a record is a call and its answer, the way told by where it went', async () => {
  assert.match(evidence(fixture('plugchoice.json')), /^api-pages: .*, named as Plugchoice does$/);
  const read = await readAll(apiPages, fixture('plugchoice.json'));
  assert.deepEqual(rows(read), [
    [3, '31', '2026-01-31T12:00:01.000000Z', 'station_to_csms', '[2,"log-902","Heartbeat",{}]'],
    [
      3,
      '31',
      '2026-01-31T12:00:01.000000Z',
      'csms_to_station',
      '[3,"log-902",{ "currentTime": "2026-01-31T12:00:01.000Z" }]',
    ],
    [
      15,
      '31',
      '2026-01-31T12:00:00.000000Z',
      'csms_to_station',
      '[2,"log-901","DataTransfer",{ "vendorId": "V", "data": 1.50 }]',
    ],
    [15, '31', '2026-01-31T12:00:00.000000Z', 'station_to_csms', '[4,"log-901","NotSupported","no",{}]'],
    [27, '31', '2026-01-31T11:59:00.000000Z', 'csms_to_station', '[2,"log-900","Reset",{ "type": "Soft" }]'],
  ]);
  assert.deepEqual(flags(read).slice(0, 2), [
    ['1.6', true, true],
    ['1.6', true, false],
  ]);
});

test('Flipturn: the identity is the one that the station has, the way that of the action', async () => {
  assert.match(evidence(fixture('flipturn.json')), /^api-pages: .*, named as Flipturn does$/);
  assert.deepEqual(rows(await readAll(apiPages, fixture('flipturn.json'))), [
    [1, 'CP 1', '2026-01-31T12:00:00.123Z', 'station_to_csms', '[2,"log-7","Authorize",{"idTag":"T"}]'],
    [
      1,
      'CP 1',
      '2026-01-31T12:00:00.123Z',
      'csms_to_station',
      '[3,"log-7",{"idTagInfo":{"status":"Accepted"}}]',
    ],
    [
      1,
      'CP 1',
      '2026-01-31T11:00:00.000Z',
      'csms_to_station',
      '[2,"log-6","GetConfiguration",{"key":["HeartbeatInterval"]}]',
    ],
    [
      1,
      'CP 1',
      '2026-01-31T11:00:00.000Z',
      'station_to_csms',
      '[3,"log-6",{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"}]}]',
    ],
  ]);
});

test('a page of names that no vendor is known by is read by the usual ones', async () => {
  const line =
    '{"message_id":"m1","action":"Reset","request":"{\\"type\\":\\"Soft\\"}","response":{"status":"Accepted"},' +
    '"sender":"csms","station_id":"C","timestamp":"2026-01-31T12:00:00Z","response_time":"2026-01-31T12:00:00.5Z"}\n';
  assert.match(evidence(Buffer.from(line)), /^api-pages: .*, no vendor is known by their names$/);
  const read = await readAll(apiPages, line);
  assert.deepEqual(rows(read), [
    [1, 'C', '2026-01-31T12:00:00Z', 'csms_to_station', '[2,"m1","Reset",{"type":"Soft"}]'],
    [1, 'C', '2026-01-31T12:00:00.5Z', 'station_to_csms', '[3,"m1",{"status":"Accepted"}]'],
  ]);
  assert.deepEqual(flags(read)[1], [null, true, true]);
});

test('the first record of a page is recognised though the sample ends in it', () => {
  const padding = 'x'.repeat(600_000);
  const page = `{"ocpp_logs":[{"occurrence_time":"2026-01-31T12:00:00Z","charger_id":"C","action":"DataTransfer","payload":{"vendorId":"V","data":"${padding}"}}]}`;
  assert.match(
    evidence(Buffer.from(page).subarray(0, 256 * 1024)),
    /^ocpp-logs: 1 of the first 1 record has/,
  );
});

const KWWHAT = new URL('../../../../../shared/data/kwwhat/ocpp_1_6_synthetic_logs_14d.csv', import.meta.url);
const absent = existsSync(KWWHAT) ? false : 'the logs of kwwhat are not beside this clone';

test('the logs of kwwhat are read without a loss', { skip: absent }, async () => {
  const bytes = readFileSync(KWWHAT);
  assert.match(
    evidence(bytes.subarray(0, 256 * 1024)),
    /^csv-frames: 999 of the first 999 rows have a frame in column msg, times in timestamp, stations in id/,
  );
  const chunks = chunksOf(bytes, 64 * 1024);
  const read = (await Array.fromAsync(csvFrames.read(chunks, { timeZone: null, date: null }))).flat();
  const frames = read.filter((line) => line.kind === 'frame');
  assert.equal(frames.length, 17_670);
  assert.equal(read.length, frames.length);
  assert.equal(frames.filter(({ frame }) => frame.startsWith('[2,')).length, 8_955);
  assert.equal(frames.filter(({ frame }) => frame.includes('"StartTransaction"')).length, 39);
  assert.deepEqual([...new Set(frames.map(({ charger }) => charger))], ['CH-001', 'CH-002']);
  assert.deepEqual(
    frames.map(({ line }) => line),
    frames.map((_, place) => place + 2),
  );
});
