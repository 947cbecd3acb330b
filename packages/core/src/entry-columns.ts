/**
 * The columns of an entry where it is written as a table: names and order of the API, a type each. CSV, XLSX and
 * Parquet are written from this one table.
 */

import { timeOfId } from './entry.ts';
import { exchangeMembers, type Member, rawMembers } from './entry-groups.ts';
import type { EntryForm } from './entry-json.ts';
import type { EntryText } from './entry-text.ts';
import { eachField } from './field-text.ts';
import { EXCHANGE_FIELDS, type FieldName, PAGE_FIELDS } from './fields.ts';

/** `integer` is an int64; `time` is ISO 8601, UTC, milliseconds; `json` is the text of any JSON value. */
export type ColumnType = 'text' | 'number' | 'integer' | 'time' | 'json' | 'boolean';

export interface EntryColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A text as it is, everything else as its JSON text, a time without quotes; null where there is none. */
export type Cell = string | null;

const FIRST = {
  occurrence_time: 'time',
  action: 'text',
  payload: 'json',
  site_id: 'text',
  site_name: 'text',
  charger_id: 'text',
} as const satisfies Record<string, ColumnType>;

const FIELD_TYPES = {
  connector_id: 'integer',
  request_timestamp: 'text',
  request_info: 'text',
  request_status: 'text',
  request_reason: 'text',
  request_id_tag: 'text',
  request_transaction_id: 'integer',
  request_vendor_id: 'text',
  request_error_code: 'text',
  request_vendor_error_code: 'text',
  request_meter_stop: 'text',
  req_cs_profile_sched_charging_rate_unit: 'text',
  req_cs_profile_sched_duration: 'number',
  req_cs_profile_sched_start_schedule: 'text',
  req_cs_profile_sched_min_charging_rate: 'number',
  req_cs_profile_sched_schedule_period: 'json',
  response_id_tag_info_status: 'text',
  extracted_voltage: 'number',
  extracted_voltage_phase1: 'number',
  extracted_voltage_phase2: 'number',
  extracted_voltage_phase3: 'number',
  extracted_current: 'number',
  extracted_current_phase1: 'number',
  extracted_current_phase2: 'number',
  extracted_current_phase3: 'number',
  extracted_power: 'number',
  extracted_power_phase1: 'number',
  extracted_power_phase2: 'number',
  extracted_power_phase3: 'number',
  extracted_state_of_charge: 'number',
  transaction_id: 'text',
  evse_connector_id: 'integer',
  seq_no: 'integer',
  offline: 'boolean',
  extracted_energy: 'number',
  extracted_energy_export: 'number',
  extracted_power_offered: 'number',
  extracted_current_offered: 'number',
  extracted_frequency: 'number',
  extracted_temperature: 'number',
} as const satisfies Record<FieldName, ColumnType>;

const EXCHANGE_BEFORE_FIELDS = {
  id: 'text',
  kind: 'text',
  direction: 'text',
  ocpp_version: 'text',
  connection_id: 'text',
  message_id: 'text',
  outcome: 'text',
  latency_ms: 'number',
  response_time: 'time',
  response_payload: 'json',
  error_code: 'text',
  error_description: 'text',
  error_details: 'json',
} as const satisfies Record<string, ColumnType>;

const RAW = {
  request_text: 'text',
  response_text: 'text',
  rejection_text: 'text',
  encoding: 'text',
  redacted: 'json',
  truncated: 'boolean',
  length: 'integer',
  sha256: 'text',
} as const satisfies Record<string, ColumnType>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const columnsOf = (types: Readonly<Record<string, ColumnType>>, group = ''): EntryColumn[] =>
  Object.entries(types).map(([name, type]) => ({ name: `${group}${name}`, type }));
const fieldColumns = (names: readonly FieldName[], group = ''): EntryColumn[] =>
  names.map((name) => ({ name: `${group}${name}`, type: FIELD_TYPES[name] }));

