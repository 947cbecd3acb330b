/** What was kept while a station was offline, and told when it came back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, exchange, start, status, stop, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';

const BACK = 9000;

const boot = (seconds: number) =>
  exchange(
    seconds,
    'BootNotification',
    { chargePointVendor: 'V', chargePointModel: 'M' },
    { status: 'Accepted', interval: 300, currentTime: time(seconds) },
  );
const kept = (seconds: number, happened: number, wh: number) =>
  exchange(seconds, 'MeterValues', {
    connectorId: 1,
    transactionId: 7,
    meterValue: [
      {
        timestamp: time(happened),
        sampledValue: [
          { measurand: 'Energy.Active.Import.Register', value: String(wh), unit: 'Wh' },
          { measurand: 'Power.Active.Import', value: '7200', unit: 'W' },
        ],
      },
    ],
  });
const keptStop = (seconds: number, happened: number, meterStop: number) =>
  exchange(
    seconds,
    'StopTransaction',
    { transactionId: 7, meterStop, timestamp: time(happened), reason: 'EVDisconnected' },
    {},
  );

/** From 1000 s to 4600 s at 7.2 kW, told at BACK. */
const offline = (...more: readonly SeenEntry[]) => [
  boot(0),
  status(2, 1, 'Available'),
  boot(BACK),
  status(BACK + 1, 1, 'Available'),
  ...more,
];
const begun = start(BACK + 2, { meterStart: 100_000, timestamp: time(1000) });
const samples = [2000, 3000, 4000].map((at, index) => kept(BACK + 3 + index, at, 98_000 + at * 2));

const told = (entries: readonly SeenEntry[]) =>
  sessionsOf(entries).map((session) => {
    const verdict = verdictOf(session);
    return [verdict.rule, ...verdict.also.map(({ rule }) => rule)];
  });

test('a register that rose while the station was offline does not jump', () => {
  const whole = offline(begun, ...samples, keptStop(BACK + 9, 4600, 107_200));
  assert.deepEqual(told(whole), [['charged', 'started-before-authorised', 'told-late']]);
});

test('a register that jumps between two samples that were kept does', () => {
  const jumps = offline(begun, ...samples, kept(BACK + 7, 4100, 130_000), keptStop(BACK + 9, 4600, 131_000));
  assert.ok(told(jumps)[0]?.includes('meter-jump'));
});

test('a start whose clock nobody knows makes no jump to samples that seem to lie before it', () => {
  const entries = [
    start(BACK, { meterStart: 100_000, timestamp: time(1000) }),
    kept(BACK + 1, 2000, 102_000),
    stop(BACK + 4000, 110_000),
  ];
  assert.deepEqual(told(entries), [['charged', 'started-before-authorised']]);
});

test('a start that was kept is that of the connector that charges when the station is back', () => {
  for (const word of ['Charging', 'SuspendedEV', 'SuspendedEVSE']) {
    const now = [boot(0), status(2, 1, 'Available'), boot(BACK), status(BACK + 1, 1, word), begun];
    const entries = [...now, ...samples, stop(BACK + 600, 112_000)];
    assert.deepEqual(told(entries), [['charged', 'started-before-authorised', 'told-late']], word);
  }
});

test('a driver who plugs in after it is another one', () => {
  const next = [status(BACK + 1, 1, 'Preparing'), authorize(BACK + 2, 'B')];
  const past = start(BACK + 3, { meterStart: 100_000, timestamp: time(1000) });
  const charging = [...next, status(BACK + 2.5, 1, 'Charging')];
  for (const held of [next, charging]) {
    const sessions = sessionsOf([boot(0), status(2, 1, 'Available'), boot(BACK), ...held, past]);
    assert.deepEqual(
      sessions.map(({ idTag }) => idTag),
      ['B', 'A'],
    );
  }
});

test('of two starts that were kept the later is not that of the first', () => {
  const later = start(BACK + 6, {
    idTag: 'B',
    meterStart: 103_000,
    timestamp: time(5000),
    transactionId: 8,
  });
  const entries = [
    boot(0),
    status(2, 1, 'Available'),
    boot(BACK),
    status(BACK + 1, 1, 'Charging'),
    begun,
    keptStop(BACK + 4, 2000, 102_000),
    later,
    stop(BACK + 900, 110_000, 'Local', 8),
  ];
  assert.deepEqual(
    sessionsOf(entries).map(({ idTag, stopReason }) => [idTag, stopReason]),
    [
      ['A', 'EVDisconnected'],
      ['B', 'Local'],
    ],
  );
  assert.ok(!told(entries).flat().includes('charged-untold'));
});
