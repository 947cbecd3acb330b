import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mobilityhouseOcpp } from './mobilityhouse-ocpp.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('ids behind what loggers write, URLs with colons and blanks among them', async () => {
  const read = await readAll(mobilityhouseOcpp, fixture('mobilityhouse-ocpp.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, 'another message of the log'],
    [2, 'another message of the log'],
    [
      3,
      'CP_1',
      null,
      'received',
      '[2,"531","BootNotification",{"chargePointVendor":"Vend","chargePointModel":"One [AC]"}]',
    ],
    [
      4,
      'CP_1',
      null,
      'sent',
      '[3,"531",{"currentTime":"2026-01-31T12:00:00Z","interval":300,"status":"Accepted"}]',
    ],
    [5, 'wss://csms.example:9000/ocpp/CP 2', null, 'received', '[2, "a-1", "Heartbeat", {}]'],
    [
      6,
      'wss://csms.example:9000/ocpp/CP 2',
      null,
      'sent',
      '[3,"a-1",{"currentTime":"2026-01-31T12:00:01Z"}]',
    ],
    [7, 'another message of the log'],
    [8, 'another message of the log'],
    [9, 'no message of the library'],
    [10, '45215306', '2026-01-31T11:00:05.273Z', 'sent', '[2,"9","Reset",{"type":"Soft"}]'],
    [11, 'VIRTUAL-001', '2026-01-31T12:00:06-05:00', 'received', '[3,"9",{"status":"Accepted"}]'],
  ]);
});
