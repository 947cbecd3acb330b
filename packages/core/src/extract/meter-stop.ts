/** The meter stop: an integer in the schema, a text in the log, as it was written. */

import type { Finding } from '../finding.ts';
import { memberSpan } from '../member-span.ts';
import type { JsonObject } from '../message.ts';
import { isAbsent, type Leaf, reportType } from './leaf.ts';
import type { MutableFields } from './mutable-fields.ts';

export function readMeterStop(value: Leaf, path: string, findings: Finding[]): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)))
    return String(value);
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}

interface Spelled {
  readonly call: JsonObject;
  readonly callText?: () => string;
}

/** `1475943.0` and `1475943` are one value and two texts. */
export function respellMeterStop({ call, callText }: Spelled, fields: MutableFields): void {
  if (callText === undefined || typeof call.meterStop !== 'number') return;
  const text = callText();
  const span = memberSpan(text, 'meterStop');
  if (span === null) return;
  const spelled = text.slice(span.start, span.end);
  if (Number(spelled) === call.meterStop) fields.request_meter_stop = spelled;
}
