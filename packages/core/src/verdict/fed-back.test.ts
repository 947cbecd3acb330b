/** Cars that feed back: what is exported is told as power below nothing, and is in no register of import. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, exchange, start, status, stop, time } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';
import { repeat } from './log-parts.fixture.ts';

function told(entries: readonly SeenEntry[]) {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  const { rule, also } = verdictOf(session);
  return { session, rules: [rule, ...also.map((each) => each.rule)] };
}

/** Watts that are taken, or with a minus fed back, beside the register of import. */
const metered = (seconds: number, wh: number, watts: number) =>
  exchange(seconds, 'MeterValues', {
    connectorId: 1,
    transactionId: 7,
    meterValue: [
      {
        timestamp: time(seconds),
        sampledValue: [
          { measurand: 'Energy.Active.Import.Register', value: String(wh), unit: 'Wh' },
          {
            measurand: watts < 0 ? 'Power.Active.Export' : 'Power.Active.Import',
            value: String(Math.abs(watts)),
            unit: 'W',
          },
        ],
      },
    ],
  });
const begun = [authorize(0, 'A'), start(1, { meterStart: 1000 }), status(3, 1, 'Charging')];
const back = (from: number, wh: number) => repeat(5, (at) => metered(from + at * 600, wh, -5000));

test('a car that only feeds back did neither charge nothing for a fault, nor is a meter wrong', () => {
  const { session, rules } = told([...begun, ...back(300, 1000), stop(3000, 1000, 'Local')]);
  assert.deepEqual(rules, ['charged']);
  assert.equal(session.energy.registerWh, 0);
  assert.deepEqual([session.energy.integralWh, session.energy.agree], [0, true]);
});

test('a car that takes first and feeds back then has not stopped, and its register is held against what it took', () => {
  const taken = repeat(3, (at) => metered(at * 600 + 1, 1000 + at * 1833, 11_000));
  const log = [...begun, ...taken, ...back(1800, 4666), stop(4500, 4666, 'Local')];
  assert.deepEqual(told(log).rules, ['charged']);
  const wrong = [...log.slice(0, -1), stop(4500, 9000, 'Local')];
  assert.ok(told(wrong).rules.includes('energy-disagrees'), told(wrong).rules.join());
});

test('a meter that stands and shows a little less than nothing is one that stands', () => {
  const still = repeat(5, (at) => metered(300 + at * 600, 1000, -40));
  const { session, rules } = told([...begun, ...still, stop(3000, 1000, 'Local')]);
  assert.deepEqual(rules, ['no-energy']);
  assert.equal(session.energy.agree, true);
});

test('a car that feeds back while the log ends is not one that takes nothing yet', () => {
  assert.deepEqual(told([...begun, ...back(300, 1000)]).rules, ['charging']);
});
