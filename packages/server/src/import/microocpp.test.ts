import assert from 'node:assert/strict';
import { test } from 'node:test';
import { microOcpp } from './microocpp.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('a station: Send goes to the CSMS; the clock of a serial monitor goes on to the next day', async () => {
  const read = await readAll(microOcpp, fixture('microocpp.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, 'a message of MicroOcpp that is no frame'],
    [
      2,
      null,
      null,
      'station_to_csms',
      '[2,"10000001","BootNotification",{"chargePointModel":"M","chargePointVendor":"V"}]',
    ],
    [
      3,
      null,
      null,
      'csms_to_station',
      '[3,"10000001",{"currentTime":"2026-01-31T12:00:00Z","interval":30,"status":"Accepted"}]',
    ],
    [4, null, '2026-01-31T22:59:59.806Z', 'csms_to_station', '[2,"7","Reset",{"type":"Soft"}]'],
    [5, 'a message of MicroOcpp that is no frame'],
    [6, null, '2026-01-31T23:00:00.001Z', 'station_to_csms', '[3,"7",{"status":"Accepted"}]'],
    [7, 'no line of MicroOcpp'],
  ]);
});

test('versions of other names are read too', async () => {
  const lines = [
    '[AO] To WS lib: [2,"1","Heartbeat",{}]',
    '[AO] From WS lib: [3,"1",{}]',
    '[MO] Recv: [3,"1",{}]',
  ];
  assert.deepEqual(rows(await readAll(microOcpp, lines.join('\n'))), [
    [1, null, null, 'station_to_csms', '[2,"1","Heartbeat",{}]'],
    [2, null, null, 'csms_to_station', '[3,"1",{}]'],
    [3, null, null, 'csms_to_station', '[3,"1",{}]'],
  ]);
});
