import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../lines.ts';
import { chunksOf } from '../source-double.ts';
import { carriersOf } from './chain.ts';

async function taken(
  ...lines: readonly string[]
): Promise<readonly (readonly [string | null, string | null])[]> {
  const given = (await Array.fromAsync(linesOf(chunksOf(lines.join('\n'))))).flat();
  return given.map(({ text, stamp }) => [text, stamp]);
}

const LINE = 'CP_1: send [3,"1",{}]';

const CARRIED: Readonly<Record<string, readonly [string, string | null]>> = {
  'console with file and line': [
    `2026-01-31T12:00:00.250Z:COM:ocpp_rpc.c:681:${LINE}`,
    '2026-01-31T12:00:00.250Z',
  ],
  logfmt: [
    `time="2026-01-31T12:00:00+01:00" level=info msg=${JSON.stringify(LINE)} logger=websocket`,
    '2026-01-31T12:00:00+01:00',
  ],
  'RFC 3164': [`Jan  5 14:41:45 gw ocpp[12]: ${LINE}`, 'Jan  5 14:41:45'],
  'RFC 3164 with its priority': [`<134>Jan 15 14:41:45 gw ocpp: ${LINE}`, 'Jan 15 14:41:45'],
  'RFC 3164 of busybox': [`Jan 15 14:41:45 gw user.info ocpp: ${LINE}`, 'Jan 15 14:41:45'],
  'journal, short, in German': [`Okt  5 14:41:45 gw ocpp[12]: ${LINE}`, 'Okt  5 14:41:45'],
  'RFC 5424': [
    `<165>1 2026-01-31T12:00:00.003Z gw ocpp 12 ID47 [a@1 x="1]" y="2"][b@1] \ufeff${LINE}`,
    '2026-01-31T12:00:00.003Z',
  ],
  'RFC 5424 without its priority': [
    `1 2026-01-31T12:00:00+01:00 gw ocpp - - - ${LINE}`,
    '2026-01-31T12:00:00+01:00',
  ],
  'RFC 5424 without a time': [`<165>1 - gw ocpp - - - ${LINE}`, null],
  'journal, short-precise': [`Jan 15 14:41:45.123456 gw ocpp[12]: ${LINE}`, 'Jan 15 14:41:45.123456'],
  'journal, short-full': [`Sat 2026-01-31 12:00:00 CET gw python3[1]: ${LINE}`, '2026-01-31 12:00:00'],
  'journal, short-full in UTC': [
    `Sat 2026-01-31 12:00:00 UTC gw ocpp[1]: ${LINE}`,
    '2026-01-31 12:00:00 UTC',
  ],
  'journal, short-monotonic': [`[12345.678901] gw python3[1]: ${LINE}`, null],
  'journal, short-iso': [`2026-01-31T12:00:00+0100 gw ocpp[12]: ${LINE}`, '2026-01-31T12:00:00+0100'],
  'file of rsyslog': [
    `2026-01-31T12:00:00.123456+01:00 gw ocpp: ${LINE}`,
    '2026-01-31T12:00:00.123456+01:00',
  ],
  'journal, json': [
    JSON.stringify({ __REALTIME_TIMESTAMP: '1769860800123456', MESSAGE: LINE, PRIORITY: '6' }),
    '2026-01-31T12:00:00.123456Z',
  ],
  'journal, json with bytes': [
    JSON.stringify({
      __REALTIME_TIMESTAMP: '1769860800000007',
      MESSAGE: [...Buffer.from(`\u001b[1m${LINE}`)],
    }),
    '2026-01-31T12:00:00.000007Z',
  ],
  'docker json-file': [
    JSON.stringify({
      log: `\u001b[32m${LINE}\u001b[0m\r\n`,
      stream: 'stdout',
      time: '2026-01-31T12:00:00.1Z',
    }),
    '2026-01-31T12:00:00.1Z',
  ],
  'docker compose': [`\u001b[36mcsms-1  |\u001b[0m ${LINE}`, null],
  'docker logs -t': [`2026-01-31T12:00:00.123456789Z ${LINE}`, '2026-01-31T12:00:00.123456789Z'],
  'docker compose logs -t': [
    `csms  | 2026-01-31T12:00:00.123456789Z ${LINE}`,
    '2026-01-31T12:00:00.123456789Z',
  ],
  Kubernetes: [`2026-01-31T12:00:00.123456789Z stdout F ${LINE}`, '2026-01-31T12:00:00.123456789Z'],
  'kubectl logs --prefix': [`[pod/csms-0/csms] ${LINE}`, null],
  Loki: [`2026-01-31T12:00:00Z {app="csms", path="/a}\\"b"} ${LINE}`, '2026-01-31T12:00:00Z'],
  'Loki, jsonl': [
    JSON.stringify({ labels: { app: 'csms' }, line: LINE, timestamp: '2026-01-31T12:00:00.5Z' }),
    '2026-01-31T12:00:00.5Z',
  ],
  'rsyslog with colours': [`Jan 15 14:41:45 gw ocpp: #033[1;35m${LINE}#033[0m`, 'Jan 15 14:41:45'],
  'the journal in Kubernetes': [
    `2026-01-31T12:00:00.1Z stdout F Jan 15 14:41:45 gw ocpp: ${LINE}`,
    '2026-01-31T12:00:00.1Z',
  ],
};

