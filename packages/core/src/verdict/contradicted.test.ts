/** Energy that what else was told of a session speaks against: it is never told as a fact. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, event, exchange, meter, start, status, stop, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';

function verdict(entries: readonly SeenEntry[]) {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  return verdictOf(session);
}
const told = (entries: readonly SeenEntry[]) => {
  const { text, ...first } = verdict(entries);
  return [text, ...[first, ...first.also].map(({ rule }) => rule)];
};

/** An hour, a sample every five minutes. */
const hour = (sample: (at: number) => Parameters<typeof meter>[1], meterStop: number) => [
  authorize(0, 'A'),
  start(5, { meterStart: 100_000 }),
  ...Array.from({ length: 11 }, (_, at) => meter((at + 1) * 300, sample(at + 1))),
  stop(3605, meterStop, 'Local'),
];

test('a stop that tells the register of the start, while its samples rise, is not billed by', () => {
  const entries = hour((at) => ({ wh: 100_000 + at * 600, watts: 7200 }), 100_000);
  assert.deepEqual(told(entries), [
    'The register says 0 Wh in 60 min, its samples 6.0 kWh, the power 7.2 kWh: do not bill by it.',
    'register-wrong',
  ]);
  const ids = new Set(entries.map(({ id }) => id));
  const { evidence } = verdict(entries);
  assert.ok(evidence.length >= 4);
  for (const { entry } of evidence) assert.ok(ids.has(entry));
});

test('samples inside the stop itself count like others', () => {
  const sampled = (at: number) => ({
    timestamp: time(5 + at * 300),
    sampledValue: [
      { measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: `${100_000 + at * 600}` },
    ],
  });
  const stopped = exchange(3605, 'StopTransaction', {
    transactionId: 7,
    meterStop: 100_000,
    timestamp: time(3605),
    transactionData: Array.from({ length: 11 }, (_, at) => sampled(at + 1)),
  });
  assert.deepEqual(told([authorize(0, 'A'), start(5, { meterStart: 100_000 }), stopped]), [
    'The register says 0 Wh in 60 min, its samples 6.0 kWh: do not bill by it.',
    'register-wrong',
  ]);
});

test('a register that stands while power flows is not billed by', () => {
  assert.deepEqual(told(hour(() => ({ watts: 7200 }), 100_000)), [
    'The register says 0 Wh in 60 min, the power 7.2 kWh: do not bill by it.',
    'register-wrong',
  ]);
});

test('a register that leaps at the stop, which neither samples nor power know of, is not billed by', () => {
  const entries = hour((at) => ({ wh: 100_000 + at, watts: 1 }), 101_600);
  assert.deepEqual(told(entries), [
    'The register says 1.6 kWh in 60 min, its samples 10 Wh, the power 1 Wh: do not bill by it.',
    'register-wrong',
    'meter-jump',
  ]);
  // A register in samples that stands may be read at the end alone.
  const standing = hour(() => ({ wh: 100_000, watts: 1 }), 101_600);
  assert.deepEqual(told(standing), [
    'Charged 1.6 kWh by its register in 60 min, ended by the driver.',
    'charged',
    'meter-jump',
  ]);
});

test('where register and power differ by less, the energy is told as that of the register', () => {
  assert.deepEqual(told(hour((at) => ({ wh: 100_000 + at * 250, watts: 7200 }), 103_000)), [
    'Charged 3.0 kWh by its register in 60 min, ended by the driver.',
    'charged',
    'energy-disagrees',
  ]);
  const broken = hour((at) => ({ wh: 100_000 + at * 250, watts: 7200 }), 103_000).with(
    -1,
    stop(3605, 103_000, 'PowerLoss'),
  );
  assert.equal(verdict(broken).text, 'The station lost its power; 3.0 kWh by its register in 60 min.');
  assert.deepEqual(told(hour((at) => ({ wh: 100_000 + at * 600, watts: 7200 }), 107_200)), [
    'Charged 7.2 kWh in 60 min, ended by the driver.',
    'charged',
  ]);
});

test('samples that fall, or rise faster than any car charges, prove nothing against a register', () => {
  const falling = hour((at) => ({ wh: 100_000 + at * 600 + (at % 2) * 3000 }), 101_000);
  assert.ok(!told(falling).includes('register-wrong'));
  const beyond = hour((at) => ({ wh: 100_000 + at * 100_000 }), 101_000);
  assert.ok(!told(beyond).includes('register-wrong'));
  const leaping = hour((at) => ({ wh: at === 1 ? 0 : 100_000 }), 101_000);
  assert.ok(!told(leaping).includes('register-wrong'));
});

test('where power agrees with the register, samples are those of another meter', () => {
  const ofTheSite = hour((at) => ({ wh: 500_000 + at * 600, watts: 1000 }), 101_000);
  assert.ok(!told(ofTheSite).includes('register-wrong'));
  const alone = hour((at) => ({ wh: 500_000 + at * 600 }), 101_000);
  assert.ok(told(alone).includes('register-wrong'));
});

test('OCPP 2.x: the register of the last event is that of the samples', () => {
  const read = (seconds: number, value: number) => ({
    meterValue: [{ timestamp: time(seconds), sampledValue: [{ value }] }],
  });
  const entries = [
    event(
      0,
      'Started',
      'T',
      { seqNo: 0, triggerReason: 'Authorized', evse: { id: 1 }, ...read(0, 1000) },
      {
        idTokenInfo: { status: 'Accepted' },
      },
    ),
    event(600, 'Updated', 'T', { seqNo: 1, triggerReason: 'MeterValuePeriodic', ...read(600, 4000) }),
    event(1200, 'Ended', 'T', { seqNo: 2, triggerReason: 'StopAuthorized', ...read(1200, 6000) }),
  ];
  assert.deepEqual(told([status(0, 1, 'Available'), ...entries]).slice(0, 2), [
    'Charged 5.0 kWh in 20 min, ended by the driver.',
    'charged',
  ]);
});
