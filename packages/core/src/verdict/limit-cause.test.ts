import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchange, start, status, stop } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import { verdictOf } from './judge.ts';

const limited = (limit: number) => {
  const chargingSchedule = {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit }],
  };
  const profile = exchange(
    5,
    'SetChargingProfile',
    {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule,
      },
    },
    { status: 'Accepted' },
  );
  const entries = [start(0, { meterStart: 1000 }), profile, status(7, 1, 'SuspendedEVSE'), stop(600, 1000)];
  const [session] = sessionsOf(entries);
  assert.ok(session);
  return { profile, verdict: verdictOf(session) };
};

test('where a station holds back, the profile that allowed nothing is named and is proof', () => {
  const { profile, verdict } = limited(0);
  assert.equal(verdict.rule, 'no-energy-station');
  assert.equal(
    verdict.text,
    'The station gave nothing in 10 min: it held charging back; a charging profile had set 0 A.',
  );
  assert.ok(verdict.evidence.some(({ entry }) => entry === profile.id));
});

test('a profile that allows enough is no cause', () => {
  const { profile, verdict } = limited(6);
  assert.equal(verdict.text, 'The station gave nothing in 10 min: it held charging back.');
  assert.ok(!verdict.evidence.some(({ entry }) => entry === profile.id));
});
