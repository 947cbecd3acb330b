import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from './detect.ts';
import type { ImportedLine } from './format.ts';
import { sourceOf } from './source.ts';
import { chunksOf, rows } from './source-double.ts';

async function read(content: string): Promise<readonly unknown[]> {
  const { sample, chunks } = await sourceOf(chunksOf(content, 1_000));
  const found = detect(sample);
  if (typeof found === 'string') return [found];
  const lines: readonly ImportedLine[] = (
    await Array.fromAsync(found.format.read(chunks, { timeZone: null, date: null }))
  ).flat();
  return [`${found.format.name}: ${found.evidence}`, ...rows(lines)];
}

const CALL = 'INFO:ocpp:CP_1: receive message [2,"1","Heartbeat",{}]';
const ANSWER = 'INFO:ocpp:CP_1: send [3,"1",{"currentTime":"2026-01-31T12:00:00Z"}]';
const OTHER = 'INFO:websockets.server:connection open';
const EXPECTED = [
  'mobilityhouse-ocpp: 2 of the first 3 lines are send and receive message lines of the Python library ocpp, behind the prefix of Loki (jsonl)',
  [1, 'another message of the log'],
  [2, 'CP_1', '2026-01-31T12:00:00.123456789Z', 'received', '[2,"1","Heartbeat",{}]'],
  [3, 'CP_1', '2026-01-31T12:00:00.123456789Z', 'sent', '[3,"1",{"currentTime":"2026-01-31T12:00:00Z"}]'],
];
const AT = '1769860800123456789';
const BEFORE = '1769860799000000000';

test('an answer of Loki: several streams, the newest first', async () => {
  const result = [
    {
      stream: { app: 'csms', pod: 'a' },
      values: [
        [AT, ANSWER],
        [AT, CALL],
      ],
    },
    { stream: { app: 'csms', pod: 'b' }, values: [[BEFORE, OTHER]] },
  ];
  const answer = { status: 'success', data: { resultType: 'streams', result, stats: {} } };
  assert.deepEqual(await read(JSON.stringify(answer)), EXPECTED);
  assert.deepEqual(await read(JSON.stringify(answer, null, 2)), EXPECTED);
});

test('a download of Grafana', async () => {
  const record = (timestamp: string, line: string) => ({
    line,
    timestamp,
    date: '2026-01-31T12:00:00.123Z',
    fields: { app: 'csms' },
  });
  const download = [record(AT, ANSWER), record(AT, CALL), record(BEFORE, OTHER)];
  assert.deepEqual(await read(JSON.stringify(download)), EXPECTED);
  assert.deepEqual(await read(JSON.stringify(download.toReversed(), null, 2)), EXPECTED);
});

test('what only begins like them is left as it is', async () => {
  const api = '{"status":"success","data":{"items":[]}}\n';
  const { chunks } = await sourceOf(chunksOf(api));
  assert.equal(Buffer.concat(await Array.fromAsync(chunks)).toString(), api);
  const torn = '[{"line":"a","timestamp":"1"},\n{"line":"b"';
  const source = await sourceOf(chunksOf(torn));
  assert.equal(Buffer.concat(await Array.fromAsync(source.chunks)).toString(), torn);
});
