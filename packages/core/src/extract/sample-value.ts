/** The value of a sample in the unit of its dimension. Source: extraction rules 5.1 and 5.6. */

import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { type Decimal, decimalOf, readDecimal, shift } from './decimal.ts';
import { isAbsent, isObject, type Leaf, reportType } from './leaf.ts';
import { report } from './report.ts';
import { type SampleReader, samplePath } from './sample-reader.ts';
import { type Dimension, toBaseUnit } from './units.ts';

const MULTIPLIER_MAX = 24;

/** Null where the sample cannot be used. */
export function readValue(
  reader: SampleReader,
  sample: JsonObject,
  at: number,
  dimension: Dimension,
): Decimal | null {
  const value = readDigits(reader, sample.value, at);
  if (value === null) return null;
  if (reader.version === '1.6') return inUnit(reader, value, sample.unit, 'unit', at, dimension);
  const measure = sample.unitOfMeasure;
  if (isAbsent(measure)) return inUnit(reader, value, undefined, 'unitOfMeasure.unit', at, dimension);
  if (!isObject(measure)) {
    reportType(reader.findings, `${samplePath(reader, at)}.unitOfMeasure`, measure);
    return null;
  }
  const power = readMultiplier(reader, measure.multiplier, at);
  if (power === null) return null;
  return inUnit(reader, shift(value, power), measure.unit, 'unitOfMeasure.unit', at, dimension);
}

function readDigits(reader: SampleReader, value: Leaf, at: number): Decimal | null {
  const { findings } = reader;
  if (typeof value === 'string') {
    const read = readDecimal(value);
    if (read === null) report(findings, 'number-unreadable', `${samplePath(reader, at)}.value`, value);
    else if (read.loose) report(findings, 'number-form', `${samplePath(reader, at)}.value`, value);
    return read?.decimal ?? null;
  }
  const decimal = typeof value === 'number' || typeof value === 'bigint' ? decimalOf(value) : null;
  if (decimal === null) report(findings, 'number-unreadable', `${samplePath(reader, at)}.value`);
  return decimal;
}

function readMultiplier(reader: SampleReader, multiplier: Leaf, at: number): number | null {
  if (isAbsent(multiplier)) return 0;
  if (typeof multiplier === 'number' && Math.abs(multiplier) <= MULTIPLIER_MAX && multiplier % 1 === 0) {
    return multiplier;
  }
  const path = `${samplePath(reader, at)}.unitOfMeasure.multiplier`;
  if (typeof multiplier === 'bigint' || (typeof multiplier === 'number' && multiplier % 1 === 0)) {
    report(reader.findings, 'multiplier-range', path, String(multiplier));
  } else reportType(reader.findings, path, multiplier);
  return null;
}

function inUnit(
  reader: SampleReader,
  value: Decimal,
  unit: Leaf,
  place: string,
  at: number,
  dimension: Dimension,
): Decimal | null {
  const { findings } = reader;
  if (isAbsent(unit) || unit === '') {
    if (!hasDefault(reader.version, dimension)) {
      report(findings, 'unit-assumed', `${samplePath(reader, at)}.${place}`, dimension);
    }
    return value;
  }
  if (typeof unit !== 'string') {
    reportType(findings, `${samplePath(reader, at)}.${place}`, unit);
    return null;
  }
  const converted = toBaseUnit(value, unit, dimension);
  if (converted === null) report(findings, 'unit-mismatch', `${samplePath(reader, at)}.${place}`, unit);
  return converted;
}

/** Energy is Wh by SampledValue.unit (1.6) and UnitOfMeasureType.unit (2.x); 1.6 has no unit of frequency but Hz. */
function hasDefault(version: OcppVersion, dimension: Dimension): boolean {
  return dimension === 'Wh' || (dimension === 'Hz' && version === '1.6');
}
