/** Energy that stops flowing half-way, and cars and stations of which that may be expected. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { authorize, event, exchange, meter, start, status, stop, time } from '../session/case.ts';
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

/** OCPP 2.x: a transaction from the plug to the pulling of the cable. */
const told = (
  seconds: number,
  type: string,
  triggerReason: string,
  chargingState: string | null,
  wh: number,
  more: JsonObject = {},
) =>
  event(seconds, type, 'T', {
    seqNo: seconds,
    triggerReason,
    evse: { id: 1 },
    ...(chargingState === null ? {} : { transactionInfo: { chargingState } }),
    meterValue: [{ timestamp: time(seconds), sampledValue: [{ value: wh }] }],
    ...more,
  });
const TOKEN = { idToken: { idToken: 'A', type: 'ISO14443' } };
const card = (seconds: number) =>
  exchange(seconds, 'Authorize', TOKEN, { idTokenInfo: { status: 'Accepted' } }, { version: '2.0.1' });

test('OCPP 2.x: a transaction that waits for the cable after its driver ended it is not held back', () => {
  const begun = [
    card(0),
    told(5, 'Started', 'Authorized', 'Charging', 1000, TOKEN),
    told(1800, 'Updated', 'MeterValuePeriodic', 'Charging', 4000),
  ];
  const pulled = told(12_000, 'Ended', 'EVCommunicationLost', null, 4000);
  const ended = told(1810, 'Updated', 'StopAuthorized', 'SuspendedEVSE', 4000);
  assert.equal(rules([...begun, ended, pulled])[0], 'charged');
  const held = told(1810, 'Updated', 'ChargingStateChanged', 'SuspendedEVSE', 4000);
  assert.equal(rules([...begun, held, pulled])[0], 'held-back');
  const remote = exchange(
    1811,
    'RequestStopTransaction',
    { transactionId: 'T' },
    { status: 'Accepted' },
    { version: '2.0.1' },
  );
  assert.ok(!rules([...begun, held, remote, pulled]).includes('held-back'));
  // That it is occupied, and that the car is connected, is no charging on.
  const paused = told(9000, 'Updated', 'ChargingStateChanged', 'EVConnected', 4000);
  assert.deepEqual(
    rules([...begun, held, paused, pulled]).filter((rule) => rule.startsWith('held-back')),
    ['held-back'],
  );
});

test('OCPP 2.x: what is held back until a card is shown is not held back', () => {
  const plugged = told(0, 'Started', 'CablePluggedIn', 'SuspendedEVSE', 1000);
  const charges = (seconds: number) => [
    told(seconds, 'Updated', 'ChargingStateChanged', 'Charging', 1000),
    told(seconds + 600, 'Ended', 'StopAuthorized', null, 4000),
  ];
  assert.ok(!rules([plugged, card(1190), ...charges(1200)]).includes('held-back-first'));
  assert.ok(rules([plugged, card(10), ...charges(1200)]).includes('held-back-first'));
});

test('OCPP 2.x: no power after the driver ended it is no power that is gone', () => {
  const sample = (seconds: number, watts: number) =>
    told(seconds, 'Updated', 'MeterValuePeriodic', null, 4000, {
      meterValue: [
        {
          timestamp: time(seconds),
          sampledValue: [{ value: watts, measurand: 'Power.Active.Import' }],
        },
      ],
    });
  const flowed = [
    card(0),
    told(5, 'Started', 'Authorized', 'Charging', 1000, TOKEN),
    sample(300, 7200),
    sample(600, 7200),
  ];
  const idle = [900, 1200, 1500, 1800, 2100].map((at) => sample(at, 0));
  const pulled = told(2200, 'Ended', 'EVCommunicationLost', null, 2000);
  assert.ok(rules([...flowed, ...idle, pulled]).includes('power-gone'));
  const ended = told(610, 'Updated', 'StopAuthorized', null, 2000);
  assert.ok(!rules([...flowed, ended, ...idle, pulled]).includes('power-gone'));
});
