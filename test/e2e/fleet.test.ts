/** The fleet, asked of the program itself: from what is pushed to uptime, tries and firmware. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADMIN_TOKEN, startServer } from './running-server.ts';

const DAY = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

interface Told {
  readonly rests_on: { readonly days: number; readonly partial: boolean };
  readonly total: { readonly uptime: { readonly share: number | null } };
  readonly rows: readonly {
    readonly firmware: string | null;
    readonly tries: object;
    readonly causes: object;
  }[];
  readonly changes: readonly {
    readonly firmware_before: string;
    readonly firmware_after: string;
    readonly by_station: readonly { readonly time: string }[];
  }[];
  readonly stations: readonly { readonly entries: object }[];
}

let calls = 0;

function says(at: number, action: string, call: object, answer: object): readonly object[] {
  calls += 1;
  const line = (ms: number, direction: string, frame: readonly unknown[]) => ({
    charger_id: 'CP1',
    connection_id: 'c1',
    occurrence_time: new Date(DAY + ms).toISOString(),
    direction,
    frame,
    ocpp_version: '1.6',
  });
  return [
    line(at, 'station_to_csms', [2, `m${calls}`, action, call]),
    line(at + 200, 'csms_to_station', [3, `m${calls}`, answer]),
  ];
}

const boot = (at: number, firmwareVersion: string) =>
  says(
    at,
    'BootNotification',
    { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion },
    { status: 'Accepted', interval: 300, currentTime: new Date(DAY + at).toISOString() },
  );
const befell = (at: number, event: string) => ({
  charger_id: 'CP1',
  connection_id: 'c1',
  occurrence_time: new Date(DAY + at).toISOString(),
  event: { event },
});

test('uptime, tries, causes, firmware and shares are told of what was pushed, and are counted', async (t) => {
  const server = await startServer({ config: 'sites: [{id: depot, name: Depot}]\n' });
  t.after(() => server.stop());
  const lines = [
    befell(0, 'accepted'),
    ...boot(60_000, '1.0'),
    ...says(HOUR, 'Authorize', { idTag: 'A' }, { idTagInfo: { status: 'Invalid' } }),
    ...boot(6 * HOUR, '1.1'),
    befell(12 * HOUR, 'closed'),
  ];
  const pushed = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/x-ndjson',
      'x-ocpp-logs-end': '1',
    },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  assert.equal(pushed.status, 200, await pushed.text());

  const range = 'from=2026-01-05&to=2026-01-06';
  const get = async (path: string) =>
    // Safe: the routes are held to their schemas elsewhere.
    (await (await server.get(`${path}${path.includes('?') ? '&' : '?'}${range}`)).json()) as Told;
  const { rows, rests_on: rests } = await get('/fleet?by=firmware');
  assert.deepEqual([rests.days, rests.partial], [1, false]);
  const told = rows.map((row) => [row.firmware, row.tries, row.causes]);
  const [failed, none] = [
    { count: 1, succeeded: 0, failed: 1, open: 0 },
    { count: 0, succeeded: 0, failed: 0, open: 0 },
  ];
  assert.deepEqual(told, [
    [null, none, []],
    ['1.0', failed, [{ rule: 'authorisation-refused', count: 1 }]],
    ['1.1', none, []],
  ]);
  const { total } = await get('/fleet');
  assert.equal(total.uptime.share, 0.5);
  const { changes } = await get('/fleet/firmware-changes');
  assert.deepEqual([changes[0]?.firmware_before, changes[0]?.firmware_after], ['1.0', '1.1']);
  assert.equal(changes[0]?.by_station[0]?.time, new Date(DAY + 6 * HOUR).toISOString());
  const { stations } = await get('/fleet/noisy');
  assert.deepEqual(stations[0]?.entries, { count: 3, share: 1 });
  const metrics = await (await server.get('/metrics')).text();
  assert.match(metrics, /^ocpp_logs_reader_fleet_entries_total [1-9]/m);
  assert.match(metrics, /^ocpp_logs_fleet_days_made_total 1$/m);
  assert.match(metrics, /^ocpp_logs_fleet_station_days_kept 2$/m);
});
