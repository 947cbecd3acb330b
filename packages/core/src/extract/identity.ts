/** Which connector and which transaction an exchange is about. Source: extraction rules 4. */

import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { readInteger } from './leaf.ts';
import { readPaths } from './path.ts';
import type { Plan } from './plan.ts';
import { transactionReader } from './transaction-id.ts';

export interface Plug {
  /** 1.6: the connector; 2.x: the EVSE. */
  readonly connector: number;
  /** 2.x: the connector inside the EVSE. */
  readonly evseConnector: number | null;
}

/** The connector that the call itself names. */
export function plugIn(plan: Plan, call: JsonObject, findings: Finding[]): Plug | null {
  if (plan.connector === null) return null;
  const connector = readPaths(plan.connector, call, null, readInteger, findings);
  if (connector === undefined) return null;
  const evseConnector =
    plan.evseConnector === null
      ? undefined
      : readPaths(plan.evseConnector, call, null, readInteger, findings);
  return { connector, evseConnector: evseConnector ?? null };
}

/** The transaction that the call names, as text. */
export function transactionOfCall(
  plan: Plan,
  version: OcppVersion,
  call: JsonObject,
  findings: Finding[],
): string | null {
  if (plan.transaction === null) return null;
  return readPaths(plan.transaction, call, null, transactionReader(version), findings) ?? null;
}

/** The transaction that only the answer names: StartTransaction, RequestStartTransaction. */
export function transactionOfAnswer(
  plan: Plan,
  version: OcppVersion,
  call: JsonObject,
  answer: JsonObject | null,
  findings: Finding[],
): string | null {
  if (plan.answeredTransaction === null || answer === null) return null;
  return readPaths(plan.answeredTransaction, call, answer, transactionReader(version), findings) ?? null;
}
