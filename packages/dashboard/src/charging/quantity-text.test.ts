import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyText, lastedText, numberText, powerText } from './quantity-text.ts';

test('energy and power are told in the unit that is read without counting digits', () => {
  assert.deepEqual([0, 999.4, 1000, 12_345, -1500].map(energyText), [
    '0 Wh',
    '999 Wh',
    '1.0 kWh',
    '12.3 kWh',
    '-1.5 kWh',
  ]);
  assert.deepEqual([0, 6900, 150_000].map(powerText), ['0 W', '6.9 kW', '150.0 kW']);
  assert.deepEqual([16, 15.54, 1234.5].map(numberText), ['16', '15.5', '1,234.5']);
});

test('how long it lasted is told in two units at most', () => {
  const [second, minute, hour] = [1_000, 60_000, 3_600_000];
  assert.deepEqual(
    [-5, 8 * second, 119 * second, 2 * minute, 41 * minute, hour, hour + 5 * minute, 72 * hour].map(
      lastedText,
    ),
    ['0 s', '8 s', '119 s', '2 min', '41 min', '1 h', '1 h 5 min', '3 d'],
  );
});
