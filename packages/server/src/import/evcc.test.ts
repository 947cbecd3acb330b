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

test('a message that is cut off takes nothing of the next line with it, which begins with a bracket', async () => {
  const at = '[ocpp  ] TRACE 2026/01/31 12:00:00';
  const lines = [
    `${at} recv CP_1: [3,"1",{"configurationKey":[{"key":"Meter>`,
    '[lp-1  ] DEBUG 2026/01/31 12:00:00 charge power: 0W',
    `${at} recv CP_1: [2,"2","MeterValues",{"connectorId":1,`,
    `${at} send CP_1: [3,"2",{}]`,
  ];
  const read = rows(await readAll(evcc, lines.join('\n'), { timeZone: 'UTC' }));
  assert.deepEqual(
    read.map((row) => [row[0], row.at(-1)]),
    [
      [1, '[3,"1",{"configurationKey":[{"key":"Meter>'],
      [2, 'another part of evcc'],
      [3, '[2,"2","MeterValues",{"connectorId":1,'],
      [4, '[3,"2",{}]'],
    ],
  );
});
