import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetRow } from './fixtures.ts';
import { fleetCsv } from './fleet-csv.ts';

/** Of a row without quotes. */
function columns(text: string): Readonly<Record<string, string | undefined>> {
  const [names = '', line = ''] = text.slice(1).split('\r\n');
  const cells = line.split(',');
  return Object.fromEntries(names.split(',').map((name, place) => [name, cells[place]]));
}

test('numbers are whole, and what nobody knows is empty and not 0', () => {
  const uptime = { share: 0.98765, watched_ms: 5, connected_ms: 4, faulted_ms: 0 };
  const told = columns(fleetCsv([fleetRow({ uptime })]));
  assert.equal(told.uptime, '0.98765');
  assert.equal(told.faulted_ms, '0');
  assert.equal(told.first_success, '');
  assert.equal(told.csms_p95_ms, '');
});

test('texts of stations are texts in a spreadsheet', () => {
  const text = fleetCsv([
    fleetRow({ charger_id: '=HYPERLINK("x")', model: 'a,b', causes: [{ rule: 'stop-fault', count: 2 }] }),
  ]);
  assert.match(text, /^\uFEFFsite_id,/);
  assert.ok(text.includes(`"'=HYPERLINK(""x"")"`));
  assert.ok(text.includes(',"a,b",'));
  assert.ok(text.includes(',stop-fault 2,'));
  assert.ok(text.endsWith('\r\n'));
});
