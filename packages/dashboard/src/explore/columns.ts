/** Columns of the table: every field of the API, under the names by which the field of the published page is known. */

import { EXCHANGE_FIELDS, PAGE_FIELDS } from '@ocpp-logs/core';
import type { LogEntry } from '../api/answers.ts';
import { jsonText } from '../json/json-text.ts';
import { spanText } from '../time/instant-text.ts';

export interface Column {
  readonly id: string;
  readonly label: string;
  /** px, as long as nobody sized it. */
  readonly width: number;
  readonly align: 'start' | 'end';
  readonly group: 'Message' | 'Request' | 'Measured' | 'Exchange';
  readonly text: (entry: LogEntry) => string;
  /** As exports name it. */
  readonly field: string;
}

const TOO_DEEP = '(nested too deep to be shown here)';

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? (jsonText(value) ?? TOO_DEEP) : String(value);
}

const LABELS: Readonly<Record<string, string>> = {
  connector_id: 'Charging Point ID',
  request_status: 'Status',
  request_error_code: 'Error Code',
  request_id_tag: 'ID Tag',
  request_info: 'Info',
  request_timestamp: 'Request Timestamp',
  request_transaction_id: 'Request Transaction ID',
  request_meter_stop: 'Meter Stop',
  response_id_tag_info_status: 'ID Tag Status',
  transaction_id: 'Transaction ID',
  evse_connector_id: 'Connector of EVSE',
  seq_no: 'Sequence Number',
  extracted_state_of_charge: 'State of Charge (%)',
  extracted_frequency: 'Frequency (Hz)',
  extracted_temperature: 'Temperature (°C)',
};

const UNITS: readonly (readonly [string, string])[] = [
  ['extracted_power', 'W'],
  ['extracted_current', 'A'],
  ['extracted_voltage', 'V'],
  ['extracted_energy', 'Wh'],
];

function labelOf(name: string): string {
  const known = LABELS[name];
  if (known !== undefined) return known;
  const unit = UNITS.find(([start]) => name.startsWith(start))?.[1];
  const words = name
    .replace(/^(?:request|extracted)_/, '')
    .replace(/^req_cs_profile_sched_/, 'schedule_')
    .replace(/phase(\d)/, 'L$1')
    .split('_')
    .map((word) => (word === 'id' ? 'ID' : `${word.charAt(0).toUpperCase()}${word.slice(1)}`));
  return `${words.join(' ')}${unit === undefined ? '' : ` (${unit})`}`;
}

const column = (
  id: string,
  label: string,
  width: number,
  text: Column['text'],
  group: Column['group'] = 'Message',
  align: Column['align'] = 'start',
  field = id,
): Column => ({ id, label, width, align, group, text, field });

const isNumber = (name: string): boolean => name.startsWith('extracted_') || ['seq_no'].includes(name);

const FIRST: readonly Column[] = [
  column('time', 'Timestamp', 190, (entry) => entry.occurrence_time, 'Message', 'start', 'occurrence_time'),
  column(
    'direction',
    'Direction',
    44,
    (entry) => textOf(entry.exchange?.direction),
    'Message',
    'start',
    'exchange.direction',
  ),
  column(
    'outcome',
    'Outcome',
    118,
    (entry) => textOf(entry.exchange?.outcome),
    'Message',
    'start',
    'exchange.outcome',
  ),
  column('action', 'Action', 270, (entry) => entry.action ?? textOf(entry.exchange?.kind)),
  column('charger_id', 'Charging Station ID', 170, (entry) => entry.charger_id),
  column('site_name', 'Site', 140, (entry) => entry.site_name),
  column(
    'latency',
    'Latency',
    88,
    ({ exchange }) => (exchange?.latency_ms == null ? '' : spanText(exchange.latency_ms)),
    'Exchange',
    'end',
    'exchange.latency_ms',
  ),
  column('payload', 'Payload', 420, (entry) => textOf(entry.payload)),
];

const WIDTHS: Readonly<Record<string, number>> = {
  connector_id: 150,
  request_status: 124,
  request_error_code: 160,
};

const PAGE: readonly Column[] = PAGE_FIELDS.map((name) =>
  column(
    name,
    labelOf(name),
    WIDTHS[name] ?? 150,
    (entry) => textOf(entry[name]),
    name.startsWith('extracted_') ? 'Measured' : 'Request',
    isNumber(name) ? 'end' : 'start',
  ),
);

const EXCHANGE: readonly Column[] = [
  ...(['ocpp_version', 'message_id', 'connection_id', 'error_code', 'error_description'] as const).map(
    (name) =>
      column(
        name,
        name === 'error_code' ? 'CALLERROR Code' : labelOf(name),
        150,
        (entry) => textOf(entry.exchange?.[name]),
        'Exchange',
        'start',
        `exchange.${name}`,
      ),
  ),
  ...EXCHANGE_FIELDS.map((name) =>
    column(
      name,
      labelOf(name),
      150,
      (entry) => textOf(entry.exchange?.[name]),
      name.startsWith('extracted_') ? 'Measured' : 'Exchange',
      isNumber(name) ? 'end' : 'start',
      `exchange.${name}`,
    ),
  ),
  column('site_id', 'Site ID', 120, (entry) => entry.site_id),
];

export const COLUMNS: ReadonlyMap<string, Column> = new Map(
  [...FIRST, ...PAGE, ...EXCHANGE].map((each) => [each.id, each]),
);

export const DEFAULT_COLUMNS: readonly string[] = [
  'time',
  'action',
  'charger_id',
  'connector_id',
  'request_status',
  'request_error_code',
  'site_name',
];
