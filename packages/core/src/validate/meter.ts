/** Checks of meter values, as far as one message tells. */

import { readDecimal, toNumber } from '../extract/decimal.ts';
import type { JsonObject } from '../message.ts';
import type { SeenEntry } from '../session/seen.ts';
import { numberIn, objectIn, objectsIn, textIn } from '../session/told.ts';
import type { Found } from './found.ts';
import { isStandardUnit } from './units.ts';

const REGISTER = 'Energy.Active.Import.Register';
/** Below that, rounding to whole kWh could look like a wrong unit. */
const LEAST_WH = 10_000;
/** kWh with one digit behind the point. */
const ROUNDING_WH = 100;

/** OCPP 1.6: meterStop is in Wh, and the last sample of the transaction tells the same register. */
export function checkMeterStop({ call }: SeenEntry, found: Found): void {
  const stop = numberIn(call, 'meterStop');
  if (stop === null || stop < LEAST_WH) return;
  const values = objectsIn(call, 'transactionData');
  for (const [element, value] of values.entries()) {
    for (const [at, sample] of objectsIn(value, 'sampledValue').entries()) {
      if (!tellsEnd(sample)) continue;
      const kilo = sample.unit === 'kWh';
      if (!kilo && sample.unit !== 'Wh' && sample.unit !== undefined) continue;
      const told = registerOf(sample);
      if (told === null || told <= 0) continue;
      const exchanged = kilo ? told : told * 1000;
      const asSaid = kilo ? told * 1000 : told;
      if (Math.abs(exchanged - stop) <= ROUNDING_WH && Math.abs(asSaid - stop) > ROUNDING_WH) {
        const path = `request.transactionData[${element}].sampledValue[${at}].unit`;
        found.add('energy-unit', path, `${told} ${kilo ? 'kWh' : 'Wh'} beside ${stop} Wh`);
      }
    }
  }
}

function tellsEnd(sample: JsonObject): boolean {
  return (
    sample.context === 'Transaction.End' &&
    (sample.measurand ?? REGISTER) === REGISTER &&
    (sample.phase ?? '') === '' &&
    (sample.location ?? 'Outlet') === 'Outlet' &&
    String(sample.format ?? 'Raw').toLowerCase() !== 'signeddata'
  );
}

function registerOf({ value }: JsonObject): number | null {
  if (typeof value === 'number') return value;
  const read = typeof value === 'string' ? readDecimal(value) : null;
  return read === null ? null : toNumber(read.decimal);
}

/** OCPP 2.x: the schema takes any text for a unit. */
export function checkUnits({ call }: SeenEntry, found: Found): void {
  for (const [element, value] of objectsIn(call, 'meterValue').entries()) {
    for (const [at, sample] of objectsIn(value, 'sampledValue').entries()) {
      const unit = textIn(objectIn(sample, 'unitOfMeasure'), 'unit');
      if (unit === null || isStandardUnit(unit)) continue;
      found.add(
        'unit-unknown',
        `request.meterValue[${element}].sampledValue[${at}].unitOfMeasure.unit`,
        unit,
      );
      if (found.full) return;
    }
  }
}
