import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DataFolder } from '../../folder.ts';
import { ControlDatabase } from '../../store/control/database.ts';
import { runFor } from '../terminal-double.ts';

let base = '';
let data = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-import-'));
  data = join(base, 'data');
});
afterEach(() => rmSync(base, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(base, name);
  writeFileSync(path, content);
  return path;
}

const run = (args: readonly string[], input = '') => runFor(['import', ...args, '--data', data], { input });

async function report(args: readonly string[], input = ''): Promise<Record<string, unknown>> {
  const { output } = await run([...args, '--json'], input);
  return JSON.parse(output);
}

const TALK = [
  '2024-01-15T10:00:00.000Z RECV [2,"1","Heartbeat",{}]',
  'connected',
  '2024-01-15T10:00:00.250Z SEND [3,"1",{"currentTime":"2024-01-15T10:00:00Z"}]',
  '2024-01-15T10:00:01.000Z SEND [2,"2","Reset",{"type":"Soft"}]',
  '',
].join('\n');

test('a log is recorded into a site that is made for it; a second time adds nothing', async () => {
  const log = file('station.log', TALK);
  const first = await run([log, '--charger', 'CP_1', '--site', 'depot']);
  assert.deepEqual(first, {
    status: 0,
    errors: '',
    output: [
      `${log}: timed-frames (3 of the first 4 lines are an ISO time and a frame)`,
      'imported into site depot: 3 frames',
      '  accepted   3',
      '  duplicates 0',
      '  skipped    1',
      '    1 x no ISO time with a frame behind it (line 2)',
      '  from 2024-01-15T10:00:00.000Z to 2024-01-15T10:00:01.000Z',
      '  stations: CP_1',
      '',
    ].join('\n'),
  });
  const again = await report([log, '--charger', 'CP_1', '--site', 'depot']);
  assert.deepEqual([again.accepted, again.duplicates], [0, 3]);
  const control = new ControlDatabase(data);
  assert.equal(control.snapshot().sites.get('depot')?.origin, 'added');
  control.close();
});

test('several files and a pipe, packed or not, are one import', async () => {
  const packed = file('a.log.gz', gzipSync(TALK));
  const frames = '[2,"9","Heartbeat",{}]\n[3,"9",{"currentTime":"x"}]\n';
  const start = ['--start', '2024-02-01T00:00:00Z'];
  const all = await report([packed, '-', '--charger', 'CP_1', ...start], frames);
  assert.deepEqual([all.frames, all.accepted, all.skipped], [5, 5, 1]);
  assert.deepEqual(
    [all.site, all.from, all.to],
    ['imported', '2024-01-15T10:00:00.000Z', '2024-02-01T00:00:00.000Z'],
  );
});

test('what only a person can know is asked for, and nothing is made', async () => {
  const timed = file('t.log', TALK);
  const plain = file('p.log', '[2,"1","Heartbeat",{}]\n');
  const noCharger = await run([timed]);
  assert.deepEqual(noCharger, {
    status: 2,
    output: '',
    errors: `${timed}: the log names no charging station: add --charger ID\n`,
  });
  const noStart = await run([plain, '--charger', 'a']);
  assert.equal(noStart.status, 2);
  assert.match(noStart.errors, /the log bears no times: add --start/);
  assert.equal(existsSync(data), false);
});

test('a dry run reads and tells, and makes nothing', async () => {
  const dry = await run([file('t.log', TALK), '--charger', 'a', '--dry-run']);
  assert.equal(dry.status, 0);
  assert.match(dry.output, /read 3 frames, imported none \(--dry-run\)/);
  assert.equal(existsSync(data), false);
});

test('wrong options and unreadable files are one line', async () => {
  const cases: readonly (readonly [string[], number, RegExp])[] = [
    [[], 2, /^ocpp-logs import: a file must follow/],
    [['x', '--format', 'csv'], 2, /^--format: "csv" is not allowed; allowed is one of open-ocpp-trace/],
    [['x', '--start', 'noon'], 2, /^--start must be an ISO 8601 time/],
    [['x', '--time-zone', 'Mars'], 2, /^--time-zone: "Mars" is not allowed/],
    [['x', '--seen-from', 'moon'], 2, /^--seen-from: "moon" is not allowed; allowed is one of station, csms/],
    [[join(base, 'none')], 1, /none: there is no such file\n$/],
    [[base], 1, /: is a folder; name the files in it\n$/],
    [['-', '-'], 2, /^- is given twice/],
    [
      [file('prose.txt', `hello \u001b${'x'.repeat(100)}\nworld\n`)],
      1,
      /prose\.txt: no known format; its first line is: hello \ufffdx{53}\.\.\.\n.*docs\/import\.md.*\n {2}--format open-ocpp-trace: /,
    ],
  ];
  for (const [args, status, expected] of cases) {
    const ran = await run(args);
    assert.match(ran.errors, expected);
    assert.equal(ran.status, status);
  }
});

test('one bad file among several: all bad ones are named, and nothing is imported', async () => {
  const good = file('good.log', TALK);
  const prose = file('prose.txt', 'hello\n');
  const ran = await run([good, join(base, 'none'), prose, '--charger', 'a']);
  assert.deepEqual([ran.status, ran.output, existsSync(data)], [1, '', false]);
  const lines = ran.errors.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /none: there is no such file$/);
  assert.match(lines[1] ?? '', /prose\.txt: no known format; its first line is: hello$/);
  assert.equal(lines.length, 2 + 4 + 1);
  assert.equal(lines.at(-1), 'nothing was imported');
});

