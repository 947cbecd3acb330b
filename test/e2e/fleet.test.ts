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

interface Counted {
  readonly rests_on: { readonly findings_as_of: string; readonly findings_days_missing: number };
  readonly from: string;
  readonly rows: readonly {
    readonly charger_id: string;
    readonly findings_complete: boolean;
    readonly findings: readonly { readonly code: string; readonly count: number }[];
  }[];
}

interface Logs {
  readonly count: number;
  readonly ocpp_logs: readonly {
    readonly validation: {
      readonly complete: boolean;
      readonly findings: readonly { readonly code: string }[];
    };
  }[];
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

test('each number of findings is that of the entries which a search for it shows, and which say it themselves', async (t) => {
  const server = await startServer({ config: 'sites: [{id: depot, name: Depot}]\n' });
  t.after(() => server.stop());
  const event = (place: number, seqNo: number) => ({
    eventType: place === 0 ? 'Started' : 'Updated',
    timestamp: new Date(DAY + place * 60_000).toISOString(),
    triggerReason: 'MeterValuePeriodic',
    seqNo,
    transactionInfo: { transactionId: 'TX-1' },
    evse: { id: 1, connectorId: 1 },
    ...(place === 1 ? { odd: true, odder: true } : {}),
  });
  const meter = (value: string) => ({
    connectorId: 1,
    meterValue: [{ timestamp: new Date(DAY).toISOString(), sampledValue: [{ value, measurand: 'Voltage' }] }],
  });
  const of = (charger: string, lines: readonly object[], version = '1.6') =>
    lines.map((line) => ({ ...line, charger_id: charger, ocpp_version: version }));
  const lines = [
    ...of('CP1', boot(0, '1.0')),
    // Actions that tell nothing else of a fleet.
    ...of('CP1', says(60_000, 'Heartbeat', { odd: 1 }, { currentTime: 'noon' })),
    ...of('CP1', says(120_000, 'MeterValues', meter('230'), {})),
    ...of('CP1', says(180_000, 'MeterValues', meter('231'), {})),
    ...of('CP1', says(25 * HOUR, 'Heartbeat', { odd: 1 }, { currentTime: 'noon' })),
    { ...befell(200_000, 'accepted'), charger_id: 'CP2' },
    ...[0, 1, 3, 5].flatMap((seqNo, place) =>
      of('CP2', says(240_000 + place * 60_000, 'TransactionEvent', event(place, seqNo), {}), '2.0.1'),
    ),
  ];
  const pushed = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  assert.equal(pushed.status, 200, await pushed.clone().text());
  const get = async (path: string): Promise<unknown> => {
    const answer = await server.get(`/rest/v1${path}`);
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  // Safe, as what follows: the routes are held to their schemas elsewhere.
  const first = (await get('/fleet?from=2026-01-05&to=2026-01-06')) as Counted;
  assert.deepEqual([first.rests_on.findings_days_missing, first.rows[0]?.findings_complete], [1, false]);
  const fleet = (await get('/fleet?from=2026-01-05&to=2026-01-06&include=findings')) as Counted;
  assert.deepEqual(
    fleet.rows.map((row) => [row.charger_id, row.findings_complete]),
    [
      ['CP1', true],
      ['CP2', true],
    ],
  );
  const told = Object.fromEntries(fleet.rows.map((row) => [row.charger_id, row.findings]));
  const countOf = (charger: string, code: string) => told[charger]?.find((one) => one.code === code)?.count;
  assert.deepEqual([countOf('CP2', 'seq-gap'), countOf('CP2', 'field-unknown')], [2, 1]);
  assert.deepEqual([countOf('CP1', 'field-unknown'), countOf('CP1', 'unit-assumed')], [1, 2]);

  const kinds = 'exchange,orphan,malformed,connection,gap,setting';
  const range = `from=${fleet.from}&to=2026-01-06&kinds=${kinds}&take=100&include=validation`;
  for (const { charger_id: charger, findings } of fleet.rows) {
    const all = (await get(`/ocpp-logs/site/depot?${range}&charger_id=${charger}`)) as Logs;
    assert.ok(all.ocpp_logs.every(({ validation }) => validation.complete));
    const said = all.ocpp_logs.flatMap(({ validation }) => [
      ...new Set(validation.findings.map(({ code }) => code)),
    ]);
    assert.deepEqual([...new Set(said)].sort(), findings.map(({ code }) => code).toSorted());
    for (const { code, count } of findings) {
      const q = encodeURIComponent(`station:${charger} finding:${code}`);
      const found = (await get(`/ocpp-logs/site/depot?${range}&q=${q}`)) as Logs;
      assert.equal(found.count, count, `${charger} ${code}`);
      assert.equal(said.filter((one) => one === code).length, count, `${charger} ${code}`);
    }
  }
  const metrics = await (await server.get('/metrics')).text();
  assert.match(metrics, /^ocpp_logs_fleet_findings_days_made_total 1$/m);
});
