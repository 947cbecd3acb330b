import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FirmwareChanges } from './firmware-changes.ts';
import { type FleetDay, type FleetGrouping, FleetGroups } from './groups.ts';
import { type DayPart, FLEET_DAY_MS } from './station-day.ts';
import { EMPTY_TALLY } from './tally.ts';

const tried = (tries: number) => ({ ...EMPTY_TALLY, attempts: { ...EMPTY_TALLY.attempts, tries } });
const part = (version: string | null, tries: number, change: Partial<DayPart> = {}): DayPart => ({
  from: 0,
  firmware: version === null ? null : { vendor: 'V', model: 'M', version },
  entry: null,
  tally: tried(tries),
  ...change,
});
const day = (charger: string, number: number, ...parts: readonly DayPart[]): FleetDay => ({
  site: 'depot',
  charger,
  day: number * FLEET_DAY_MS,
  parts,
});

function fleetGroups(days: readonly FleetDay[], by: FleetGrouping) {
  const groups = new FleetGroups(by);
  for (const each of days) groups.add(each);
  return groups.groups();
}

function firmwareChanges(days: readonly FleetDay[]) {
  const changes = new FirmwareChanges();
  for (const own of Map.groupBy(days, ({ site, charger }) => `${charger} ${site}`).values()) changes.add(own);
  return changes.changes();
}

const DAYS = [
  day('A', 0, part('1', 1)),
  day('A', 1, part('1', 2), part('2', 4, { from: FLEET_DAY_MS + 5, entry: '77' })),
  day('B', 0, part('1', 8)),
  day('C', 0, part(null, 16)),
];

test('stations are rows of their own, under the firmware that they ran last', () => {
  const rows = fleetGroups(DAYS, 'station').map(({ charger, firmware, stations, tally, days }) => [
    charger,
    firmware?.version,
    stations,
    tally.attempts.tries,
    days.map((one) => one.tally.attempts.tries),
  ]);
  assert.deepEqual(rows, [
    ['A', '2', 1, 7, [1, 6]],
    ['B', '1', 1, 8, [8]],
    ['C', undefined, 1, 16, [16]],
  ]);
});

test('models and firmwares are rows of all their stations; what nobody told is one of its own', () => {
  const rows = (by: 'model' | 'firmware') =>
    fleetGroups(DAYS, by).map(({ firmware, stations, tally, charger }) => [
      firmware?.model ?? null,
      firmware?.version ?? null,
      stations,
      tally.attempts.tries,
      charger,
    ]);
  assert.deepEqual(rows('model'), [
    ['M', null, 2, 15, null],
    [null, null, 1, 16, null],
  ]);
  assert.deepEqual(rows('firmware'), [
    ['M', '1', 2, 11, null],
    ['M', '2', 1, 4, null],
    [null, null, 1, 16, null],
  ]);
});

test('a station of the same name at another site is another one', () => {
  const there = { ...day('A', 0, part('1', 1)), site: 'yard' };
  assert.equal(fleetGroups([...DAYS, there], 'station').length, 4);
  assert.equal(fleetGroups([...DAYS, there], 'firmware')[0]?.stations, 3);
});

test('a change is what was before against what came after, of each station and in sum', () => {
  const more = [
    day('B', 1, part('2', 32, { from: FLEET_DAY_MS + 1, entry: '78' })),
    day('D', 0, part('2', 64)),
    day('D', 1, part(null, 128), part('3', 256)),
  ];
  const [change, other, ...none] = firmwareChanges([...DAYS, ...more]);
  assert.deepEqual(none, []);
  assert.deepEqual([change?.from, change?.to], ['1', '2']);
  assert.equal(change?.before.attempts.tries, 1 + 2 + 8);
  assert.equal(change?.after.attempts.tries, 4 + 32);
  assert.deepEqual(
    change?.stations.map(({ charger, at, entry, before, after }) => [
      charger,
      at - FLEET_DAY_MS,
      entry,
      before.attempts.tries,
      after.attempts.tries,
    ]),
    [
      ['B', 1, '78', 8, 32],
      ['A', 5, '77', 3, 4],
    ],
  );
  // What ran meanwhile and nobody told belongs to neither.
  assert.deepEqual([other?.from, other?.to, other?.before.attempts.tries], ['2', '3', 64]);
});

test('another model is no other firmware', () => {
  const swapped = { vendor: 'V', model: 'N', version: '9' };
  assert.deepEqual(
    firmwareChanges([day('A', 0, part('1', 1)), day('A', 1, part('9', 1, { firmware: swapped }))]),
    [],
  );
});
