import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DEPOT, NOW, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

const MONTHS = [
  { site: 'away', month: '2026-01', bytes: 7 },
  { site: 'depot', month: '2025-12', bytes: 100 },
  { site: 'depot', month: '2026-01', bytes: 20 },
];
const charger = (id: string, connected: boolean, capturedThrough: number | null) => ({
  id,
  vendor: null,
  model: null,
  firmware: null,
  protocol: null,
  connected,
  lastSeen: null,
  capturedThrough,
});

test('the state of the server: storage by month, free disk, how far recording has come, queues, gaps', async (t) => {
  const { app, reader, recorder, clock } = server(t, {
    unready: () => 'The recorder has stopped, and begins again.',
  });
  reader.stored = { months: MONTHS, freeBytes: 5_000, setAside: 1 };
  reader.summaries = [charger('CP-1', true, 1_000), charger('CP-2', false, 2_000)];
  recorder.through = [['depot', 'CP-1', NOW - 60_000]];
  reader.counts = {
    facets: [{ field: 'site', values: [{ value: 'depot', count: 3 }], distinct: 1 }],
    count: 3,
    exact: true,
  };
  clock.now = NOW + 90_500;
  const answer = await app.inject({ url: '/status', headers: asAdmin });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), {
    version: '1.2.3',
    started: new Date(NOW).toISOString(),
    uptime_s: 90,
    recording: false,
    captured_through: new Date(NOW - 60_000).toISOString(),
    gaps: 3,
    disk: { free_bytes: 5_000, logs_bytes: 120, set_aside: 1 },
    counters: {
      frames_total: 3,
      connections: 2,
      fleet_station_days_kept: 0,
      fleet_days_made_total: 0,
      fleet_answers_unfinished_total: 0,
      fleet_findings_station_days_kept: 0,
      fleet_findings_days_made_total: 0,
      fleet_findings_answers_unfinished_total: 0,
      http_requests_late_total: 0,
      http_requests_head_too_long_total: 0,
      http_requests_malformed_total: 0,
      http_requests_passed_on_total: 0,
      live_tails: 0,
    },
    sites: [
      {
        id: 'depot',
        name: 'Depot North',
        retention_days: 0,
        chargers: 2,
        connected: 1,
        captured_through: new Date(NOW - 60_000).toISOString(),
        gaps: 3,
        bytes: 120,
        months: [
          { month: '2025-12', bytes: 100 },
          { month: '2026-01', bytes: 20 },
        ],
      },
    ],
  });
  const [asked] = reader.counted;
  assert.ok(asked && 'fields' in asked);
  assert.deepEqual(asked.fields, ['site']);
  const [filter] = asked.filters;
  assert.deepEqual(filter?.kinds, ['gap']);
  assert.equal(filter?.from, clock.now - 86_400_000);
});

test('nobody hears of sites where he is no operator', async (t) => {
  const { app, control, reader } = server(t);
  reader.stored = { months: MONTHS, freeBytes: 5_000, setAside: 0 };
  control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['away', { ...DEPOT, id: 'away' }],
  ]);
  await addUser(control, 'ada', [
    { site: null, role: 'viewer' },
    { site: 'away', role: 'operator' },
  ]);
  const browser = new Browser(app);
  await browser.signIn('ada');
  const { sites, disk, counters } = (await browser.send('GET', '/status')).json();
  assert.deepEqual(
    sites.map(({ id }: { id: string }) => id),
    ['away'],
  );
  assert.equal(disk.logs_bytes, 7);
  assert.deepEqual(counters, {}, 'they are of all sites together');
});

test('a server without sites has a state too, and takes no parameters', async (t) => {
  const { app, control } = server(t);
  control.sites = new Map();
  const answer = await app.inject({ url: '/status', headers: asAdmin });
  assert.equal(answer.json().captured_through, null);
  assert.deepEqual(answer.json().sites, []);
  assert.equal((await app.inject({ url: '/status?a=1', headers: asAdmin })).statusCode, 400);
});
