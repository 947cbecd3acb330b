import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest, detect } from './detect.ts';
import { sampleOf } from './sample.ts';
import { fixture } from './source-double.ts';

function found(content: string | Uint8Array): string {
  const detected = detect(sampleOf(typeof content === 'string' ? Buffer.from(content) : content));
  return typeof detected === 'string' ? detected : `${detected.format.name}: ${detected.evidence}`;
}

const FIXTURES: Readonly<Record<string, string>> = {
  'steve.txt': 'steve: 6 of the first 12 lines are lines of the WebSocketLogger of SteVe',
  'home-assistant.txt':
    'home-assistant: 7 of the first 25 lines are lines of [ocpp] of Home Assistant; mobilityhouse-ocpp would fit too',
  'evcc.txt': 'evcc: 6 of the first 10 lines are send and recv lines of evcc',
  'everest.txt': 'everest-log: 5 of the first 27 lines are records of an OCPP log of EVerest',
  'everest.html': 'everest-html: rows of who sends to whom',
  'microocpp.txt': 'microocpp: 4 of the first 7 lines are Send and Recv lines of MicroOcpp',
  'mobilityhouse-ocpp.txt':
    'mobilityhouse-ocpp: 6 of the first 11 lines are send and receive message lines of the Python library ocpp',
  'timed-frames.txt': 'timed-frames: 7 of the first 11 lines are an ISO time and a frame',
  'plain-frames.txt': 'plain-frames: 5 of the first 12 lines are frames',
};

for (const [name, evidence] of Object.entries(FIXTURES)) {
  test(`recognised, and why: ${name}`, () => {
    assert.equal(found(fixture(name)), evidence);
  });
  test(`recognised in UTF-16 behind a prefix: ${name}`, () => {
    const lines = fixture(name).toString().trimEnd().split('\n');
    const carried = Buffer.from(lines.map((line) => `csms-1  | ${line}\r\n`).join(''), 'utf16le');
    const [format = ''] = evidence.split(':');
    const seen = found(carried);
    assert.ok(seen.startsWith(`${format}: `), seen);
    assert.match(seen, /, behind the prefix of docker compose, in UTF-16LE/);
  });
}

test('a few marked lines are enough, however much else there is', () => {
  const other = '2026-01-31 12:00:00.101 INFO (MainThread) [homeassistant.core] x\n'.repeat(500);
  const line = '2026-01-31 12:00:00.254 INFO (MainThread) [ocpp] a: send [3,"1",{}]\n';
  assert.match(found(`${other}${line}`), /^home-assistant: 1 of the first 501 lines/);
  const own = '2026-01-31T12:00:00Z SEND [3,"1",{}]\n';
  assert.match(found(`${'hello\n'.repeat(500)}${own.repeat(5)}`), /^timed-frames: 5 of the first 505 lines/);
});

test('frames behind something unknown are read as text, unless a format fits better', () => {
  const strange = 'a\n~ 17 ~ [2,"1","Heartbeat",{}]\n';
  assert.match(found(strange), /^text-frames: 1 of the first 2 lines are text with a frame in it$/);
  const timed = '2026-01-31T12:00:00Z SEND [2,"1","Heartbeat",{}]\n';
  // Some of its frames stand alone.
  assert.match(found(`Sent: [2,"1","Heartbeat",{}]\nReceived=[3,"1",{}]\n`), /^text-frames: 2 of /);
  assert.match(found(`Sent: [2,"1","Heartbeat",{}]\nReceived: [3,"1",{}]\n`), /^plain-frames: 2 of /);
  assert.match(found(`${timed}${strange}`), /^timed-frames: 1 of the first 3 lines /);
});

test('a log that holds SOAP beside frames is read, SOAP alone refused', () => {
  const soap = '<soap:Envelope xmlns:soap="x">\n';
  assert.match(found(soap), /SOAP is not read/);
  assert.match(found(`${fixture('steve.txt')}${soap}`), /^steve: /);
});

test('a log must not steer the terminal', () => {
  assert.match(found('a\u0007b\n'), /its first line is: a\ufffdb$/);
});

test('of what no format fits there is a closest one all the same, by the look of its lines', () => {
  const near = (text: string) => {
    const guess = closest(sampleOf(Buffer.from(text)));
    return guess === null ? null : [guess.format.name, guess.confidence];
  };
  assert.deepEqual(near('{"x":1}\n'), ['open-ocpp-trace', 0]);
  assert.deepEqual(near('a,b,c\n1,2,3\n'), ['csv-frames', 0]);
  assert.deepEqual(near('hello\nworld\n'), ['timed-frames', 0]);
});

test('what is binary is refused by what it is, and nothing of it is shown', () => {
  assert.match(
    found(Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000')),
    /^a workbook \(\.xlsx\) or another ZIP archive is not read/,
  );
  assert.match(found(Buffer.from('PAR1\u0015\u0004\u0015')), /^a Parquet file is not read/);
  const bytes = Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 7919) % 256));
  assert.equal(found(bytes), 'it is binary, and no text');
});
