/** Units of the quantities that feed fields, case counting. Source: extraction rules 5.6. */

import { add, type Decimal, ratio, shift } from './decimal.ts';

export type Dimension = 'V' | 'A' | 'W' | '%' | 'Wh' | 'Hz' | 'Celsius';

interface Unit {
  readonly dimension: Dimension;
  /** Power of ten to the dimension's own unit. */
  readonly power: number;
  readonly convert?: (value: Decimal) => Decimal;
}

const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['V', { dimension: 'V', power: 0 }],
  ['kV', { dimension: 'V', power: 3 }],
  ['mV', { dimension: 'V', power: -3 }],
  ['A', { dimension: 'A', power: 0 }],
  ['mA', { dimension: 'A', power: -3 }],
  ['W', { dimension: 'W', power: 0 }],
  ['kW', { dimension: 'W', power: 3 }],
  ['MW', { dimension: 'W', power: 6 }],
  ['Percent', { dimension: '%', power: 0 }],
  ['%', { dimension: '%', power: 0 }],
  ['Wh', { dimension: 'Wh', power: 0 }],
  ['kWh', { dimension: 'Wh', power: 3 }],
  ['Hz', { dimension: 'Hz', power: 0 }],
  ['mHz', { dimension: 'Hz', power: -3 }],
  ['Celsius', { dimension: 'Celsius', power: 0 }],
  // So spelled in the schema of OCPP 1.6.
  ['Celcius', { dimension: 'Celsius', power: 0 }],
  ['K', { dimension: 'Celsius', power: 0, convert: fromKelvin }],
  ['Fahrenheit', { dimension: 'Celsius', power: 0, convert: fromFahrenheit }],
]);

/** Null where the unit is unknown or of another dimension. */
export function toBaseUnit(value: Decimal, unit: string, dimension: Dimension): Decimal | null {
  const known = UNITS.get(unit);
  if (known === undefined || known.dimension !== dimension) return null;
  return known.convert === undefined ? shift(value, known.power) : known.convert(value);
}

function fromKelvin(value: Decimal): Decimal {
  return add(value, { coefficient: -27315, exponent: -2 });
}

function fromFahrenheit(value: Decimal): Decimal {
  return ratio(add(value, { coefficient: -32, exponent: 0 }), 5n, 9n);
}
