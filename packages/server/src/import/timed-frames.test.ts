import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, readAll, rows } from './source-double.ts';
import { timedFrames } from './timed-frames.ts';

test('levels, stations and ways between the time and the frame', async () => {
  const read = await readAll(timedFrames, fixture('timed-frames.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, null, '2026-01-31T12:00:00.250Z', 'sent', '[2,"17","Heartbeat",{}]'],
    [2, null, '2026-01-31T12:00:00.300Z', 'received', '[3,"17",{"currentTime":"2026-01-31T12:00:00Z"}]'],
    [3, 'CP_1', '2026-01-31T13:00:01.000+01:00', 'received', '[2,"1","Reset",{"type":"Soft"}]'],
    [4, 'CP_1', '2026-01-31T13:00:01.100+01:00', 'sent', '[3,"1",{"status":"Accepted"}]'],
    [5, 'CP_2', '2026-01-31T12:00:02Z', 'received', '[2,"2","Heartbeat",{}]'],
    [6, 'CP_2', '2026-01-31T12:00:03Z', 'csms_to_station', '[3,"2",{"currentTime":"2026-01-31T12:00:03Z"}]'],
    [7, 'CP_3', '2026-01-31T12:00:04Z', 'sent', '[\n  2, "3",\n  "Reset", {"type":"Hard"}\n]'],
    [11, 'no ISO time with a frame behind it'],
  ]);
});

test('several frames on a line, and lines that CR alone ends', async () => {
  const call = '2026-01-31T12:00:00Z CP_1 SEND [2,"1","Heartbeat",{}]';
  const answer = '2026-01-31T12:00:01Z CP_1 RECV [3,"1",{}]';
  const told = (first: number, second: number) => [
    [first, 'CP_1', '2026-01-31T12:00:00Z', 'sent', '[2,"1","Heartbeat",{}]'],
    [second, 'CP_1', '2026-01-31T12:00:01Z', 'received', '[3,"1",{}]'],
  ];
  assert.deepEqual(rows(await readAll(timedFrames, `${call} ${answer}\n`)), told(1, 1));
  assert.deepEqual(rows(await readAll(timedFrames, `${call}\r${answer}\r`)), told(1, 2));
  assert.deepEqual(rows(await readAll(timedFrames, `${call}\r\r\n${answer}\r\n`)), told(1, 2));
});

test('an id with blanks is one id', async () => {
  const charger = async (between: string) => {
    const [frame] = await readAll(timedFrames, `2026-01-31T12:00:00Z ${between} [2,"1","Heartbeat",{}]`);
    return frame?.kind === 'frame' ? frame.charger : frame;
  };
  assert.equal(await charger('[CP 1] SEND'), 'CP 1');
  assert.equal(await charger('INFO [Garage left] SEND'), 'Garage left');
  assert.equal(await charger('Charger 07 >>'), 'Charger 07');
  assert.equal(await charger('RECV from charger 7:'), 'charger 7');
  assert.equal(await charger('[charger CP_1] >>'), 'CP_1');
  assert.equal(await charger('[CP_1 SEND]'), 'CP_1');
  assert.equal(await charger('[OCPP server] SEND'), null);
  assert.equal(await charger('Garage 07 >>'), null);
  assert.equal(await charger('07 >>'), '07');
  assert.equal(await charger('- [TXT][KV-0012] : MESSAGE :'), 'KV-0012');
});

test('the way as a test tool writes it, behind milliseconds that a colon divides off', async () => {
  const lines = [
    '[01:56:47:162] [msg-out]  [2, "1", "Reset", {"type":"Soft"}]',
    '[01:56:47:163] [info]  Waiting for a response',
    '[01:56:47:461] [msg-in]  [3,"1",{"status":"Accepted"}]',
  ];
  const read = await readAll(timedFrames, lines.join('\n'), { timeZone: 'UTC', date: '2026-01-31' });
  assert.deepEqual(rows(read), [
    [1, null, '2026-01-31T01:56:47.162Z', 'sent', '[2, "1", "Reset", {"type":"Soft"}]'],
    [2, 'no ISO time with a frame behind it'],
    [3, null, '2026-01-31T01:56:47.461Z', 'received', '[3,"1",{"status":"Accepted"}]'],
  ]);
});
