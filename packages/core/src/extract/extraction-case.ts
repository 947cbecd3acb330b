/** Short ways to state an extraction in the tests beside. */

import assert from 'node:assert/strict';
import { type Context, type Fields, NO_CONTEXT } from '../fields.ts';
import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import type { JsonObject, JsonValue } from '../message.ts';
import { extract } from './index.ts';

export interface Case {
  readonly version: OcppVersion;
  readonly action: string;
  readonly call: JsonObject;
  readonly answer?: JsonObject;
  readonly context?: Partial<Context>;
}

export function extractCase(of: Case): { readonly fields: Fields; readonly findings: readonly Finding[] } {
  return extract({
    version: of.version,
    action: of.action,
    call: of.call,
    answer: of.answer ?? null,
    context: { ...NO_CONTEXT, ...of.context },
  });
}

/** All fields and all findings, as `code path`. */
export function expectCase(of: Case, fields: Fields, findings: readonly string[] = []): void {
  const extraction = extractCase(of);
  assert.deepEqual(extraction.fields, fields);
  assert.deepEqual(extraction.findings.map(spell), findings);
}

export function spell(finding: Finding): string {
  return finding.path === undefined ? finding.code : `${finding.code} ${finding.path}`;
}

export const TIME = '2026-01-05T14:58:38Z';

/** One sample of OCPP 1.6: measurand, value, unit, phase, and what else. */
export function sample16(
  measurand: string,
  value: JsonValue,
  unit?: string,
  phase?: string,
  more: JsonObject = {},
): JsonObject {
  return {
    value,
    measurand,
    ...(unit === undefined ? {} : { unit }),
    ...(phase === undefined ? {} : { phase }),
    ...more,
  };
}

/** One sample of OCPP 2.x. */
export function sample2(
  measurand: string,
  value: JsonValue,
  unitOfMeasure?: JsonObject,
  more: JsonObject = {},
): JsonObject {
  return { value, measurand, ...(unitOfMeasure === undefined ? {} : { unitOfMeasure }), ...more };
}

export function meterValue(sampledValue: readonly JsonValue[], timestamp: JsonValue = TIME): JsonObject {
  return { timestamp, sampledValue };
}

/** The extracted fields of a 1.6 MeterValues with these meter values. */
export function metered16(...meterValues: readonly JsonValue[]): Fields {
  return extracted(
    extractCase({ version: '1.6', action: 'MeterValues', call: { meterValue: meterValues } }).fields,
  );
}

export function metered2(...meterValues: readonly JsonValue[]): Fields {
  return extracted(
    extractCase({ version: '2.1', action: 'MeterValues', call: { meterValue: meterValues } }).fields,
  );
}

/** Findings of the same, as `code path`. */
export function findings16(...meterValues: readonly JsonValue[]): readonly string[] {
  const call = { meterValue: meterValues };
  return extractCase({ version: '1.6', action: 'MeterValues', call }).findings.map(spell);
}

export function findings2(...meterValues: readonly JsonValue[]): readonly string[] {
  const call = { meterValue: meterValues };
  return extractCase({ version: '2.1', action: 'MeterValues', call }).findings.map(spell);
}

function extracted(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith('extracted_')));
}
