import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainFrames } from './plain-frames.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('marks, frames over lines and the hard wrap of a terminal', async () => {
  const read = await readAll(plainFrames, fixture('plain-frames.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, null, null, null, '[2,"1","Heartbeat",{}]'],
    [2, null, null, null, '[3,"1",{"currentTime":"2026-01-31T12:00:00Z"}]'],
    [3, null, null, 'received', '[2,"2","Reset",{"type":"Soft"}]'],
    [4, null, null, 'sent', '[3,"2",{"status":"Accepted"}]'],
    [
      5,
      null,
      null,
      null,
      '[\n  2,\n  "3",\n  "StatusNotification",\n  {"connectorId": 1, "errorCode": "NoError", "status": "Available", "info": "a ] b roken by the terminal"}\n]',
    ],
    [12, 'no frame'],
  ]);
});
