import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteStatus, StatusBody } from '../../api/settings-answers.ts';
import { durationText, isDiskLow, monthSums, worriesOf } from './health-words.ts';

const GB = 1_000_000_000;
const WELL: StatusBody = {
  version: '1.0.0',
  started: '2026-01-01T00:00:00.000Z',
  uptime_s: 1,
  recording: true,
  captured_through: null,
  gaps: 0,
  disk: { free_bytes: 50 * GB, logs_bytes: GB, set_aside: 0 },
  counters: {},
  sites: [],
};
const site = (months: SiteStatus['months']): SiteStatus => ({
  id: 'a',
  name: 'a',
  retention_days: 0,
  chargers: 0,
  connected: 0,
  captured_through: null,
  gaps: 0,
  bytes: 0,
  months,
});

test('durations are told in their two largest units', () => {
  assert.deepEqual([8.9, 610, 15_000, 86_400, 270_000].map(durationText), [
    '8 s',
    '10 min',
    '4 h 10 min',
    '1 day 0 h',
    '3 days 3 h',
  ]);
});

test('a server that is well gives no worries; each fault gives one, the worst first', () => {
  assert.deepEqual(worriesOf(WELL), []);
  const worries = worriesOf({
    ...WELL,
    recording: false,
    gaps: 1,
    counters: { unrecorded_total: 1_200, entries_not_stored_total: 1, faults_total: 2 },
    disk: { free_bytes: GB, logs_bytes: GB, set_aside: 2 },
  });
  assert.deepEqual(
    worries.map((worry) => worry.split(/[ ,.]/, 3).join(' ')),
    [
      'The server does',
      'The disk is',
      'Recording had 1',
      '1 200 frames',
      '1 entry could',
      'ocpp-logs met 2',
      '2 damaged files',
    ],
  );
});

test('a disk is low in bytes, or against what the logs take already', () => {
  assert.equal(isDiskLow({ free_bytes: 3 * GB, logs_bytes: 40 * GB, set_aside: 0 }), true);
  assert.equal(isDiskLow({ free_bytes: 5 * GB, logs_bytes: 40 * GB, set_aside: 0 }), false);
});

test('months of all sites are summed, those between too, the last ones of them', () => {
  const sites = [
    site([
      { month: '2025-11', bytes: 1 },
      { month: '2026-02', bytes: 4 },
    ]),
    site([{ month: '2025-11', bytes: 2 }]),
  ];
  const told = [
    { month: '2025-11', bytes: 3 },
    { month: '2025-12', bytes: 0 },
    { month: '2026-01', bytes: 0 },
    { month: '2026-02', bytes: 4 },
  ];
  assert.deepEqual(monthSums(sites, 12), told);
  assert.deepEqual(monthSums(sites, 2), told.slice(2));
  assert.deepEqual(monthSums([], 12), []);
});
