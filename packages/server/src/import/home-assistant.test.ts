import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeAssistant } from './home-assistant.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('frames over several lines, broken and torn ones; texts elided by websockets are no frames', async () => {
  const read = await readAll(homeAssistant, fixture('home-assistant.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, 'another part of Home Assistant'],
    [
      2,
      'Switch_EV',
      '2026-01-31T11:00:00.254Z',
      'station_to_csms',
      '[2,"ea54","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]',
    ],
    [3, 'Switch_EV', '2026-01-31T11:00:00.260Z', 'csms_to_station', '[3,"ea54",{}]'],
    [4, 'text elided by websockets, no frame'],
    [
      5,
      'right',
      '2026-01-31T11:00:01.001Z',
      'station_to_csms',
      '[2,"317097467","MeterValues",\n{\n"connectorId": 1,\n"meterValue": [\n{\n"timestamp": "2026-01-31T12:00:00Z",\n"sampledValue": [\n{\n"value": "2e+01",\n"measurand": "Current.Import"\n}\n\n]\n} \n],\n"transactionId": 1234\n}]',
    ],
    [22, 'right', '2026-01-31T11:00:01.010Z', 'csms_to_station', '[3,"317097467",{}]'],
    [
      23,
      'GRS',
      '2026-01-31T11:00:02.844Z',
      'station_to_csms',
      '[3,"b731",{"configurationKey":],"unknownKey":["MeterValuesSampledData"]}]',
    ],
    [24, 'a message of the integration that is no frame'],
    [
      25,
      'left',
      '2026-01-31T11:00:03.000Z',
      'station_to_csms',
      '[2,"cut","MeterValues",{"connectorId":1,"meterV',
    ],
    [
      26,
      'left',
      '2026-01-31T11:00:03.500Z',
      'csms_to_station',
      '[2,"c-1","TriggerMessage",{"requestedMessage":"BootNotification"}]',
    ],
  ]);
});
