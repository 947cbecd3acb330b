import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonFrames } from './json-frames.ts';
import { readAll, rows } from './source-double.ts';

const CALL = '[2,"1","Authorize",{"idTag":"A"}]';
const read = async (...records: readonly object[]) =>
  rows(await readAll(jsonFrames, records.map((record) => JSON.stringify(record)).join('\n')));

test('a frame in a text of a logger, with its time, station and way', async () => {
  assert.deepEqual(
    await read(
      { level: 30, time: 1_769_882_401_250, msg: `recv CP_1: ${CALL}` },
      { ts: '2026-01-31T18:00:02Z', cp: 'CP_2', direction: 'outgoing', frame: '[3,"1",{}]' },
      { timestamp: '2026-01-31T18:00:03Z', station: 'CP_3', message: 'sent: [3,"1",{}] in 3 ms' },
      { timestamp: '2026-01-31T18:00:04Z', msg: 'listening on [2,3]' },
    ),
    [
      [1, 'CP_1', '2026-01-31T18:00:01.250Z', 'received', CALL],
      [2, 'CP_2', '2026-01-31T18:00:02Z', 'sent', '[3,"1",{}]'],
      [3, 'CP_3', '2026-01-31T18:00:03Z', 'sent', '[3,"1",{}]'],
      [4, 'no frame'],
    ],
  );
});

test('a member that is a frame is taken as it is written', async () => {
  const text = '{"ts":"2026-01-31T18:00:02Z","message":[2, "1","Heartbeat",{ }]}';
  assert.deepEqual(rows(await readAll(jsonFrames, text)), [
    [1, null, '2026-01-31T18:00:02Z', null, '[2, "1","Heartbeat",{ }]'],
  ]);
});

test('a frame that is told in parts is put together', async () => {
  const parts = { timestamp: '2026-01-31T18:00:00Z', chargePointId: 'CP_1', messageId: 'a' };
  const call = { ...parts, messageType: 'CALL', action: 'Authorize', payload: { idTag: 'A' } };
  const error = { UUID: 'b', CallType: 4, errCode: 'InternalError', errDescription: 'x', Payload: {} };
  const lines = [call, { ...parts, messageType: 3, payload: {} }, error, { ...parts, messageType: 'CALL' }];
  const told = await readAll(jsonFrames, lines.map((record) => JSON.stringify(record)).join('\n'));
  assert.deepEqual(
    told.map((line) => (line.kind === 'frame' ? [line.frame, line.rebuilt] : line.kind)),
    [
      ['[2,"a","Authorize",{"idTag":"A"}]', true],
      ['[3,"a",{}]', true],
      ['[4,"b","InternalError","x",{}]', true],
      'skipped',
    ],
  );
});
