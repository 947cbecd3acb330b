/** The extracted meter values of one message. Source: extraction rules 5. */

import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { type Choice, newChoice, noteSlot, offer, show } from './choose.ts';
import { instantOf } from './instant.ts';
import { isAbsent, isArray, isObject, type Leaf, reportType } from './leaf.ts';
import { DEFAULT_MEASURAND, type Measurand, measurandOf } from './measurands.ts';
import type { MutableFields } from './mutable-fields.ts';
import { contextRank, isUpstream, LINE_TO_LINE, locationRank, phaseSlot } from './places.ts';
import { report } from './report.ts';
import { type SampleReader, samplePath } from './sample-reader.ts';
import { readValue } from './sample-value.ts';

/** `where` is the path of the meter values: `request.meterValue`. */
export function readMeterValues(
  version: OcppVersion,
  meterValues: Leaf,
  where: string,
  fields: MutableFields,
  findings: Finding[],
): void {
  if (isAbsent(meterValues)) return;
  if (!isArray(meterValues)) {
    reportType(findings, where, meterValues);
    return;
  }
  // By the index of the quantity, so that SoC is shown after what is displayed of it.
  const choices: (Choice | undefined)[] = [];
  for (let element = 0; element < meterValues.length; element += 1) {
    const meterValue = meterValues[element];
    if (!isObject(meterValue)) {
      reportType(findings, `${where}[${element}]`, meterValue);
      continue;
    }
    const sampled = meterValue.sampledValue;
    if (!isArray(sampled)) {
      if (!isAbsent(sampled)) reportType(findings, `${where}[${element}].sampledValue`, sampled);
      continue;
    }
    // One element has one instant, whatever it is.
    const instant = meterValues.length === 1 ? 0 : instantIn(meterValue.timestamp);
    const reader: SampleReader = { version, where, element, instant, findings, choices };
    for (let at = 0; at < sampled.length; at += 1) readSample(reader, sampled[at], at);
  }
  for (const choice of choices) if (choice !== undefined) show(choice, where, fields, findings);
}

function readSample(reader: SampleReader, sample: Leaf, at: number): void {
  const { findings } = reader;
  if (!isObject(sample)) {
    reportType(findings, samplePath(reader, at), sample);
    return;
  }
  const measurand = measurandIn(reader, sample, at);
  if (measurand === undefined || (reader.version === '1.6' && isSigned(sample.format))) return;
  const { quantity, side } = measurand;
  const location = textIn(reader, sample, 'location', at);
  const phase = textIn(reader, sample, 'phase', at);
  if (location === null || phase === null || isUpstream(location)) return;
  const rank = locationRank(location, quantity.evFirst);
  if (rank === undefined) {
    report(findings, 'location-unknown', `${samplePath(reader, at)}.location`, location);
    return;
  }
  reader.choices[quantity.index] ??= newChoice(quantity);
  const choice = reader.choices[quantity.index];
  if (choice === undefined) return;
  const slot = phaseSlot(phase);
  noteSlot(choice, side, slot ?? LINE_TO_LINE);
  if (slot === undefined) report(findings, 'phase-unknown', `${samplePath(reader, at)}.phase`, phase);
  if (slot === undefined || slot === LINE_TO_LINE) return;
  const value = readValue(reader, sample, at, quantity.dimension);
  if (value === null) return;
  const context = textIn(reader, sample, 'context', at);
  offer(choice, side, {
    value,
    instant: reader.instant,
    location: rank,
    context: contextRank(context === null ? 'Other' : context),
    slot,
    element: reader.element,
    sample: at,
  });
}

function measurandIn(reader: SampleReader, sample: JsonObject, at: number): Measurand | undefined {
  const name = textIn(reader, sample, 'measurand', at);
  return name === null ? undefined : measurandOf(name ?? DEFAULT_MEASURAND);
}

/** Undefined where it is absent, null where it is no text. */
function textIn(
  reader: SampleReader,
  sample: JsonObject,
  name: 'measurand' | 'location' | 'phase' | 'context',
  at: number,
): string | null | undefined {
  const value = sample[name];
  if (typeof value === 'string') return value;
  if (isAbsent(value)) return undefined;
  reportType(reader.findings, `${samplePath(reader, at)}.${name}`, value);
  return null;
}

function isSigned(format: Leaf): boolean {
  return typeof format === 'string' && format.length === 10 && format.toLowerCase() === 'signeddata';
}

function instantIn(timestamp: Leaf): number {
  return (typeof timestamp === 'string' ? instantOf(timestamp) : null) ?? Number.NEGATIVE_INFINITY;
}
