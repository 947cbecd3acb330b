import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everestHtml } from './everest-html.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('rows with and without end tags, a raw one, a torn one; only < and > were escaped', async () => {
  const read = await readAll(everestHtml, fixture('everest.html'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [3, 'a row without a frame'],
    [
      4,
      null,
      '2026-01-31T12:00:02.455Z',
      'station_to_csms',
      '[\n  2,\n  "7e348825",\n  "BootNotification",\n  {\n    "chargePointModel": "a <b> &amp;amp; c",\n    "chargePointVendor": "Vend"\n  }\n]',
    ],
    [13, null, '2026-01-31T12:00:02.467Z', 'csms_to_station', '[3,"7e348825",{"status":"Accepted"}]'],
    [14, null, '2026-01-31T12:00:04.000Z', 'csms_to_station', '[2,"raw","Reset",{"type":"Soft"}]'],
    [15, null, '2026-01-31T12:00:05.000Z', 'station_to_csms', '[2,"cut","Heart'],
  ]);
});
