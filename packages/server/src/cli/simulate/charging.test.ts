import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Charging, type Reading, type Vehicle } from './charging.ts';
import { quantitiesOf } from './meter-values.ts';
import { Random } from './random.ts';
import type { ConnectorModel } from './station-model.ts';

const AC: ConnectorModel = { current: 'AC', phases: 3, maxPower: 22_000 };
const DC: ConnectorModel = { current: 'DC', phases: 3, maxPower: 150_000 };
const CAR: Vehicle = { battery: 52_000, maxPower: 11_000, target: 1 };
const FAST: Vehicle = { battery: 77_000, maxPower: 100_000, target: 1 };

/** A reading every minute of the station's time. */
function minutes(count: number, connector = AC, vehicle = CAR, limit: number | null = null): Reading[] {
  const charging = new Charging(connector, vehicle, 1_000, new Random('car'));
  return Array.from({ length: count }, () => {
    charging.advance(60, limit);
    return charging.read(limit);
  });
}

test('power rises within the first minute to what vehicle and station have in common', () => {
  const charging = new Charging(AC, CAR, 1_000, new Random('car'));
  charging.advance(10, null);
  const early = charging.read(null).power;
  assert.ok(early > 0 && early < 3_000, `${early} W after 10 s`);
  charging.advance(50, null);
  const { power, offered } = charging.read(null);
  assert.ok(power > 10_500 && power <= 11_000, `${power} W`);
  assert.equal(offered, 22_000);
});

test('the register only rises, by the energy that the power makes', () => {
  const readings = minutes(30);
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1]?.energy ?? 1_000;
    assert.ok(Math.abs(reading.energy - before - reading.power / 60) < 1e-6);
  }
});

test('the meter counts the time of the stamps, the battery that of the station', () => {
  const charging = new Charging(DC, FAST, 1_000, new Random('car'));
  charging.advance(60, null);
  const before = charging.read(null);
  charging.advance(600, null, 20);
  const after = charging.read(null);
  assert.ok(Math.abs(after.energy - before.energy - (after.power * 20) / 3_600) < 1e-6);
  const added = (after.stateOfCharge ?? assert.fail()) - (before.stateOfCharge ?? assert.fail());
  assert.ok(Math.abs(added - ((after.power * 600) / 3_600 / FAST.battery) * 94) < 1e-6, `${added} %`);
});

test('three phases carry the power at some 230 V', () => {
  for (const { power, voltage, current } of minutes(10)) {
    assert.equal(voltage.length, 3);
    assert.ok(voltage.every((volts) => Math.abs(volts - 230) < 2));
    const sum = voltage.reduce((total, volts, phase) => total + volts * (current[phase] ?? 0), 0);
    assert.ok(Math.abs(sum - power) < 1);
  }
});

test('a limit of the CSMS is kept', () => {
  for (const { power, offered } of minutes(10, AC, CAR, 4_140)) {
    assert.equal(offered, 4_140);
    assert.ok(power <= 4_140);
  }
});

test('a fast charge slows down as the battery fills, and ends full', () => {
  const readings = minutes(240, DC, FAST);
  const charges = readings.map(({ stateOfCharge }) => stateOfCharge ?? assert.fail());
  assert.deepEqual(
    charges,
    [...charges].sort((a, b) => a - b),
  );
  const powerAt = (percent: number) => readings[charges.findIndex((charge) => charge > percent)]?.power ?? 0;
  assert.ok(powerAt(58) > 95_000 && powerAt(80) < 65_000 && powerAt(95) < 30_000);
  assert.deepEqual([readings.at(-1)?.power, charges.at(-1)], [0, 100]);
});

test('a paused vehicle takes nothing until it goes on', () => {
  const charging = new Charging(AC, CAR, 1_000, new Random('car'));
  charging.advance(60, null);
  charging.pause(true);
  const { energy } = charging.read(null);
  charging.advance(60, null);
  assert.deepEqual([charging.read(null).power, charging.read(null).energy], [0, energy]);
  charging.pause(false);
  charging.advance(60, null);
  assert.ok(charging.read(null).power > 10_000);
});

test('a meter names phases where there are several, and the battery where it knows it', () => {
  const names = (reading: Reading | undefined) =>
    quantitiesOf(reading ?? assert.fail()).map(({ measurand, phase }) => [measurand, phase ?? '-'].join(' '));
  assert.deepEqual(names(minutes(1)[0]), [
    'Energy.Active.Import.Register -',
    'Power.Active.Import -',
    'Power.Offered -',
    'Voltage L1-N',
    'Voltage L2-N',
    'Voltage L3-N',
    'Current.Import L1',
    'Current.Import L2',
    'Current.Import L3',
  ]);
  assert.deepEqual(names(minutes(1, DC, FAST)[0]).slice(3), ['Voltage -', 'Current.Import -', 'SoC -']);
});
