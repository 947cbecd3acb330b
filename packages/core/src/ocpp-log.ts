/** The entry as the API gives it: one schema for documentation and tests. Source: the API contract, OCPPLog. */

import { type Static, type TSchema, Type } from 'typebox';
import { KINDS, OUTCOMES } from './entry.ts';
import type { EXCHANGE_FIELDS, PAGE_FIELDS } from './fields.ts';
import { OCPP_VERSIONS } from './frame.ts';
import { ENTRY_ROLES } from './session/session.ts';

const nullable = <S extends TSchema>(schema: S, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const text = (description: string) => nullable(Type.String(), description);
const number = (description: string) => nullable(Type.Number(), description);
/** Any JSON object; its text is the frame's own. */
const Payload = Type.Record(Type.String(), Type.Unknown());

const SchedulePeriodSchema = Type.Object({
  start_period: number('Seconds from the start of the schedule.'),
  limit: number('Charging rate limit; null where a period gives setpoints alone (2.1).'),
  number_phases: number('Number of phases; null where absent.'),
});

const PAGE = {
  connector_id: number('Connector number on the charging station (OCPP 2.x: the EVSE).'),
  request_timestamp: text('Timestamp in the request, as the charger wrote it.'),
  request_info: text('Additional information of the request.'),
  request_status: text('Status that the request reports.'),
  request_reason: text('Reason that the request gives.'),
  request_id_tag: text('RFID or ID tag.'),
  request_transaction_id: number('Whole-number transaction id; its digits are exact, up to 64 bits.'),
  request_vendor_id: text('Vendor of a DataTransfer or StatusNotification.'),
  request_error_code: text('Error code.'),
  request_vendor_error_code: text('Error code of the vendor.'),
  request_meter_stop: text('Meter value when the transaction stopped, as written.'),
  req_cs_profile_sched_charging_rate_unit: text('A or W.'),
  req_cs_profile_sched_duration: number('Duration of the schedule, s.'),
  req_cs_profile_sched_start_schedule: text('Start of the schedule, ISO 8601 as written.'),
  req_cs_profile_sched_min_charging_rate: number('Least charging rate of the schedule.'),
  req_cs_profile_sched_schedule_period: nullable(
    Type.Array(SchedulePeriodSchema),
    'Periods of the schedule.',
  ),
  response_id_tag_info_status: text('Authorisation status that was answered for an ID tag.'),
  extracted_voltage: number('Voltage, V.'),
  extracted_voltage_phase1: number('Voltage of phase 1, V.'),
  extracted_voltage_phase2: number('Voltage of phase 2, V.'),
  extracted_voltage_phase3: number('Voltage of phase 3, V.'),
  extracted_current: number('Current, A; export is negative.'),
  extracted_current_phase1: number('Current of phase 1, A.'),
  extracted_current_phase2: number('Current of phase 2, A.'),
  extracted_current_phase3: number('Current of phase 3, A.'),
  extracted_power: number('Active power, W; export is negative.'),
  extracted_power_phase1: number('Active power of phase 1, W.'),
  extracted_power_phase2: number('Active power of phase 2, W.'),
  extracted_power_phase3: number('Active power of phase 3, W.'),
  extracted_state_of_charge: number('State of charge of the battery, %.'),
} satisfies Record<(typeof PAGE_FIELDS)[number], TSchema>;

const EXCHANGE = {
  transaction_id: text(
    'Transaction id as text, whatever its form; of a StartTransaction that of its answer.',
  ),
  evse_connector_id: number('OCPP 2.x: the connector inside the EVSE.'),
  seq_no: number('Sequence number of a TransactionEvent.'),
  offline: nullable(Type.Boolean(), 'Whether the station was offline when it happened.'),
  extracted_energy: number('Energy import register, Wh.'),
  extracted_energy_export: number('Energy export register, Wh.'),
  extracted_power_offered: number('Power offered, W.'),
  extracted_current_offered: number('Current offered, A.'),
  extracted_frequency: number('Frequency, Hz.'),
  extracted_temperature: number('Temperature, Celsius.'),
} satisfies Record<(typeof EXCHANGE_FIELDS)[number], TSchema>;

const ExchangeGroup = Type.Object(
  {
    id: Type.String({ description: 'Entry id: a whole number of up to 63 bits, as text.' }),
    kind: Type.Enum([...KINDS]),
    direction: nullable(
      Type.Enum(['station_to_csms', 'csms_to_station']),
      'Way of the CALL, or of the only frame.',
    ),
    ocpp_version: nullable(Type.Enum([...OCPP_VERSIONS]), 'Version by which the message was read.'),
    connection_id: text('Connection on which it was seen.'),
    message_id: text('Message id of OCPP-J.'),
    outcome: nullable(Type.Enum([...OUTCOMES]), 'What became of the CALL.'),
    latency_ms: number('From CALL to answer by the monotonic clock, ms with three decimals.'),
    response_time: text('When the answer came, ISO 8601 UTC.'),
    response_payload: nullable(Payload, 'Payload of the CALLRESULT as its text was.'),
    error_code: text('Code of the CALLERROR or CALLRESULTERROR.'),
    error_description: text('Its description.'),
    error_details: Type.Unknown({ description: 'Its details, of whatever type they were.' }),
    ...EXCHANGE,
    event: Type.Optional(Payload),
  },
  { description: 'With include=exchange.' },
);

const RawGroup = Type.Object(
  {
    request_text: text('Text of the CALL, or of the only frame, as it was on the wire.'),
    response_text: text('Text of the answer.'),
    rejection_text: Type.Optional(Type.String({ description: 'Text of a CALLRESULTERROR.' })),
    encoding: Type.Optional(
      Type.Literal('base64', {
        description: 'Present where the bytes are not UTF-8; the texts are base64 then.',
      }),
    ),
    redacted: Type.Array(Type.String(), { description: 'JSON paths of secrets that were masked.' }),
    truncated: Type.Boolean({ description: 'Whether only the beginning of the frame was kept.' }),
    length: Type.Optional(Type.Integer({ description: 'Bytes of the whole frame, if truncated.' })),
    sha256: Type.Optional(Type.String({ description: 'SHA-256 of the whole frame, if truncated.' })),
  },
  { description: 'With include=raw.' },
);

const ValidationGroup = Type.Object(
  {
    findings: Type.Array(
      Type.Object({
        code: Type.String({ description: 'Stable, such as unit-assumed.' }),
        severity: nullable(Type.Enum(['violates', 'unusual', 'info']), 'How much it matters.'),
        text: text('What the code means.'),
        path: text('Where: a path in the request, or in the answer if it begins with answer.'),
        detail: text('The value or fact that led to it.'),
        clause: text('Clause of the specification, or the schema; null where it is ours.'),
      }),
      { description: 'What is worth telling about the message; nothing of it changes what is recorded.' },
    ),
    complete: Type.Boolean({
      description:
        'Whether the entries around it were looked at, too: those of its station from 48 hours before its UTC day to 48 hours after it. false: whether seq-gap, seq-out-of-order, message-id-repeated, transaction-mismatch and offline-queue are to be told of it is unknown; so of the live tail, NDJSON and exports, and of a page for which more than 50,000 entries would have to be read.',
    }),
  },
  { description: 'With include=validation.' },
);

const SessionGroup = nullable(
  Type.Object({
    id: text('Id of the session; null where so many entries would have to be read that nobody has looked.'),
    role: nullable(Type.Enum([...ENTRY_ROLES]), 'What the entry is in it.'),
  }),
  'With include=session. null: the entry is in none.',
);

export const OcppLogSchema = Type.Object(
  {
    occurrence_time: Type.String({
      format: 'date-time',
      description: "When the message occurred, by the capturing side's clock: ISO 8601 UTC, milliseconds, Z.",
    }),
    action: text('OCPP action of the CALL; null for kinds other than exchange.'),
    payload: nullable(Payload, 'Payload of the CALL, its text unchanged save for masked secrets.'),
    site_id: Type.String(),
    site_name: Type.String(),
    charger_id: Type.String(),
    ...PAGE,
    exchange: Type.Optional(ExchangeGroup),
    raw: Type.Optional(RawGroup),
    validation: Type.Optional(ValidationGroup),
    session: Type.Optional(SessionGroup),
  },
  { title: 'OCPPLog' },
);
export type OcppLog = Static<typeof OcppLogSchema>;
