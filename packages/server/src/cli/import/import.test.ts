import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Outbox } from '../../store/clickhouse/outbox.ts';
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
      '  frames     3',
      '  accepted   3',
      '  duplicates 0',
      '  entries    2 (exchange 2)',
      '  skipped    1',
      '    1 x no ISO time with a frame behind it (line 2)',
      '  from 2024-01-15T10:00:00.000Z to 2024-01-15T10:00:01.000Z',
      '  stations: CP_1',
      'imported into site depot: 3 frames, 3 new, 0 stored before, 2 entries, 1 line skipped',
      '',
    ].join('\n'),
  });
  const again = await report([log, '--charger', 'CP_1', '--site', 'depot']);
  assert.deepEqual([again.accepted, again.duplicates, again.entries], [0, 3, 0]);
  const control = new ControlDatabase(data);
  assert.equal(control.snapshot().sites.get('depot')?.origin, 'added');
  control.close();
});

test('what is recorded into a folder that is shipped is noted for the next server', async () => {
  const log = file('station.log', TALK);
  const config = file('config.yaml', 'store: {clickhouse: {url: "http://127.0.0.1:9", database: logs}}\n');
  const { status, errors } = await run([log, '--charger', 'CP_1', '--site', 'depot', '--config', config]);
  assert.equal(status, 0, errors);
  const outbox = new Outbox(data, { shipping: true });
  assert.ok(outbox.waiting().changes >= 2, 'of each of two entries');
  outbox.close();
});

test('a table of published fields alone is taken over whole, and says nothing of time-outs', async () => {
  const table = file(
    'log.csv',
    [
      'occurrence_time,action,payload,site_id,charger_id,connector_id',
      '2024-01-15T10:00:00.000Z,Heartbeat,{},depot,CP_1,',
      '2024-01-15T10:00:01.000Z,DataTransfer,"{""vendorId"":""V""}",depot,CP_1,',
      '2024-01-15T13:00:00.000Z,Reset,"{""type"":""Soft""}",depot,CP_1,',
      '',
    ].join('\n'),
  );
  const { frames, accepted, skipped_lines } = await report([table, '--site', 'depot']);
  assert.deepEqual([frames, accepted, skipped_lines], [3, 3, 0]);
  const to = join(base, 'out.ndjson');
  const args = [
    '--from',
    '2024-01-15T00:00:00Z',
    '--sort',
    'asc',
    '--format',
    'ndjson',
    '--include',
    'exchange',
    '--output',
    to,
  ];
  const { status, errors } = await runFor(['export', ...args, '--data', data]);
  assert.equal(status, 0, errors);
  const entries = readFileSync(to, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map(({ action, exchange }) => [action, exchange.direction, exchange.outcome]),
    [
      ['Heartbeat', 'station_to_csms', 'unanswered'],
      ['DataTransfer', 'station_to_csms', 'unanswered'],
      ['Reset', 'csms_to_station', 'unanswered'],
    ],
  );
});

