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
