import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type ImportProgress, type ImportSettings, importAll } from './engine.ts';
import { fileInput, pipeInput } from './input.ts';
import type { ImportOptions } from './options.ts';
import { fileReport } from './report.ts';
import type { FrameSink, SinkAnswer } from './sink.ts';
import { timedFrames } from './timed-frames.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-engine-'));
});
afterEach(() => rmSync(base, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(base, name);
  writeFileSync(path, content);
  return path;
}

interface Taken {
  readonly lines: readonly Record<string, unknown>[];
  readonly last: boolean;
}

class SinkDouble implements FrameSink {
  readonly taken: Taken[] = [];
  open = 0;
  openMost = 0;
  answer: (lines: number) => Partial<SinkAnswer> | Promise<Partial<SinkAnswer>> = () => ({});

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    const texts = Buffer.from(body).toString().split('\n');
    const lines = texts
      .filter((text) => text !== '')
      .map((text): Record<string, unknown> => JSON.parse(text));
    this.taken.push({ lines, last });
    this.open += 1;
    this.openMost = Math.max(this.open, this.openMost);
    const answer = await this.answer(lines.length);
    this.open -= 1;
    return { accepted: lines.length, duplicates: 0, rejected: [], entries: {}, ...answer };
  }
}

const OPTIONS: ImportOptions = {
  format: null,
  charger: 'CP_1',
  start: null,
  timeZone: null,
  date: null,
  version: null,
  seenFrom: null,
};

