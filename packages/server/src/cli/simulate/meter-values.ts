/** What a meter says, in the words both versions share. */

import type { Reading } from './charging.ts';

export interface Quantity {
  readonly measurand: string;
  readonly value: number;
  readonly unit: string;
  /** Decimal places that this meter shows. */
  readonly places: number;
  readonly phase?: string;
  readonly location?: string;
}

const PHASES = ['L1', 'L2', 'L3'];

/** `energyOnly`: what is told at the beginning and the end of a transaction. */
export function quantitiesOf(reading: Reading, energyOnly = false): readonly Quantity[] {
  const energy: Quantity = {
    measurand: 'Energy.Active.Import.Register',
    value: reading.energy,
    unit: 'Wh',
    places: 0,
    location: 'Outlet',
  };
  if (energyOnly) return [energy];
  const several = reading.voltage.length > 1;
  return [
    energy,
    { measurand: 'Power.Active.Import', value: reading.power, unit: 'W', places: 0 },
    { measurand: 'Power.Offered', value: reading.offered, unit: 'W', places: 0 },
    ...reading.voltage.map((value, index) => ({
      measurand: 'Voltage',
      value,
      unit: 'V',
      places: 1,
      ...(several ? { phase: `${PHASES[index]}-N` } : {}),
    })),
    ...reading.current.map((value, index) => ({
      measurand: 'Current.Import',
      value,
      unit: 'A',
      places: 2,
      ...(several ? { phase: `${PHASES[index]}` } : {}),
    })),
    ...(reading.stateOfCharge === null
      ? []
      : [{ measurand: 'SoC', value: reading.stateOfCharge, unit: 'Percent', places: 0, location: 'EV' }]),
  ];
}