test('what a later file lacks is told together with what is stored by then', async () => {
  const many = Array.from(
    { length: 20_001 },
    (_, at) => `2024-01-15T10:00:00Z RECV [2,"${at}","Heartbeat",{}]`,
  );
  const first = file('first.log', many.join('\n'));
  const plain = file('plain.log', '[2,"1","Heartbeat",{}]\n');
  const ran = await run([first, plain, '--charger', 'a']);
  assert.equal(ran.status, 2);
  assert.match(ran.errors, /plain\.log: the log bears no times: .*; 20000 frames before it are stored, /);
});

test('a packed file that breaks off is told, and what came before is kept', async () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, at) => `2024-01-15T10:00:00Z RECV [2,"${at}","Heartbeat",{}]`,
  );
  const packed = gzipSync(lines.join('\n'));
  const broken = file('broken.gz', packed.subarray(0, packed.length - 5_000));
  const told = await report([broken, '--charger', 'a']);
  const [{ failure }] = told.files as [{ failure: string }];
  assert.match(failure, /^cannot be unpacked: unexpected end of file/);
  assert.match(
    (await run([broken, '--charger', 'a'])).output,
    /given up: .*; what came before that is imported\n/,
  );
  assert.equal(told.accepted, told.frames);
  assert.ok(Number(told.frames) > 1_000);
});

interface Posted {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly lines: readonly Record<string, unknown>[];
}

test('a running server gets the frames in chunks over its own route, the last one marked', async () => {
  const posted: Posted[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync<Buffer>(request)).toString();
    const lines = body.split('\n').map((line): Record<string, unknown> => JSON.parse(line));
    posted.push({ url: request.url ?? '', headers: request.headers, lines });
    // The site is new to it at first.
    response.statusCode = posted.length === 1 ? 404 : 200;
    const rejected = posted.length === 2 ? [{ line: 2, reason: 'no good' }] : [];
    response.end(JSON.stringify({ accepted: lines.length - rejected.length, duplicates: 0, rejected }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const holder = DataFolder.hold(data, 'serve');
  holder.announce({ command: 'serve', url: `http://127.0.0.1:${address.port}`, token: 'secret-token' });
  try {
    const lines = Array.from({ length: 10_001 }, (_, at) => `[2,"${at}","Heartbeat",{}]`);
    const log = file('p.log', lines.join('\n'));
    const told = await report([
      log,
      '--charger',
      'C 1',
      '--site',
      'a/b',
      '--start',
      '2024-02-01',
      '--ocpp-version',
      '1.6',
    ]);
    assert.deepEqual([told.frames, told.accepted, told.skipped], [10_001, 10_000, 1]);
    assert.deepEqual(told.skipped_reasons, [
      { reason: 'no good', count: 1, first: [{ file: log, line: 2 }] },
    ]);
  } finally {
    holder.release();
    server.close();
  }
  const [refused, first, last] = posted;
  assert.deepEqual(refused?.lines, first?.lines);
  assert.deepEqual(
    posted.map(({ lines, headers }) => [lines.length, headers['x-ocpp-logs-end']]),
    [
      [10_000, undefined],
      [10_000, undefined],
      [1, '1'],
    ],
  );
  assert.equal(last?.url, '/rest/v1/ocpp-logs/site/a%2Fb');
  assert.equal(last.headers.authorization, 'Bearer secret-token');
  assert.equal(last.headers['x-ocpp-logs-source'], 'import');
  assert.deepEqual(last.lines, [
    {
      charger_id: 'C 1',
      occurrence_time: '2024-02-01T00:00:00.000Z',
      direction: 'station_to_csms',
      frame: '[2,"10000","Heartbeat",{}]',
      ocpp_version: '1.6',
      untimed: true,
    },
  ]);
});
