/** Registers and power that are a thousand times apart. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, meter, start, stop } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { verdictOf } from './judge.ts';

/** An hour of `watts`. */
const flat = (watts: number, meterStop: number) => [
  authorize(0, 'A'),
  start(0, { meterStart: 12 }),
  ...Array.from({ length: 59 }, (_, at) => meter((at + 1) * 60, { watts })),
  stop(3600, meterStop),
];
const told = (watts: number, meterStop: number) => {
  const [session] = sessionsOf(flat(watts, meterStop));
  assert.ok(session);
  const verdict = verdictOf(session);
  return [verdict, ...verdict.also].map(({ rule, severity, text }) => [rule, severity, text]);
};

test('registers in kWh that are told as Wh are no good charge of some Wh', () => {
  assert.deepEqual(told(7200, 19), [
    [
      'register-in-kwh',
      'failure',
      'Charged 7 Wh by its register and 7.2 kWh by its power in 60 min: kWh are told as Wh.',
    ],
  ]);
});

test('power in kW that is told as W is named, and the register stands', () => {
  assert.deepEqual(told(7.2, 7212), [
    ['charged', 'note', 'Charged 7.2 kWh in 60 min, ended by unplugging.'],
    [
      'energy-disagrees',
      'warning',
      'The register says 7.2 kWh, the power that was told adds up to 7 Wh: kW are told as W.',
    ],
  ]);
});

test('power beyond all stations says nothing against the register', () => {
  const [first, second] = told(7_200_000, 7212);
  assert.equal(first?.[0], 'charged');
  assert.equal(second?.[2], 'The register says 7.2 kWh, the power that was told adds up to 7200.0 kWh.');
});
