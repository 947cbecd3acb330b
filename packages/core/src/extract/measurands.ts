/** Which measurand feeds which fields. Source: extraction rules 5.3 and 5.8. */

import type { FieldName } from '../fields.ts';
import type { Dimension } from './units.ts';

/** One reading that fields are made of: an import and, of some, the export that is taken off it. */
export interface Quantity {
  readonly total: FieldName;
  readonly phases: readonly [FieldName, FieldName, FieldName] | null;
  readonly dimension: Dimension;
  readonly evFirst: boolean;
  /** Without a total, the phases of one instant add up to it. */
  readonly adds: boolean;
  /** It has an export, which is taken off its import. */
  readonly netted: boolean;
  /** Its place in the list of quantities. */
  readonly index: number;
}

export interface Measurand {
  readonly quantity: Quantity;
  readonly side: 'import' | 'export';
}

function quantity(index: number, total: FieldName, dimension: Dimension, adds: boolean): Quantity {
  return { index, total, phases: null, dimension, adds, evFirst: false, netted: false };
}

const VOLTAGE: Quantity = {
  ...quantity(0, 'extracted_voltage', 'V', false),
  phases: ['extracted_voltage_phase1', 'extracted_voltage_phase2', 'extracted_voltage_phase3'],
};
const CURRENT: Quantity = {
  ...quantity(1, 'extracted_current', 'A', false),
  netted: true,
  phases: ['extracted_current_phase1', 'extracted_current_phase2', 'extracted_current_phase3'],
};
const POWER: Quantity = {
  ...quantity(2, 'extracted_power', 'W', true),
  netted: true,
  phases: ['extracted_power_phase1', 'extracted_power_phase2', 'extracted_power_phase3'],
};
/** Ahead of SoC, which overwrites it. */
const DISPLAYED_CHARGE: Quantity = {
  ...quantity(3, 'extracted_state_of_charge', '%', false),
  evFirst: true,
};
const CHARGE: Quantity = {
  ...quantity(4, 'extracted_state_of_charge', '%', false),
  evFirst: true,
};
const ENERGY = quantity(5, 'extracted_energy', 'Wh', true);
const ENERGY_EXPORT = quantity(6, 'extracted_energy_export', 'Wh', true);
const POWER_OFFERED = quantity(7, 'extracted_power_offered', 'W', true);
const CURRENT_OFFERED = quantity(8, 'extracted_current_offered', 'A', false);
const FREQUENCY = quantity(9, 'extracted_frequency', 'Hz', false);
const TEMPERATURE = quantity(10, 'extracted_temperature', 'Celsius', false);

export const DEFAULT_MEASURAND = 'Energy.Active.Import.Register';

/** Exact names; nothing with a prefix or suffix more feeds these fields. */
const MEASURANDS: ReadonlyMap<string, Measurand> = new Map<string, Measurand>([
  ['Voltage', { quantity: VOLTAGE, side: 'import' }],
  ['Current.Import', { quantity: CURRENT, side: 'import' }],
  ['Current.Export', { quantity: CURRENT, side: 'export' }],
  ['Power.Active.Import', { quantity: POWER, side: 'import' }],
  ['Power.Active.Export', { quantity: POWER, side: 'export' }],
  ['SoC', { quantity: CHARGE, side: 'import' }],
  ['Display.PresentSOC', { quantity: DISPLAYED_CHARGE, side: 'import' }],
  [DEFAULT_MEASURAND, { quantity: ENERGY, side: 'import' }],
  ['Energy.Active.Export.Register', { quantity: ENERGY_EXPORT, side: 'import' }],
  ['Power.Offered', { quantity: POWER_OFFERED, side: 'import' }],
  ['Power.Import.Offered', { quantity: POWER_OFFERED, side: 'import' }],
  ['Current.Offered', { quantity: CURRENT_OFFERED, side: 'import' }],
  ['Current.Import.Offered', { quantity: CURRENT_OFFERED, side: 'import' }],
  ['Frequency', { quantity: FREQUENCY, side: 'import' }],
  ['Temperature', { quantity: TEMPERATURE, side: 'import' }],
]);

const LOWER_CASE = new Map([...MEASURANDS].map(([name, measurand]) => [name.toLowerCase(), measurand]));
const NAME_MAX = 64;

export function measurandOf(name: string): Measurand | undefined {
  return MEASURANDS.get(name) ?? (name.length > NAME_MAX ? undefined : LOWER_CASE.get(name.toLowerCase()));
}
