/** The derived fields of an entry: their names, order and types. Source: the API contract, OCPPLog. */

export interface SchedulePeriod {
  readonly start_period: number | null;
  readonly limit: number | null;
  readonly number_phases: number | null;
}

/** A bigint is an integer whose digits a JSON number of JavaScript cannot keep. */
export type FieldValue = string | number | bigint | boolean | readonly SchedulePeriod[];

/** Fields of the published page, in its order, after `charger_id`. */
export const PAGE_FIELDS = [
  'connector_id',
  'request_timestamp',
  'request_info',
  'request_status',
  'request_reason',
  'request_id_tag',
  'request_transaction_id',
  'request_vendor_id',
  'request_error_code',
  'request_vendor_error_code',
  'request_meter_stop',
  'req_cs_profile_sched_charging_rate_unit',
  'req_cs_profile_sched_duration',
  'req_cs_profile_sched_start_schedule',
  'req_cs_profile_sched_min_charging_rate',
  'req_cs_profile_sched_schedule_period',
  'response_id_tag_info_status',
  'extracted_voltage',
  'extracted_voltage_phase1',
  'extracted_voltage_phase2',
  'extracted_voltage_phase3',
  'extracted_current',
  'extracted_current_phase1',
  'extracted_current_phase2',
  'extracted_current_phase3',
  'extracted_power',
  'extracted_power_phase1',
  'extracted_power_phase2',
  'extracted_power_phase3',
  'extracted_state_of_charge',
] as const;

/** Derived fields of the `exchange` group, in its order. */
export const EXCHANGE_FIELDS = [
  'transaction_id',
  'evse_connector_id',
  'seq_no',
  'offline',
  'extracted_energy',
  'extracted_energy_export',
  'extracted_power_offered',
  'extracted_current_offered',
  'extracted_frequency',
  'extracted_temperature',
] as const;

export const FIELDS = [...PAGE_FIELDS, ...EXCHANGE_FIELDS] as const;
export type FieldName = (typeof FIELDS)[number];

/** Only what applies is present; an absent field is null in every answer. */
export type Fields = { readonly [N in FieldName]?: FieldValue };

/** Raised with every change of what extraction yields, so that stores derive their files anew. */
export const EXTRACTION_VERSION = 1;

/** What the recorder knew besides the message itself; resolved when recorded, stored with the entry. */
export interface Context {
  /** Connector number on the station (2.x: the EVSE), of the known transaction. */
  readonly connector: number | null;
  /** 2.x: the connector inside the EVSE, of the known transaction. */
  readonly evseConnector: number | null;
  /** Transaction id as text. */
  readonly transaction: string | null;
}

export const NO_CONTEXT: Context = { connector: null, evseConnector: null, transaction: null };
