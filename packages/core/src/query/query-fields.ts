/** Fields that a search can name: one table for parser, completion, matching and documentation. */

import { KINDS, OUTCOMES } from '../entry.ts';
import { FIELDS, type FieldName } from '../fields.ts';
import { FINDINGS } from '../finding.ts';
import { OCPP_VERSIONS } from '../frame.ts';

/** What a number measures, with the factors of its units to the one in which entries hold it. */
export const QUANTITIES = {
  number: { '': 1 },
  duration: { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, '': 1 },
  power: { W: 1, kW: 1000, MW: 1_000_000, '': 1 },
  current: { mA: 0.001, A: 1, '': 1 },
  voltage: { mV: 0.001, V: 1, kV: 1000, '': 1 },
  energy: { Wh: 1, kWh: 1000, MWh: 1_000_000, '': 1 },
  percent: { '%': 1, '': 1 },
  frequency: { mHz: 0.001, Hz: 1, '': 1 },
} as const;
export type Quantity = keyof typeof QUANTITIES;

/** Where the values of a searched field come from. */
export type ValueSource =
  /** Of the site that an entry lies in, which the entry itself does not tell. */
  | { readonly of: 'site' }
  | { readonly of: 'column'; readonly column: 'station' | 'action' | 'kind' | 'outcome' }
  | { readonly of: 'fields'; readonly names: readonly FieldName[] }
  | { readonly of: 'head'; readonly member: HeadMember };

export const HEAD_MEMBERS = [
  'direction',
  'version',
  'connection',
  'message',
  'latency',
  'error',
  'finding',
  'payload',
  'answer',
] as const;
export type HeadMember = (typeof HEAD_MEMBERS)[number];

export interface QueryFieldRow {
  /** Other names that mean the same. */
  readonly aliases: readonly string[];
  /** null: text. */
  readonly quantity: Quantity | null;
  /** Allowed values; null where any text may stand. */
  readonly values: readonly string[] | null;
  readonly source: ValueSource;
  readonly describe: string;
}

const DIRECTIONS = ['station_to_csms', 'csms_to_station'] as const;

const text = (describe: string, source: ValueSource, ...aliases: string[]): QueryFieldRow => ({
  aliases,
  quantity: null,
  values: null,
  source,
  describe,
});
const oneOf = (describe: string, values: readonly string[], source: ValueSource, ...aliases: string[]) => ({
  ...text(describe, source, ...aliases),
  values,
});
const amount = (describe: string, quantity: Quantity, source: ValueSource, ...aliases: string[]) => ({
  ...text(describe, source, ...aliases),
  quantity,
});
const of = (...names: FieldName[]): ValueSource => ({ of: 'fields', names });
const head = (member: HeadMember): ValueSource => ({ of: 'head', member });
const column = (name: 'station' | 'action' | 'kind' | 'outcome'): ValueSource => ({
  of: 'column',
  column: name,
});

/** The short names, in the order in which they are offered. */
const SHORT = {
  action: text('OCPP action', column('action')),
  site: text('site, by id or by name', { of: 'site' }),
  station: text('charging station', column('station'), 'charger', 'charger_id'),
  connector: amount('connector number (2.x: EVSE)', 'number', of('connector_id'), 'evse'),
  status: text(
    'status of a request, or of an answered id tag',
    of('request_status', 'response_id_tag_info_status'),
  ),
  error: text('error code of a status or of a CALLERROR', head('error')),
  vendor_error: text('vendor error code', of('request_vendor_error_code')),
  outcome: oneOf('what became of the call', OUTCOMES, column('outcome')),
  direction: oneOf('who spoke', DIRECTIONS, head('direction')),
  latency: amount('time from call to answer', 'duration', head('latency')),
  version: oneOf('OCPP version', OCPP_VERSIONS, head('version'), 'ocpp_version'),
  kind: oneOf('kind of entry', KINDS, column('kind')),
  finding: oneOf('finding code', Object.keys(FINDINGS), head('finding')),
  id_tag: text('id tag', of('request_id_tag'), 'idtag'),
  transaction: text('transaction id', of('transaction_id', 'request_transaction_id'), 'tx'),
  reason: text('reason of a stop or trigger', of('request_reason')),
  info: text('free text of a status', of('request_info')),
  vendor: text('vendor id', of('request_vendor_id')),
  power: amount('active power', 'power', of('extracted_power')),
  current: amount('current', 'current', of('extracted_current')),
  voltage: amount('voltage', 'voltage', of('extracted_voltage')),
  soc: amount('state of charge', 'percent', of('extracted_state_of_charge')),
  energy: amount('energy register', 'energy', of('extracted_energy')),
  message: text('message id', head('message'), 'message_id'),
  connection: text('connection id', head('connection'), 'connection_id'),
  payload: text('text of the request', head('payload')),
  answer: text('text of the answer', head('answer')),
} as const satisfies Readonly<Record<string, QueryFieldRow>>;

const QUANTITY_OF_FIELD: Readonly<Partial<Record<FieldName, Quantity>>> = Object.fromEntries(
  FIELDS.flatMap((name) => {
    const quantity = quantityOf(name);
    return quantity === null ? [] : [[name, quantity]];
  }),
);

function quantityOf(name: FieldName): Quantity | null {
  if (name.startsWith('extracted_power')) return 'power';
  if (name.startsWith('extracted_current')) return 'current';
  if (name.startsWith('extracted_voltage')) return 'voltage';
  if (name.startsWith('extracted_energy')) return 'energy';
  if (name === 'extracted_state_of_charge') return 'percent';
  if (name === 'extracted_frequency') return 'frequency';
  const plain: readonly FieldName[] = [
    'connector_id',
    'request_transaction_id',
    'req_cs_profile_sched_duration',
    'req_cs_profile_sched_min_charging_rate',
    'evse_connector_id',
    'seq_no',
    'extracted_temperature',
  ];
  return plain.includes(name) ? 'number' : null;
}

export type QueryField = keyof typeof SHORT | FieldName;

const rows: [QueryField, QueryFieldRow][] = FIELDS.map((name) => [
  name,
  {
    aliases: [],
    quantity: QUANTITY_OF_FIELD[name] ?? null,
    values: null,
    source: { of: 'fields', names: [name] },
    describe: `field ${name} of the API`,
  },
]);

/** Every field by its name; the fields of the API by their own names behind the short ones. */
export const QUERY_FIELDS: ReadonlyMap<QueryField, QueryFieldRow> = new Map<QueryField, QueryFieldRow>([
  // Safe: the keys of SHORT are what QueryField is made of.
  ...(Object.entries(SHORT) as [keyof typeof SHORT, QueryFieldRow][]),
  ...rows,
]);

const BY_NAME: ReadonlyMap<string, QueryField> = new Map(
  [...QUERY_FIELDS].flatMap(([name, { aliases }]) =>
    [name, ...aliases].map((known) => [known, name] as const),
  ),
);

/** By name or alias, whatever the case. */
export function queryFieldNamed(name: string): QueryField | null {
  return BY_NAME.get(name.toLowerCase()) ?? null;
}

/** Every name and alias. */
export function queryFieldNames(): readonly string[] {
  return [...BY_NAME.keys()];
}
