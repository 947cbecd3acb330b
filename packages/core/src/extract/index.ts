/**
 * The derived fields of an exchange, from its call, its answer and what was known when it was recorded.
 * Pure, and total: no JSON makes it throw. Which field stands where: v16.ts, v2.ts; meter values: meter-values.ts.
 */

import type { Context, Fields } from '../fields.ts';
import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { plugIn, transactionOfAnswer, transactionOfCall } from './identity.ts';
import { readText } from './leaf.ts';
import { respellMeterStop } from './meter-stop.ts';
import { readMeterValues } from './meter-values.ts';
import type { MutableFields } from './mutable-fields.ts';
import { readPaths } from './path.ts';
import { type Plan, planFor } from './plan.ts';
import { report } from './report.ts';
import { readSchedule } from './schedule.ts';
import { reportStatus } from './status.ts';
import { transactionNumber } from './transaction-id.ts';

export { type TransactionFact, transactionFact, transactionIn } from './context.ts';

export interface ExtractionInput {
  readonly version: OcppVersion;
  readonly action: string;
  readonly call: JsonObject;
  /** Payload of the CALLRESULT; null where there is none. */
  readonly answer: JsonObject | null;
  readonly context: Context;
  /** Text of `call`, where it is at hand: how a number was spelled is not in its value. */
  readonly callText?: () => string;
}

export interface Extraction {
  /** A field that does not apply is absent. */
  readonly fields: Fields;
  readonly findings: readonly Finding[];
}

const NOTHING: Extraction = Object.freeze({ fields: Object.freeze({}), findings: Object.freeze([]) });

export function extract(input: ExtractionInput): Extraction {
  const { version, action, call, answer } = input;
  const plan = planFor(version, action);
  if (plan === undefined) return NOTHING;
  const fields: MutableFields = {};
  const findings: Finding[] = [];
  readConnector(plan, input, fields, findings);
  readTransaction(plan, input, fields, findings);
  for (const { field, paths, read } of plan.plain) {
    const value = readPaths(paths, call, answer, read, findings);
    if (value !== undefined) fields[field] = value;
  }
  if (fields.request_meter_stop !== undefined) respellMeterStop(input, fields);
  if (plan.reason !== null) {
    const paths = call.eventType === 'Ended' ? plan.reason.ended : plan.reason.otherwise;
    const reason = readPaths(paths, call, answer, readText, findings);
    if (reason !== undefined) fields.request_reason = reason;
  }
  if (plan.schedule !== null) readSchedule(plan.schedule, call, fields, findings);
  if (plan.meterValues !== null) {
    readMeterValues(version, call[plan.meterValues], `request.${plan.meterValues}`, fields, findings);
  }
  if (version === '1.6' && action === 'StatusNotification') reportStatus(fields, findings);
  return { fields, findings };
}

function readConnector(plan: Plan, input: ExtractionInput, fields: MutableFields, findings: Finding[]): void {
  const { context } = input;
  const plug = plugIn(plan, input.call, findings) ?? (plan.connectorOfTransaction ? context : null);
  if (plug === null || plug.connector === null) return;
  fields.connector_id = plug.connector;
  if (plug.evseConnector !== null) fields.evse_connector_id = plug.evseConnector;
}

function readTransaction(
  plan: Plan,
  input: ExtractionInput,
  fields: MutableFields,
  findings: Finding[],
): void {
  const { version, call, answer, context } = input;
  const text = transactionOfCall(plan, version, call, findings);
  if (text !== null) {
    const number = transactionNumber(text);
    if (number !== null) fields.request_transaction_id = number;
    else if (version === '1.6') report(findings, 'value-type', 'request.transactionId', 'beyond int64');
  }
  const id = text ?? transactionOfAnswer(plan, version, call, answer, findings) ?? context.transaction;
  if (id !== null) fields.transaction_id = id;
}
