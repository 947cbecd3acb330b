import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ImportSettings, importAll } from './engine.ts';
import type { ImportOptions } from './options.ts';
import { fileReport } from './report.ts';
import type { FrameSink } from './sink.ts';
import { chunksOf } from './source-double.ts';

const SINK: FrameSink = {
  ingest: async (body) => {
    const accepted = Buffer.from(body).toString().split('\n').length - 1;
    return { accepted, duplicates: 0, rejected: [], entries: {} };
  },
};

const OPTIONS: ImportOptions = {
  format: null,
  charger: 'CP_1',
  start: '2026-01-31T12:00:00Z',
  timeZone: 'Europe/Berlin',
  date: '2026-01-31',
  version: null,
  seenFrom: null,
};

const SETTINGS: ImportSettings = {
  options: OPTIONS,
  sink: SINK,
  bounds: { lines: 1_000, bytes: 1_000_000 },
  signal: new AbortController().signal,
  onProgress: () => undefined,
  bytesMax: null,
  unpackedMax: null,
};

/** Format or guess, frames, and the evidence of a source that holds this. */
async function read(content: string | Uint8Array, once: boolean): Promise<readonly unknown[]> {
  const input = { name: 'x', size: null, once, open: () => chunksOf(content, 65_536) };
  const result = await importAll([input], SETTINGS);
  assert.equal(result.error, null);
  const [file] = result.files;
  assert.ok(file !== undefined);
  const { format, guess, frames, evidence } = fileReport(file);
  return [format ?? `? ${guess}`, frames, evidence];
}

async function formatAndFrames(content: string | Uint8Array): Promise<readonly unknown[]> {
  const [again, once] = [await read(content, false), await read(content, true)];
  assert.deepEqual(once, again);
  return again.slice(0, 2);
}

const FRAME = '[2,"17","Heartbeat",{}]';
const journal = (message: string) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: '1769860800123456', MESSAGE: message, PRIORITY: '6' });

/** What a program writes often, and a frame as it writes it. */
const PROGRAMS: Readonly<Record<string, readonly [string, string]>> = {
  steve: [
    '[INFO ] 2026-01-31 12:00:00,001 de.rwth.idsg.steve.SteVeAppContext (main) - Something of the program',
    `[INFO ] 2026-01-31 12:00:01,250 de.rwth.idsg.steve.ocpp.ws.WebSocketLogger (q) - [chargeBoxId=a, sessionId=5] Received: ${FRAME}`,
  ],
  'home-assistant': [
    '2026-01-31 12:00:00.101 INFO (MainThread) [homeassistant.components.sensor] Something of the program, long',
    `2026-01-31 12:00:00.254 INFO (MainThread) [ocpp] CP_1: receive message ${FRAME}`,
  ],
  evcc: [
    '[lp-1  ] DEBUG 2026/01/31 12:00:00 charge power: 0W, and something else that makes the line longer than that',
    `[ocpp  ] TRACE 2026/01/31 12:00:00 recv CP_1: ${FRAME}`,
  ],
  microocpp: [
    '[OCPP] info (Something.cpp:17): something of the program that is long enough for many of them, and more',
    `[OCPP] Send: ${FRAME}`,
  ],
  'mobilityhouse-ocpp': [
    'INFO:websockets.server:something of the server that is long enough to make 3,000 of them more than a sample',
    `INFO:ocpp:CP_1: receive message ${FRAME}`,
  ],
  'timed-frames': ['hello, '.repeat(15), `2026-01-31T12:00:00.250Z RECV ${FRAME}`],
};

for (const [name, [other, frame]] of Object.entries(PROGRAMS)) {
  const lines = [...Array.from({ length: 3_000 }, () => other), frame];
  test(`found behind 3,000 other lines: ${name}`, async () => {
    assert.deepEqual(await formatAndFrames(`${lines.join('\n')}\n`), [name, 1]);
  });
  test(`found behind 3,000 other lines, in syslog and the journal: ${name}`, async () => {
    const syslog = lines.map((line) => `Jan 15 14:41:45 gw ocpp[12]: ${line}\n`).join('');
    assert.deepEqual(await formatAndFrames(syslog), [name, 1]);
    assert.deepEqual(await formatAndFrames(lines.map((line) => `${journal(line)}\n`).join('')), [name, 1]);
  });
}

test('where it was found is told', async () => {
  const log = `${'hello\n'.repeat(100)}2026-01-31T12:00:00.250Z RECV ${FRAME}\n`;
  assert.deepEqual(await read(log, false), [
    'timed-frames',
    1,
    '1 of the first 3 lines are an ISO time and a frame, among lines that may hold a message; the first of them is line 101',
  ]);
});