for (const [name, [line, stamp]] of Object.entries(CARRIED)) {
  test(`taken off: ${name}`, async () => {
    assert.deepEqual(await taken(line, line), [
      [LINE, stamp],
      [LINE, stamp],
    ]);
  });
}

test('parts of a line are put together, each stream its own', async () => {
  const docker = (log: string, stream: string) =>
    JSON.stringify({ log, stream, time: '2026-01-31T12:00:00Z' });
  assert.deepEqual(
    await taken(
      docker('[2,"1",', 'stdout'),
      docker('error\n', 'stderr'),
      docker('"A",{}]\n', 'stdout'),
      docker('x', 'stdout'),
    ),
    [
      ['error', '2026-01-31T12:00:00Z'],
      ['[2,"1","A",{}]', '2026-01-31T12:00:00Z'],
      ['x', '2026-01-31T12:00:00Z'],
    ],
  );
  const time = '2026-01-31T12:00:00.1Z';
  assert.deepEqual(await taken(`${time} stdout P [2,"1",`, `${time} stdout P "A",`, `${time} stdout F {}]`), [
    ['[2,"1","A",{}]', time],
  ]);
});

test('lines of a record that the journal indents below its first do not hide the prefix', () => {
  const record = ['Jan 15 14:41:45 gw a[1]: x [', ...Array.from({ length: 20 }, () => '    "a",'), '    ]'];
  assert.deepEqual(carriersOf(record).length, 1);
});

test('what a program writes itself is no prefix', async () => {
  const own = [
    '2026-01-31T12:00:00.1234567Z SEND [2,"1","Heartbeat",{}]',
    '2026-01-31T12:00:00Z CP_1 SEND: [2,"1","Heartbeat",{}]',
    '2026-01-31T12:00:00-0400 INFO CP_1: send [2,"1","Heartbeat",{}]',
    '2026-01-31T12:00:00Z ocpp CP_1: send [2,"1","Heartbeat",{}]',
    '2026-01-31T12:00:00Z: ChargePoint>CentralSystem Heartbeat',
    '[2,"1","Heartbeat",{}]',
  ];
  for (const line of own) assert.deepEqual(await taken(line), [[line, null]]);
});

test('what is carried in more than three is read as it stands behind the third', async () => {
  const inside = `Jan 15 14:41:45 gw ocpp[12]: ${LINE}`;
  const carried = (times: number) => {
    let text = inside;
    for (let n = 1; n < times; n += 1) text = `Jan 15 14:41:45 gw ocpp[12]: ${text}`;
    return text;
  };
  for (const times of [2, 3]) assert.equal((await taken(carried(times)))[0]?.[0], LINE);
  assert.equal((await taken(carried(4)))[0]?.[0], inside);
});