test('several files and a pipe, packed or not, are one import', async () => {
  const packed = file('a.log.gz', gzipSync(TALK));
  const frames = '[2,"9","Heartbeat",{}]\n[3,"9",{"currentTime":"x"}]\n';
  const start = ['--start', '2024-02-01T00:00:00Z'];
  const all = await report([packed, '-', '--charger', 'CP_1', ...start], frames);
  assert.deepEqual([all.frames, all.accepted, all.skipped_lines], [5, 5, 1]);
  assert.equal(all.site, 'imported');
  // Safe: the report of the command under test.
  const files = all.files as readonly { readonly file: string; readonly from: string }[];
  assert.deepEqual(
    files.map(({ file: name, from }) => [name, from]),
    [
      [packed, '2024-01-15T10:00:00.000Z'],
      ['-', '2024-02-01T00:00:00.000Z'],
    ],
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

test('a dry run shows what would be made, and makes nothing', async () => {
  const log = file('t.log', TALK);
  const dry = await run([log, '--charger', 'a', '--dry-run']);
  assert.deepEqual(dry, {
    status: 0,
    errors: '',
    output: [
      `${log}: timed-frames (3 of the first 4 lines are an ISO time and a frame)`,
      '  frames     3',
      '  entries    2 (exchange 2)',
      '  skipped    1',
      '    1 x no ISO time with a frame behind it (line 2)',
      '  from 2024-01-15T10:00:00.000Z to 2024-01-15T10:00:01.000Z',
      '  stations: a',
      '  begins with',
      '    Time                      Station  Way     Action',
      '    2024-01-15T10:00:00.000Z  a        → CSMS  Heartbeat',
      '    2024-01-15T10:00:01.000Z  a        ← CSMS  Reset',
      'read 3 frames, would make 2 entries, imported none (--dry-run)',
      '',
    ].join('\n'),
  });
  const told = await report([log, '--charger', 'a', '--dry-run']);
  assert.deepEqual([told.dry_run, told.accepted, told.entries], [true, 0, 2]);
  assert.equal(existsSync(data), false);
});

test('--json is one object: the report of each file, then the sums', async () => {
  const log = file('t.log', TALK);
  const prose = file('prose.txt', `${'hello [2,"x"]\n'.repeat(20)}${TALK}`);
  const { output, errors, status } = await run([log, prose, '--charger', 'a', '--json']);
  assert.equal(status, 1);
  assert.match(
    errors,
    /prose\.txt: no known format.*\n {2}closest is timed-frames \(3 of the first 24 lines/,
  );
  assert.equal(output.indexOf('\n'), output.length - 1);
  const told = JSON.parse(output);
  assert.deepEqual(Object.keys(told), [
    'files',
    'site',
    'dry_run',
    'interrupted',
    'frames',
    'accepted',
    'duplicates',
    'left_out_by_level',
    'entries',
    'skipped_lines',
  ]);
  const [read, unknown] = told.files;
  assert.deepEqual(Object.entries(read).slice(0, 8), [
    ['file', log],
    ['format', 'timed-frames'],
    ['frames', 3],
    ['entries', { exchange: 2 }],
    ['skipped', [{ line: 2, reason: 'no ISO time with a frame behind it' }]],
    ['from', '2024-01-15T10:00:00.000Z'],
    ['to', '2024-01-15T10:00:01.000Z'],
    ['chargers', ['a']],
  ]);
  const { format, guess, evidence, frames, entries, from } = unknown;
  assert.deepEqual(
    [format, guess, evidence, frames, entries, from],
    [null, 'timed-frames', '3 of the first 24 lines are an ISO time and a frame', 0, {}, null],
  );
});

test('wrong options and unreadable files are one line', async () => {
  const cases: readonly (readonly [string[], number, RegExp])[] = [
    [[], 2, /^ocpp-logs import: a file must follow/],
    [['x', '--format', 'csv'], 2, /^--format: "csv" is not allowed; allowed is one of open-ocpp-trace/],
    [['x', '--start', 'noon'], 2, /^--start must be an ISO 8601 time/],
    [['x', '--date', '2026-02-30'], 2, /^--date: "2026-02-30" is not allowed; allowed is a day such as/],
    [['x', '--site', '..'], 2, /^--site: "\.\." is not allowed/],
    [['x', '--time-zone', 'Mars'], 2, /^--time-zone: "Mars" is not allowed/],
    [['x', '--seen-from', 'moon'], 2, /^--seen-from: "moon" is not allowed; allowed is one of station, csms/],
    [[join(base, 'none')], 1, /none: there is no such file\n$/],
    [[base], 1, /: is a folder; name the files in it\n$/],
    [['-', '-'], 2, /^- is given twice/],
    [
      [file('prose.txt', `hello \u001b${'x'.repeat(100)}\nworld\n`)],
      1,
      /prose\.txt: no known format; its first line is: hello \ufffdx{53}\.\.\.\n {2}closest is timed-frames \(0 of the first 2 lines .*\n.*docs\/import\.md.*\n {2}--format open-ocpp-trace: /,
    ],
  ];
  for (const [args, status, expected] of cases) {
    const ran = await run(args);
    assert.match(ran.errors, expected);
    assert.equal(ran.status, status);
  }
});

test('one bad file among several: all bad ones are named, and the good ones are imported', async () => {
  const good = file('good.log', TALK);
  const prose = file('prose.txt', 'hello\n');
  const ran = await run([good, join(base, 'none'), prose, '--charger', 'a']);
  assert.equal(ran.status, 1);
  assert.match(ran.output, /^[^\n]*good\.log: timed-frames/);
  assert.match(ran.output, /\nimported into site imported: 3 frames, 3 new,/);
  const lines = ran.errors.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /none: there is no such file$/);
  assert.match(lines[1] ?? '', /prose\.txt: no known format; its first line is: hello$/);
  assert.match(lines[2] ?? '', /^ {2}closest is timed-frames \(0 of the first 1 line are/);
  assert.match(lines[3] ?? '', /^lines that are read/);
});

test('a file that lacks what only a person can know does not keep the others out', async () => {
  const plain = file('plain.log', '[2,"1","Heartbeat",{}]\n');
  const ran = await run([plain, file('good.log', TALK), '--charger', 'a']);
  assert.equal(ran.status, 2);
  assert.match(ran.errors, /^[^\n]*plain\.log: the log bears no times: add --start, [^\n]*\n$/);
  assert.match(ran.output, /imported into site imported: 3 frames, 3 new,/);
  assert.match((await run([plain, '--charger', 'a', '--start', '2024-02-01'])).output, /1 frame, 1 new/);
});

test('a packed file that holds more than it may is told with the setting, and what came before is kept', async () => {
  const lines = Array.from(
    { length: 30_000 },
    (_, at) => `2024-01-15T10:00:00Z RECV [2,"${at}","Heartbeat",{}]\n`,
  );
  const packed = file('bomb.log.gz', gzipSync(lines.join('')));
  const config = file('c.yaml', 'imports: {max_unpacked_bytes: 1000000}\n');
  const { status, output, errors } = await run([packed, '--charger', 'a', '--config', config]);
  assert.equal(status, 1);
  assert.match(errors, /bomb\.log\.gz: holds, .* more than 1000000 bytes \(imports\.max_unpacked_bytes\)\n$/);
  assert.match(output, /given up: holds, .*; what came before that is imported\n/);
  const frames = Number(/accepted +([\d,]+)/.exec(output)?.[1]?.replaceAll(',', ''));
  assert.ok(frames > 1_000 && frames < 30_000, output);
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
