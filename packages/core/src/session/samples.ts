/** Meter samples of one message, element by element, by the same rules that the fields of entries follow. */

import { readMeterValues } from '../extract/meter-values.ts';
import type { MutableFields } from '../extract/mutable-fields.ts';
import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import type { StationClock } from './clock.ts';
import type { SeenEntry } from './seen.ts';
import { objectIn, objectsIn, textIn, timeIn } from './told.ts';

export interface MeterSample {
  readonly entry: string;
  /** ms since 1970, set right by the skew of the station's clock. */
  readonly at: number;
  readonly powerW: number | null;
  /** Of the phase with most. */
  readonly currentA: number | null;
  readonly socPercent: number | null;
  readonly energyWh: number | null;
  /** Of the register, as written. */
  readonly energyText: string | null;
}

/** `member` is `meterValue`, or the `transactionData` of a StopTransaction. */
export function samplesOf(
  { id, at, version, call }: SeenEntry,
  member: 'meterValue' | 'transactionData',
  clock: StationClock,
): readonly MeterSample[] {
  return objectsIn(call, member).flatMap((element) => {
    const sample = sampleOf(element, version ?? '1.6');
    if (sample === null) return [];
    const told = clock.right(timeIn(element, 'timestamp'), at);
    // What is told cannot be later than the message that tells it, but for the error of the clock.
    return [{ entry: id, at: told === null || told > at ? at : told, ...sample }];
  });
}

function sampleOf(element: JsonObject, version: OcppVersion): Omit<MeterSample, 'entry' | 'at'> | null {
  const fields: MutableFields = {};
  readMeterValues(version, [element], 'request.meterValue', fields, []);
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const phases = [
    fields.extracted_current,
    fields.extracted_current_phase1,
    fields.extracted_current_phase2,
    fields.extracted_current_phase3,
  ].filter((value) => typeof value === 'number');
  const sample = {
    powerW: number(fields.extracted_power),
    currentA: phases.length === 0 ? null : Math.max(...phases),
    socPercent: number(fields.extracted_state_of_charge),
    energyWh: number(fields.extracted_energy),
    energyText: registerText(element),
  };
  const { powerW, currentA, socPercent, energyWh } = sample;
  return powerW === null && currentA === null && socPercent === null && energyWh === null ? null : sample;
}

const REGISTER = 'energy.active.import.register';

/** Of the register without a phase; where phases add up to it, it was never written. */
function registerText(element: JsonObject): string | null {
  const written = objectsIn(element, 'sampledValue').find(
    (sample) =>
      (textIn(sample, 'measurand')?.toLowerCase() ?? REGISTER) === REGISTER &&
      sample.phase == null &&
      textIn(sample, 'format') !== 'SignedData',
  );
  const value = written?.value;
  if (written === undefined || (typeof value !== 'string' && typeof value !== 'number')) return null;
  const unit = textIn(written, 'unit') ?? textIn(objectIn(written, 'unitOfMeasure'), 'unit');
  return unit === null ? String(value) : `${value} ${unit}`;
}
