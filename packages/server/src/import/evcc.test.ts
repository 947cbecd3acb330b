import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evcc } from './evcc.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('old and new verbs, padded parts and ids', async () => {
  const read = await readAll(evcc, fixture('evcc.txt'), { timeZone: 'Europe/Berlin', date: '2026-01-31' });
  assert.deepEqual(rows(read), [
    [1, 'another part of evcc'],
    [2, 'CP1', '2026-01-31T11:00:01Z', 'station_to_csms', '[2,"2732","Heartbeat",{}]'],
    [
      3,
      'CP1',
      '2026-01-31T11:00:01Z',
      'csms_to_station',
      '[3,"2732",{"currentTime":"2026-01-31T11:00:01Z"}]',
    ],
    [
      4,
      'SN1005',
      '2026-01-31T11:00:02Z',
      'csms_to_station',
      '[2,"421","TriggerMessage",{"requestedMessage":"MeterValues","connectorId":1}]',
    ],
    [5, 'SN1005', '2026-01-31T11:00:03Z', 'station_to_csms', '[3,"421",{"status":"Accepted"}]'],
    [6, 'a message of evcc that is no frame'],
    [7, 'another part of evcc'],
    [
      8,
      'Garage',
      '2026-01-31T11:00:05Z',
      'station_to_csms',
      '[2,"45","StatusNotification",{"connectorId": 1,"errorCode": "NoError","status": "Available"}]',
    ],
    [9, 'a message of evcc that is no frame'],
    [10, 'Garage', '2026-01-31T11:00:05Z', 'csms_to_station', '[3,"45",{}]'],
  ]);
});
