/** The action tables, read once into what an extraction runs through. */

import type { OcppVersion } from '../frame.ts';
import type { ActionFields, ActionTable, PathField } from './action-fields.ts';
import { type Read, readBoolean, readInteger, readText } from './leaf.ts';
import { readMeterStop } from './meter-stop.ts';
import { type Path, parsePaths } from './path.ts';
import type { SchedulePaths } from './schedule.ts';
import { V21, V201 } from './v2.ts';
import { V16 } from './v16.ts';

type Paths = readonly Path[];

export interface FieldPlan {
  readonly field: PlainField;
  readonly paths: Paths;
  readonly read: Read<string | number | boolean>;
}

export interface Plan {
  readonly plain: readonly FieldPlan[];
  readonly reason: { readonly ended: Paths; readonly otherwise: Paths } | null;
  readonly transaction: Paths | null;
  readonly answeredTransaction: Paths | null;
  readonly connector: Paths | null;
  readonly evseConnector: Paths | null;
  readonly connectorOfTransaction: boolean;
  readonly schedule: SchedulePaths | null;
  readonly meterValues: string | null;
}

type PlainField = Exclude<PathField, 'connector_id' | 'evse_connector_id' | 'request_transaction_id'>;

const PLAIN: Readonly<Record<PlainField, Read<string | number | boolean>>> = {
  request_timestamp: readText,
  request_info: readText,
  request_status: readText,
  request_id_tag: readText,
  request_vendor_id: readText,
  request_error_code: readText,
  request_vendor_error_code: readText,
  request_meter_stop: readMeterStop,
  response_id_tag_info_status: readText,
  seq_no: readInteger,
  offline: readBoolean,
};

// Safe: the keys of PLAIN are its type's.
const PLAIN_FIELDS = Object.keys(PLAIN) as readonly PlainField[];

const PLANS: Readonly<Record<OcppVersion, ReadonlyMap<string, Plan>>> = {
  '1.6': plansOf(V16),
  '2.0.1': plansOf(V201),
  '2.1': plansOf(V21),
};

/** Undefined for actions without fields and for those that nobody knows. */
export function planFor(version: OcppVersion, action: string): Plan | undefined {
  return PLANS[version].get(action);
}

function plansOf(table: ActionTable): ReadonlyMap<string, Plan> {
  return new Map(Object.entries(table).map(([action, fields]) => [action, planOf(fields)]));
}

function planOf(fields: ActionFields): Plan {
  const paths = (text: string | undefined) => (text === undefined ? null : parsePaths(text));
  return {
    plain: PLAIN_FIELDS.flatMap((field) => {
      const text = fields[field];
      return text === undefined ? [] : [{ field, paths: parsePaths(text), read: PLAIN[field] }];
    }),
    reason: reasonOf(fields.request_reason),
    transaction: paths(fields.request_transaction_id),
    answeredTransaction: paths(fields.transaction_id),
    connector: paths(fields.connector_id),
    evseConnector: paths(fields.evse_connector_id),
    connectorOfTransaction: fields.connector_of_transaction === true,
    schedule: fields.schedule === undefined ? null : scheduleOf(fields.schedule),
    meterValues: fields.meter_values ?? null,
  };
}

function reasonOf(reason: ActionFields['request_reason']): Plan['reason'] {
  if (reason === undefined) return null;
  const { ended, otherwise } = typeof reason === 'string' ? { ended: reason, otherwise: reason } : reason;
  return { ended: parsePaths(ended), otherwise: parsePaths(otherwise) };
}

function scheduleOf(place: string): SchedulePaths {
  return {
    rateUnit: parsePaths(`${place}.chargingRateUnit`),
    duration: parsePaths(`${place}.duration`),
    start: parsePaths(`${place}.startSchedule`),
    minRate: parsePaths(`${place}.minChargingRate`),
    periods: parsePaths(`${place}.chargingSchedulePeriod`),
  };
}
