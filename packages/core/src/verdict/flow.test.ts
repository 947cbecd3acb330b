/** Energy that stops flowing half-way, and cars and stations of which that may be expected. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, exchange, meter, start, status, stop, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';

const MINUTE = 60;
const verdict = (entries: readonly SeenEntry[]) => {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  return verdictOf(session);
};
const rules = (entries: readonly SeenEntry[]) => {
  const { rule, also } = verdict(entries);
  return [rule, ...also.map((told) => told.rule)];
};

const charging = [authorize(0, 'A'), start(1, { meterStart: 0 }), status(3, 1, 'Charging')];
const noCurrent = exchange(
  1070,
  'SetChargingProfile',
  {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: {
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }],
      },
    },
  },
  { status: 'Accepted' },
);
const given = [meter(600, { wh: 1000, watts: 7200 }), meter(1060, { wh: 2000, watts: 7200 })];

test('a station that holds back until the driver gives up is told with the limit that was set', () => {
  const held = [...charging, ...given, noCurrent, status(1080, 1, 'SuspendedEVSE')];
  const told = verdict([...held, stop(12_000, 2000, 'Local')]);
  assert.deepEqual(
    [told.rule, told.severity, told.text, told.also],
    [
      'held-back',
      'warning',
      'The station held charging back for 3 h 2 min until the end; a charging profile had set 0 A; 2.0 kWh in 3 h 20 min.',
      [],
    ],
  );
  assert.ok(told.evidence.some(({ entry }) => entry === noCurrent.id));
  // What the station gives no cause for has one here.
  assert.deepEqual(rules([...held, stop(12_000, 2000, 'Other')]), ['held-back']);
});

test('a car that had stopped taking, or was full, was not held back', () => {
  const then = (...entries: readonly SeenEntry[]) =>
    rules([...charging, ...given, ...entries, stop(12_000, 2000, 'Local')]);
  assert.ok(!then(status(1080, 1, 'SuspendedEV')).includes('held-back'));
  assert.ok(!then(status(1080, 1, 'SuspendedEVSE'), status(9000, 1, 'SuspendedEV')).includes('held-back'));
  assert.ok(!then(status(1080, 1, 'SuspendedEVSE'), meter(2000, { soc: 95 })).includes('held-back'));
  assert.ok(then(status(1080, 1, 'SuspendedEVSE'), meter(2000, { soc: 90 })).includes('held-back'));
});

test('holding back at first is a note beside what was charged', () => {
  const entries = [
    start(0, { meterStart: 0 }),
    status(3, 1, 'SuspendedEVSE'),
    status(3 * 3600, 1, 'Charging'),
    stop(4 * 3600, 10_000, 'Local'),
  ];
  assert.deepEqual(rules(entries).slice(0, 2), ['charged', 'held-back-first']);
  const text = verdict(entries).also.find(({ rule }) => rule === 'held-back-first')?.text;
  assert.equal(text, 'The station held charging back for 3 h 0 min of it.');
});

/** Every five minutes a sample; `wh` and `watts` after `idle` of them are those of one before. */
const sampled = (flowing: readonly Parameters<typeof meter>[1][], idle: Parameters<typeof meter>[1]) => [
  ...charging,
  ...[...flowing, ...Array.from({ length: 11 }, () => idle)].map((told, at) => meter((at + 1) * 300, told)),
];
const gone = (flowing: readonly Parameters<typeof meter>[1][], idle: Parameters<typeof meter>[1]) =>
  verdict([...sampled(flowing, idle), stop((flowing.length + 11) * 300 + 60, 1200, 'Local')]);

test('power that is gone while the connector says Charging', () => {
  const { rule, text } = gone(
    [
      { wh: 600, watts: 7200 },
      { wh: 1200, watts: 7200 },
    ],
    { wh: 1200, watts: 0 },
  );
  assert.equal(rule, 'power-gone');
  assert.equal(
    text,
    'Nothing flowed for the last 51 min though the connector was Charging, after 7.2 kW; 1.2 kWh in 66 min.',
  );
});

test('a register alone shows it where it counts finely enough', () => {
  const fine = [{ wh: 930 }, { wh: 1020 }, { wh: 1110 }, { wh: 1200 }];
  assert.equal(gone(fine, { wh: 1200 }).rule, 'power-gone');
  assert.equal(gone([{ wh: 600 }, { wh: 1200 }], { wh: 1200 }).rule, 'charged');
});

test('a car that took less and less, that gets fuller, or a meter that goes on, says nothing of the station', () => {
  const flowing = { wh: 600, watts: 7200 };
  const last = { wh: 1200, watts: 7200 };
  assert.equal(gone([flowing, { wh: 1200, watts: 3500 }], { wh: 1200, watts: 0 }).rule, 'charged');
  assert.equal(gone([flowing, { ...last, soc: 95 }], { wh: 1200, watts: 0 }).rule, 'charged');
  const flowingOn = Array.from({ length: 11 }, (_, at) =>
    meter((at + 3) * 300, { wh: 1300 + at * 5, watts: 0 }),
  );
  const entries = [...charging, meter(300, flowing), meter(600, last), ...flowingOn];
  assert.ok(!rules([...entries, stop(4000, 1350, 'Local')]).includes('power-gone'));
  const suspended = [...sampled([flowing, last], { wh: 1200, watts: 0 }), status(700, 1, 'SuspendedEV')];
  assert.equal(rules([...suspended, stop(4000, 1200, 'Local')])[0], 'charged');
});

test('what was told late is not held to the times at which it came', () => {
  const boot = exchange(20_000, 'BootNotification', {}, { status: 'Accepted' });
  const late = exchange(
    20_010,
    'StopTransaction',
    { transactionId: 7, meterStop: 5000, timestamp: time(40 * MINUTE), reason: 'Local' },
    {},
  );
  const entries = [...charging, status(30 * MINUTE, 1, 'SuspendedEVSE'), boot, late];
  assert.ok(!rules(entries).includes('held-back'));
});

test('that not one meter value came is told with a meter that did not move', () => {
  const still = (...samples: readonly SeenEntry[]) =>
    verdict([start(0, { meterStart: 0 }), status(3, 1, 'Charging'), ...samples, stop(1650, 0)]).text;
  assert.equal(still(), 'The meter did not move in 28 min, and not one meter value came.');
  assert.equal(still(meter(600, { wh: 0 })), 'The meter did not move in 28 min.');
});