export function entryColumns(form: Pick<EntryForm, 'exchange' | 'raw'>): readonly EntryColumn[] {
  const columns = [...columnsOf(FIRST), ...fieldColumns(PAGE_FIELDS)];
  if (form.exchange) {
    columns.push(...columnsOf(EXCHANGE_BEFORE_FIELDS, 'exchange.'));
    columns.push(...fieldColumns(EXCHANGE_FIELDS, 'exchange.'), { name: 'exchange.event', type: 'json' });
  }
  if (form.raw) columns.push(...columnsOf(RAW, 'raw.'));
  return columns;
}

/** Every column that there is. */
export const ALL_COLUMNS: readonly EntryColumn[] = entryColumns({ exchange: true, raw: true });

/** Reads entries into the cells of their columns. */
export class EntryCells {
  readonly columns: readonly EntryColumn[];
  #site: string;
  #siteName: string;
  readonly #form: Pick<EntryForm, 'exchange' | 'raw'>;
  /** All columns of the groups that are read. */
  readonly #all: readonly EntryColumn[];
  readonly #places: ReadonlyMap<string, number>;
  /** Places of those that are given, where these were chosen. */
  readonly #chosen: readonly number[] | null;
  readonly #payload: boolean;

  constructor(site: string, form: EntryForm) {
    const { columns: chosen = null } = form;
    const names = (group: string) => chosen?.some((name) => name.startsWith(group));
    this.#form = {
      exchange: names('exchange.') ?? form.exchange,
      raw: names('raw.') ?? form.raw,
    };
    this.#all = entryColumns(this.#form);
    this.#site = site;
    this.#siteName = form.siteName;
    const places = new Map(this.#all.map(({ name }, place) => [name, place]));
    this.#places = places;
    this.#chosen = chosen?.flatMap((name) => places.get(name) ?? []) ?? null;
    this.columns =
      this.#chosen === null ? this.#all : this.#chosen.flatMap((place) => this.#all[place] ?? []);
    this.#payload = chosen === null || chosen.includes('payload');
  }

  /** Entries from here on are of this site. */
  ofSite(site: string, siteName: string): void {
    this.#site = site;
    this.#siteName = siteName;
  }

  of(entry: EntryText): readonly Cell[] {
    const cells = this.#read(entry);
    return this.#chosen === null ? cells : this.#chosen.map((place) => cells[place] ?? null);
  }

  #read(entry: EntryText): readonly Cell[] {
    const exchange = entry.kind === 'exchange';
    const cells: Cell[] = [
      new Date(timeOfId(entry.id)).toISOString(),
      exchange ? entry.action : null,
      exchange && this.#payload ? payloadText(entry) : null,
      this.#site,
      this.#siteName,
      entry.charger,
    ];
    while (cells.length < this.#all.length) cells.push(null);
    const before = Object.keys(FIRST).length;
    eachField(entry.fields, (place, json) => {
      if (place < PAGE_FIELDS.length) this.#put(cells, before + place, json);
    });
    if (this.#form.exchange) this.#putMembers(cells, 'exchange.', exchangeMembers(entry));
    if (this.#form.raw) this.#putMembers(cells, 'raw.', rawMembers(entry));
    return cells;
  }

  #putMembers(cells: Cell[], group: string, members: readonly Member[]): void {
    for (const [name, json] of members) {
      const place = this.#places.get(`${group}${name}`);
      if (place !== undefined) this.#put(cells, place, json);
    }
  }

  #put(cells: Cell[], place: number, json: string): void {
    const type = this.#all[place]?.type;
    if (json === 'null') return;
    cells[place] = type === 'text' || type === 'time' ? unquoted(json) : json;
  }
}

function payloadText(entry: EntryText): string {
  // A null or [] payload reads as {}: extraction rules 2.
  if (entry.request === null || entry.payloadStart < 0) return '{}';
  return decoder.decode(entry.request.subarray(entry.payloadStart, entry.payloadEnd));
}

/** Of a JSON string what it says. */
function unquoted(json: string): string {
  return json.includes('\\') ? String(JSON.parse(json)) : json.slice(1, -1);
}