test('lines that may hold a message and do not are no end of the look', async () => {
  const log = `${'see [2,"x"] and [3,"y"]\n'.repeat(12_000)}${PROGRAMS.steve?.[1]}\n`;
  assert.deepEqual(await formatAndFrames(log), ['steve', 1]);
});

test('a log of a program that holds no message is known as that of the program', async () => {
  for (const name of ['steve', 'home-assistant', 'evcc', 'microocpp']) {
    const log = `${PROGRAMS[name]?.[0]}\n`.repeat(10);
    const [format, frames, evidence] = await read(log, false);
    assert.deepEqual([format, frames], [name, 0]);
    assert.match(String(evidence), /^0 of the first 10 lines are /);
  }
  assert.deepEqual((await read('[INFO ] hello\n[INFO ] world\n', false)).slice(0, 2), ['? timed-frames', 0]);
});

test('records are recognised of which the first is long', async () => {
  const long = 'x'.repeat(1_000_000);
  const call = (id: string) => `[2,"${id}","BootNotification",{"chargePointVendor":"${long}"}]`;
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const event = (id: string) =>
    `{"timestamp":"2026-01-31T12:00:00Z","direction":"CS_TO_CSMS","message":${call(id)}}`;
  const time = '2026-01-31T12:00:00Z';
  assert.deepEqual(await formatAndFrames(`time,station,frame\n${time},a,${quoted(call('1'))}\n`), [
    'csv-frames',
    1,
  ]);
  assert.deepEqual(
    await formatAndFrames(
      `{"traceId":"t","metadata":{"stationId":"a"},"events":[${event('1')},${event('2')}]}`,
    ),
    ['ocpp-debugkit', 2],
  );
  const page = {
    data: [
      {
        id: 902,
        charger_id: 31,
        status: 'done',
        version: '1.6',
        method: 'DataTransfer',
        destination: 'centralsystem',
        params: { vendorId: 'v', data: long },
        result: { status: 'Accepted' },
        created_at: '2026-01-31T12:00:01.000000Z',
        updated_at: '2026-01-31T12:00:01.000000Z',
      },
    ],
  };
  assert.deepEqual(await formatAndFrames(JSON.stringify(page)), ['api-pages', 2]);
});

test('NULs at the beginning are nothing of the log', async () => {
  const nuls = Buffer.alloc(400_000);
  const log = `2026-01-31T12:00:00.250Z RECV ${FRAME}\n`;
  assert.deepEqual(await formatAndFrames(Buffer.concat([nuls, Buffer.from(log)])), ['timed-frames', 1]);
  const [utf16, swapped] = [Buffer.from(log, 'utf16le'), Buffer.from(log, 'utf16le').swap16()];
  assert.deepEqual(await formatAndFrames(Buffer.concat([nuls, utf16])), ['timed-frames', 1]);
  assert.deepEqual(await formatAndFrames(Buffer.concat([nuls, swapped])), ['timed-frames', 1]);
  assert.deepEqual(await formatAndFrames(swapped), ['timed-frames', 1]);
  assert.deepEqual(await read(nuls, false), ['? null', 0, 'there is nothing in it']);
});

test('what is found before a packed source breaks off is read', async () => {
  const [other, frame] = PROGRAMS.steve ?? [];
  const noise = Array.from({ length: 4_000 }, (_, at) => `${other} ${Math.sin(at)}\n`).join('');
  const whole = gzipSync(`${noise}${frame}\n${noise}`);
  assert.deepEqual(await formatAndFrames(whole.subarray(0, whole.length - 500)), ['steve', 1]);
});

test('a time for all is no advice where other lines bear times', async () => {
  const log = `2026-01-31 12:00:00,001 receive\n${FRAME}\n`.repeat(9);
  const input = { name: 'x', size: null, once: false, open: () => chunksOf(log) };
  const { files } = await importAll([input], { ...SETTINGS, options: { ...OPTIONS, start: null } });
  assert.equal(
    files[0]?.failure,
    'the messages stand on lines that bear no times, though others do (2026-01-31 12:00:00,001): put each record on one line',
  );
});

test('what is refused by its look is looked through all the same, and refused where it holds no message', async () => {
  const soap = '<soap:Envelope xmlns:soap="x">\n'.repeat(10_000);
  const [, frame] = PROGRAMS.steve ?? [];
  assert.deepEqual(await formatAndFrames(`${soap}${frame}\n`), ['steve', 1]);
  assert.deepEqual(await read(soap, false), ['? null', 0, 'OCPP over SOAP is not read; only OCPP-J is']);
  const binary = Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 7919) % 256));
  assert.deepEqual(await read(binary, true), ['? null', 0, 'it is binary, and no text']);
});
