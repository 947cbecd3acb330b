/** The shape of the action tables: which field of a log entry stands at which path of a message. */

import type { FieldName } from '../fields.ts';

/** Fields read by one path each; `request_transaction_id` gives `transaction_id` too. */
export type PathField = Exclude<
  FieldName,
  `extracted_${string}` | `req_cs_profile_${string}` | 'request_reason' | 'transaction_id'
>;

export type ActionFields = { readonly [N in PathField]?: string } & {
  /** A path, or the one for TransactionEvents that end and the one for all others. */
  readonly request_reason?: string | { readonly ended: string; readonly otherwise: string };
  /** Only where the id is not that of `request_transaction_id`: StartTransaction, RequestStartTransaction. */
  readonly transaction_id?: string;
  /** Path of the charging schedule: the five charging profile fields. */
  readonly schedule?: string;
  /** Path of the meter values. */
  readonly meter_values?: string;
  /** Without a connector in the message, that of the known transaction. */
  readonly connector_of_transaction?: true;
};

export type ActionTable = Readonly<Record<string, ActionFields>>;
