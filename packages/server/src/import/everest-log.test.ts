import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everestLog } from './everest-log.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('pretty and raw frames, texts that are none, the console', async () => {
  const read = await readAll(everestLog, fixture('everest.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, 'a message of EVerest itself'],
    [4, 'a message of EVerest itself'],
    [
      7,
      null,
      '2026-01-31T12:00:02.455Z',
      'station_to_csms',
      '[\n  2,\n  "7e348825",\n  "BootNotification",\n  {\n    "chargePointModel": "Yeti ]",\n    "chargePointVendor": "Vend"\n  }\n]',
    ],
    [
      18,
      null,
      '2026-01-31T12:00:02.467Z',
      'csms_to_station',
      '[\n  3,\n  "7e348825",\n  {\n    "currentTime": "2026-01-31T12:00:02.460Z",\n    "interval": 300,\n    "status": "Accepted"\n  }\n]',
    ],
    [29, null, '2026-01-31T12:00:03.000Z', 'csms_to_station', 'not what OCPP is'],
    [32, null, '2026-01-31T12:00:04.000Z', 'csms_to_station', '[2,"raw","Reset",{"type":"Soft"}]'],
    [35, 'another part of EVerest'],
    [36, null, '2026-01-31T11:00:05.300000Z', 'station_to_csms', '[3,"raw",{"status":"Accepted"}]'],
  ]);
});
