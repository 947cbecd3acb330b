/** What an exchange tells about transactions, for the table that later exchanges are resolved from. */

import type { OcppVersion } from '../frame.ts';
import type { JsonObject } from '../message.ts';
import { plugIn, transactionOfAnswer, transactionOfCall } from './identity.ts';
import { instantOf } from './instant.ts';
import { type Plan, planFor } from './plan.ts';

export interface TransactionFact {
  readonly transaction: string;
  /** 1.6: the connector; 2.x: the EVSE. */
  readonly connector: number;
  /** 2.x: the connector inside the EVSE, where it is named. */
  readonly evseConnector: number | null;
  /** When the transaction began by the station's clock, ms since 1970; only of the message that begins it. */
  readonly startAt?: number;
}

/** The transaction that the exchange names: that of its call, else of its answer. */
export function transactionIn(
  version: OcppVersion,
  action: string,
  call: JsonObject,
  answer: JsonObject | null,
): string | null {
  const plan = planFor(version, action);
  return plan === undefined ? null : transactionBy(plan, version, call, answer);
}

/** Null where the exchange does not hold both a transaction and the connector it runs on. */
export function transactionFact(
  version: OcppVersion,
  action: string,
  call: JsonObject,
  answer: JsonObject | null,
): TransactionFact | null {
  const plan = planFor(version, action);
  if (plan === undefined) return null;
  const transaction = transactionBy(plan, version, call, answer);
  if (transaction === null) return null;
  const starts = begins(version, action, call);
  // Stations send 0 and -1 for "none"; only a CSMS that gave such an id means it.
  if (version === '1.6' && !starts && !(Number(transaction) > 0)) return null;
  const plug = plugIn(plan, call, []);
  // Connector and EVSE 0 are the whole station.
  if (plug === null || plug.connector <= 0) return null;
  const startAt = starts && typeof call.timestamp === 'string' ? instantOf(call.timestamp) : null;
  return startAt === null ? { transaction, ...plug } : { transaction, ...plug, startAt };
}

function transactionBy(
  plan: Plan,
  version: OcppVersion,
  call: JsonObject,
  answer: JsonObject | null,
): string | null {
  return transactionOfCall(plan, version, call, []) ?? transactionOfAnswer(plan, version, call, answer, []);
}

function begins(version: OcppVersion, action: string, call: JsonObject): boolean {
  return version === '1.6'
    ? action === 'StartTransaction'
    : action === 'TransactionEvent' && call.eventType === 'Started';
}
