import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../message.ts';
import { exchange, meter, start, stop, T0, time } from './case.ts';
import { sessionsOf } from './fold.ts';
import type { SeenEntry } from './seen.ts';

interface Told {
  readonly connectorId?: number;
  readonly purpose?: string;
  readonly stackLevel?: number;
  readonly kind?: string;
  readonly unit?: string;
  readonly limits?: readonly (readonly [start: number, limit: number])[];
  readonly schedule?: JsonObject;
  readonly more?: JsonObject;
  readonly status?: string;
}

function profile(seconds: number, told: Told): SeenEntry {
  const { connectorId = 1, purpose = 'TxProfile', stackLevel = 0, kind = 'Relative', unit = 'W' } = told;
  return exchange(
    seconds,
    'SetChargingProfile',
    {
      connectorId,
      csChargingProfiles: {
        chargingProfileId: seconds,
        stackLevel,
        chargingProfilePurpose: purpose,
        chargingProfileKind: kind,
        ...told.more,
        chargingSchedule: {
          chargingRateUnit: unit,
          ...told.schedule,
          chargingSchedulePeriod: (told.limits ?? [[0, 11_000]]).map(([startPeriod, limit]) => ({
            startPeriod,
            limit,
          })),
        },
      },
    },
    { status: told.status ?? 'Accepted' },
  );
}

/** Seconds, W, A. */
function limits(entries: readonly SeenEntry[]) {
  const [session] = sessionsOf(entries);
  return session?.series.limit.map(({ at, limitW, limitA }) => [(at - T0) / 1000, limitW, limitA]);
}

const charging = [start(100), meter(200, { wh: 1 }), stop(1000)];
const among = (...profiles: SeenEntry[]) => limits([...profiles, ...charging]);

test('the lowest of the station and of the transaction holds', () => {
  const station = profile(0, {
    connectorId: 0,
    purpose: 'ChargePointMaxProfile',
    limits: [
      [0, 22_000],
      [300, 5_000],
    ],
  });
  assert.deepEqual(among(station, profile(150, {})), [
    [100, 22_000, null],
    [150, 11_000, null],
    [400, 5_000, null],
  ]);
});

test('a profile of the transaction takes the place of the default, the higher level that of the lower', () => {
  const low = profile(1, { purpose: 'TxDefaultProfile', limits: [[0, 4_000]] });
  const high = profile(2, { purpose: 'TxDefaultProfile', stackLevel: 3, limits: [[0, 7_000]] });
  assert.deepEqual(among(low, high), [[100, 7_000, null]]);
  assert.deepEqual(among(low, high, profile(500, {})), [
    [100, 7_000, null],
    [500, 11_000, null],
  ]);
});

test('watts and amperes are kept apart', () => {
  const amperes = profile(1, {
    connectorId: 0,
    purpose: 'ChargePointMaxProfile',
    unit: 'A',
    limits: [[0, 16]],
  });
  assert.deepEqual(among(amperes, profile(500, {})), [
    [100, null, 16],
    [500, 11_000, 16],
  ]);
});

test("what was rejected, cleared or is another transaction's does not hold", () => {
  assert.deepEqual(among(profile(150, { status: 'Rejected' })), []);
  assert.deepEqual(among(profile(150, { more: { transactionId: 99 } })), []);
  const clear = exchange(300, 'ClearChargingProfile', { id: 150 }, { status: 'Accepted' });
  assert.deepEqual(among(profile(150, {}), clear), [
    [150, 11_000, null],
    [300, null, null],
  ]);
});

test('absolute and recurring schedules hold at their hours, and end with their duration', () => {
  const absolute = profile(1, {
    purpose: 'TxDefaultProfile',
    kind: 'Absolute',
    schedule: { startSchedule: time(400), duration: 200 },
  });
  assert.deepEqual(among(absolute), [
    [400, 11_000, null],
    [600, null, null],
  ]);
  const daily = (startSchedule: string) =>
    profile(1, {
      purpose: 'TxDefaultProfile',
      kind: 'Recurring',
      more: { recurrencyKind: 'Daily' },
      schedule: { startSchedule, duration: 200 },
    });
  assert.deepEqual(among(daily(time(400 - 3 * 86_400))), [
    [400, 11_000, null],
    [600, null, null],
  ]);
  assert.deepEqual(among(daily(time(400 + 86_400))), []);
});

test('a profile that came with the remote start holds for its transaction', () => {
  const remote = exchange(
    50,
    'RemoteStartTransaction',
    {
      idTag: 'A',
      connectorId: 1,
      chargingProfile: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
      },
    },
    { status: 'Accepted' },
  );
  assert.deepEqual(among(remote), [[100, null, 10]]);
});