function settings(sink: FrameSink, change: Partial<ImportSettings> = {}): ImportSettings {
  return {
    options: OPTIONS,
    sink,
    bounds: { lines: 1_000, bytes: 1_000_000 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    bytesMax: null,
    unpackedMax: null,
    ...change,
  };
}

const heartbeats = (from: number, count: number, day = '2024-01-15') =>
  Array.from({ length: count }, (_, at) => `${day}T10:00:00Z RECV [2,"${from + at}","Heartbeat",{}]\n`).join(
    '',
  );

test('a chunk never spans two files, counts belong to theirs, and the last one ends the source', async () => {
  const sink = new SinkDouble();
  sink.answer = (lines) => ({ entries: { exchange: lines } });
  const files = [file('a.log', heartbeats(0, 5)), file('b.log', `${heartbeats(5, 2)}hello\n`)];
  const result = await importAll(
    files.map(fileInput),
    settings(sink, { bounds: { lines: 2, bytes: 9_999 } }),
  );
  assert.deepEqual(
    sink.taken.map(({ lines, last }) => [lines.length, last]),
    [
      [2, false],
      [2, false],
      [1, false],
      [2, true],
    ],
  );
  assert.deepEqual([result.error, result.interrupted], [null, false]);
  const [a, b] = result.files.map(fileReport);
  assert.deepEqual([a?.frames, a?.entries, b?.frames, b?.entries], [5, { exchange: 5 }, 2, { exchange: 2 }]);
  assert.deepEqual(b?.skipped, [{ line: 3, reason: 'no ISO time with a frame behind it' }]);
});

test('a chunk is bounded by its bytes too, and one row goes alone however long it is', async () => {
  const sink = new SinkDouble();
  const log = file('a.log', heartbeats(0, 4));
  await importAll([fileInput(log)], settings(sink, { bounds: { lines: 100, bytes: 10 } }));
  assert.deepEqual(
    sink.taken.map(({ lines }) => lines.length),
    [1, 1, 1, 1],
  );
});

test('one chunk is on its way while the next one fills, never two', async () => {
  const sink = new SinkDouble();
  const waiting: (() => void)[] = [];
  sink.answer = () => new Promise((resolve) => waiting.push(() => resolve({})));
  const log = file('a.log', heartbeats(0, 10));
  const running = importAll([fileInput(log)], settings(sink, { bounds: { lines: 2, bytes: 9_999 } }));
  for (let answered = 0; answered < 5; answered += 1) {
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting.shift()?.();
  }
  const { files } = await running;
  assert.equal(files[0]?.accepted, 10);
  assert.equal(sink.openMost, 1);
});

test('the report of a file has exactly its shape', async () => {
  const sink = new SinkDouble();
  sink.answer = () => ({
    accepted: 2,
    duplicates: 1,
    leftOut: 4,
    rejected: [{ line: 2, reason: 'no good' }],
    entries: { orphan: 1, exchange: 2, gap: 0 },
  });
  const log = file(
    'a.log',
    [
      'started',
      '2024-01-15T10:00:00.5Z RECV [2,"1","Heartbeat",{}]',
      '1980-01-15T10:00:00Z RECV [2,"2","Heartbeat",{}]',
      '2024-01-15T10:00:01Z SEND [2,"3","Reset",{"type":"Soft"}]',
      '2024-01-15T10:00:02Z RECV [3,"3",{"status":"Accepted"}]',
    ].join('\n'),
  );
  const { files } = await importAll([fileInput(log)], settings(sink));
  const report = files.map(fileReport)[0];
  assert.deepEqual(report, {
    file: log,
    format: 'timed-frames',
    frames: 4,
    entries: { exchange: 2, orphan: 1 },
    skipped: [
      { line: 1, reason: 'no ISO time with a frame behind it' },
      { line: 3, reason: 'no good' },
    ],
    from: '2024-01-15T10:00:00.500Z',
    to: '2024-01-15T10:00:02.000Z',
    chargers: ['CP_1'],
    evidence: '4 of the first 5 lines are an ISO time and a frame',
    guess: null,
    events: 0,
    accepted: 2,
    duplicates: 1,
    left_out_by_level: 4,
    skipped_lines: 2,
    skipped_reasons: [
      { reason: 'no ISO time with a frame behind it', count: 1, lines: [1] },
      { reason: 'no good', count: 1, lines: [3] },
    ],
    failure: null,
    lacks: null,
    notes: [],
    partial: false,
    first_entries: [
      {
        time: '2024-01-15T10:00:00.500Z',
        charger: 'CP_1',
        direction: 'station_to_csms',
        action: 'Heartbeat',
      },
      {
        time: '1980-01-15T10:00:00.000Z',
        charger: 'CP_1',
        direction: 'station_to_csms',
        action: 'Heartbeat',
      },
      { time: '2024-01-15T10:00:01.000Z', charger: 'CP_1', direction: 'csms_to_station', action: 'Reset' },
    ],
  });
  assert.deepEqual(Object.keys(report ?? {}).slice(0, 8), [
    'file',
    'format',
    'frames',
    'entries',
    'skipped',
    'from',
    'to',
    'chargers',
  ]);
});

test('a fault of one file loses no other one', async () => {
  const sink = new SinkDouble();
  const packed = gzipSync(heartbeats(0, 300));
  const inputs = [
    file('torn.log.gz', packed.subarray(0, packed.length - 20)),
    join(base, 'none.log'),
    file('prose.txt', 'hello\n'),
    file('near.txt', `${'hello\n'.repeat(9)}${heartbeats(0, 1)}`),
    file('empty.log', ''),
    base,
    file('good.log', heartbeats(900, 3)),
  ].map(fileInput);
  const { files, error } = await importAll(inputs, settings(sink));
  assert.equal(error, null);
  const told = files
    .map(fileReport)
    .map(({ format, frames, failure, guess }) => [format, frames > 0, failure, guess]);
  assert.match(String(told[0]?.[2]), /^cannot be unpacked: /);
  assert.ok((files[0]?.frames ?? 0) > 200);
  assert.deepEqual(told.slice(1), [
    [null, false, 'there is no such file', null],
    [null, false, 'no known format; its first line is: hello', 'timed-frames'],
    ['timed-frames', true, null, null],
    [null, false, 'there is nothing in it', null],
    [null, false, 'is a folder; name the files in it', null],
    ['timed-frames', true, null, null],
  ]);
  assert.equal(files.at(-1)?.accepted, 3);
});

for (const [packer, pack] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const) {
  test(`a small file of ${packer} that holds more than any disk is read up to the bound, and no packed one after it`, async () => {
    const sink = new SinkDouble();
    const zeros = pack(Buffer.alloc(10 * 1024 * 1024));
    const bomb = Buffer.concat([pack(heartbeats(0, 300)), ...Array.from({ length: 1_000 }, () => zeros)]);
    const inputs = [
      file('bomb.log', bomb),
      file('packed.log', pack(heartbeats(400, 2, '2024-01-16'))),
      file('plain.log', heartbeats(500, 3, '2024-01-17')),
    ].map(fileInput);
    const { files, error } = await importAll(inputs, settings(sink, { unpackedMax: 24 * 1024 * 1024 }));
    assert.equal(error, null);
    const told = files.map(fileReport).map(({ accepted, failure }) => [accepted, failure]);
    const failure =
      'holds, unpacked and with the packed files before it, more than 25165824 bytes (imports.max_unpacked_bytes)';
    assert.deepEqual(told, [
      [300, failure],
      [0, failure],
      [3, null],
    ]);
  });
}

test('what only a person can know is asked for before anything is sent', async () => {
  const sink = new SinkDouble();
  const options = { ...OPTIONS, charger: null };
  const inputs = [fileInput(file('a.log', heartbeats(0, 3)))];
  const { files } = await importAll(inputs, settings(sink, { options }));
  assert.deepEqual(
    files.map(({ failure, lacking, frames }) => [failure, lacking, frames]),
    [['the log names no charging station: add --charger ID', true, 0]],
  );
  assert.equal(sink.taken.length, 0);
});

test('rotated files are read in the order of their times and told in the order given', async () => {
  const sink = new SinkDouble();
  const names = [
    file('a.log', heartbeats(1, 1, '2024-01-17')),
    file('a.log.1', heartbeats(2, 1, '2024-01-16')),
    file('untimed', '[2,"3","Heartbeat",{}]\n'),
    file('a.log.2.gz', gzipSync(heartbeats(4, 1, '2024-01-15'))),
  ];
  const options = { ...OPTIONS, start: '2024-01-01T00:00:00Z' };
  const { files } = await importAll(names.map(fileInput), settings(sink, { options }));
  assert.deepEqual(
    sink.taken.map(({ lines }) => lines[0]?.occurrence_time),
    ['2024-01-15T10:00:00Z', '2024-01-16T10:00:00Z', '2024-01-01T00:00:00Z', '2024-01-17T10:00:00Z'],
  );
  assert.deepEqual(
    files.map((outcome) => outcome.file),
    names,
  );
});

test('a pipe is read once, and a file that is opened as one as well', async () => {
  const sink = new SinkDouble();
  const input = Readable.from([Buffer.from(heartbeats(0, 3))]);
  const { files } = await importAll([pipeInput('-', input)], settings(sink));
  assert.deepEqual([files[0]?.frames, sink.taken.length], [3, 1]);
});

test('progress counts the stored bytes of all files', async () => {
  const sink = new SinkDouble();
  sink.answer = (lines) => ({ entries: { exchange: lines } });
  const contents = [gzipSync(heartbeats(0, 5_000)), heartbeats(0, 5_000)];
  const inputs = contents.map((content, at) => fileInput(file(`${at}.log`, content)));
  const told: ImportProgress[] = [];
  await importAll(inputs, settings(sink, { onProgress: (progress) => told.push(progress) }));
  const total = contents.reduce((sum, { length }) => sum + length, 0);
  const bytes = told.map((progress) => progress.bytes);
  assert.deepEqual(
    bytes,
    [...bytes].sort((a, b) => a - b),
  );
  assert.deepEqual(
    [told.at(-1)?.bytes, told.at(-1)?.totalBytes, told.at(-1)?.frames],
    [total, total, 10_000],
  );
  assert.ok((told.at(-1)?.entries ?? 0) >= 5_000);
});

test('an interruption ends after the chunk on its way, and nothing more is sent', async () => {
  const sink = new SinkDouble();
  const stop = new AbortController();
  sink.answer = () => {
    stop.abort();
    return {};
  };
  const log = file('a.log', heartbeats(0, 100_000));
  const result = await importAll([fileInput(log)], settings(sink, { signal: stop.signal }));
  assert.deepEqual([result.interrupted, result.error], [true, null]);
  const sent = sink.taken.reduce((sum, { lines }) => sum + lines.length, 0);
  assert.equal(result.files[0]?.accepted, sent);
  assert.ok(sent < 10_000);
  assert.equal(sink.taken.at(-1)?.last, false);
});

test('an interruption does not wait for a pipe that gives nothing', async () => {
  const stop = new AbortController();
  const silent = new Readable({ read: () => queueMicrotask(() => stop.abort()) });
  const result = await importAll(
    [pipeInput('-', silent)],
    settings(new SinkDouble(), { signal: stop.signal }),
  );
  assert.equal(result.interrupted, true);
});

test('a sink that fails ends the import, and tells what it took before', async () => {
  const sink = new SinkDouble();
  const failure = new Error('the disk is full');
  sink.answer = () => (sink.taken.length === 2 ? Promise.reject(failure) : {});
  const log = file('a.log', heartbeats(0, 10));
  const result = await importAll([fileInput(log)], settings(sink, { bounds: { lines: 2, bytes: 9_999 } }));
  assert.equal(result.error, failure);
  assert.deepEqual([result.files[0]?.accepted, sink.taken.length], [2, 2]);
});

test('a limit reads the beginning only, without a torn line at its end', async () => {
  const sink = new SinkDouble();
  const log = file('a.log', heartbeats(0, 50_000));
  const { files } = await importAll([fileInput(log)], settings(sink, { bytesMax: 200_000 }));
  const [outcome] = files;
  assert.deepEqual([outcome?.partial, outcome?.skippedLines, outcome?.failure], [true, 0, null]);
  assert.ok((outcome?.frames ?? 0) > 3_000 && (outcome?.frames ?? 0) < 10_000);
});

test('skipped lines are listed to a bound and counted beyond it', async () => {
  const log = file('a.log', `${heartbeats(0, 1)}${'x\n'.repeat(1_500)}`);
  const options = { ...OPTIONS, format: timedFrames };
  const { files } = await importAll([fileInput(log)], settings(new SinkDouble(), { options }));
  const [report] = files.map(fileReport);
  assert.deepEqual([report?.skipped.length, report?.skipped_lines], [1_000, 1_500]);
  assert.deepEqual(report?.skipped_reasons, [
    { reason: 'no ISO time with a frame behind it', count: 1_500, lines: [2, 3, 4, 5, 6] },
  ]);
});

test('what is read all the same is noted', async () => {
  const line = '2024-01-15T10:00:00Z RECV [2,"1","StatusNotification",{"info":"Bär"}]\n';
  const log = file('a.log', Buffer.from(line, 'latin1'));
  const { files } = await importAll([fileInput(log)], settings(new SinkDouble()));
  const [report] = files.map(fileReport);
  assert.deepEqual(
    [report?.frames, report?.notes],
    [1, ['1 line is not UTF-8: read as Latin-1 (windows-1252)']],
  );
});
