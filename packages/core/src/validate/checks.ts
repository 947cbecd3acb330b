/** What is found when a message is looked at: derived each time anew, never stored. */

import type { FindingRow } from '../finding-row.ts';

const SCHEMA = 'official JSON schema of the message';

export const CHECKS = {
  'action-unknown': {
    severity: 'violates',
    text: 'This version of OCPP has no such action; what is one’s own goes into DataTransfer.',
    clause: 'OCPP-J 1.6 4.2.1, OCPP 1.6 3.12, 2.0.1 P01',
  },
  'action-direction': {
    severity: 'violates',
    text: 'It is the other side that calls this action.',
    clause: 'OCPP 1.6 4 and 5, 2.0.1 Part 2',
  },
  'field-missing': { severity: 'violates', text: 'A field that must be there is missing.', clause: SCHEMA },
  'field-unknown': { severity: 'violates', text: 'The message has no such field.', clause: SCHEMA },
  'field-type': {
    severity: 'violates',
    text: 'The value is of another type than the field.',
    clause: SCHEMA,
  },
  'field-value': {
    severity: 'violates',
    text: 'The value is none of those that the field may have.',
    clause: SCHEMA,
  },
  'field-length': { severity: 'violates', text: 'The text is longer than the field may be.', clause: SCHEMA },
  'field-range': {
    severity: 'violates',
    text: 'The number is outside of what the field may hold, or too fine.',
    clause: SCHEMA,
  },
  'field-count': {
    severity: 'violates',
    text: 'The list holds fewer or more elements than it may.',
    clause: SCHEMA,
  },
  'field-format': { severity: 'violates', text: 'The text is no time, or no address.', clause: SCHEMA },
  'time-without-zone': {
    severity: 'violates',
    text: 'The time has no zone: it may be off by hours. It is read as UTC.',
    clause: 'OCPP 1.6 3.15, 2.0.1 Part 4; RFC 3339 5.6',
  },
  'time-1970': {
    severity: 'unusual',
    text: 'The time lies before the year 2000: the clock had not been set.',
    clause: 'OCPP 1.6 4.2 and 4.6, 2.0.1 B01 and G02',
  },
  'clock-skew': {
    severity: 'unusual',
    text: 'The time that is told and the time at which it was captured are apart: a clock is wrong, or it was told late.',
    clause: 'OCPP 1.6 4.2 and 4.6, 2.0.1 B01 and G02',
  },
  'faulted-no-error': {
    severity: 'unusual',
    text: 'The connector is Faulted, and the error code says NoError: nobody learns why.',
    clause: 'OCPP 1.6 4.9 and 7.6',
  },
  'energy-unit': {
    severity: 'violates',
    text: 'Samples and meterStop tell the same register only if Wh and kWh are exchanged.',
    clause: 'OCPP 1.6 StopTransaction.req meterStop, UnitOfMeasure',
  },
  'unit-unknown': {
    severity: 'unusual',
    text: 'The unit is none of the standard ones: nobody can be sure what it means.',
    clause: 'OCPP 2.0.1 Part 2 Appendix 2, UnitOfMeasureType',
  },
  'call-unanswered': {
    severity: 'unusual',
    text: 'No answer was captured, though one was waited for.',
    clause: 'OCPP-J 1.6 4.1.1, 2.0.1 Part 4 4.1.1',
  },
  'told-offline': {
    severity: 'info',
    text: 'It happened while the station was offline, and was told afterwards.',
    clause: 'OCPP 2.0.1 E04 and E12',
  },
} as const satisfies Readonly<Record<string, FindingRow>>;

export type CheckCode = keyof typeof CHECKS;

/** What only the entries around it tell. It is told of a station, not of an entry by itself. */
export const STATION_CHECKS = {
  'seq-gap': {
    severity: 'violates',
    text: 'A sequence number of the transaction never came.',
    clause: 'OCPP 2.0.1 TransactionEventRequest.seqNo, E01',
  },
  'seq-out-of-order': {
    severity: 'unusual',
    text: 'The sequence number is lower than that of an event that came before.',
    clause: 'OCPP 2.0.1 TransactionEventRequest.seqNo, E04',
  },
  'message-id-repeated': {
    severity: 'violates',
    text: 'The message id was that of another call of the same side before, since the station booted or connected.',
    clause: 'OCPP-J 1.6 4.1.4, 2.0.1 Part 4 4.1.4',
  },
  'transaction-mismatch': {
    severity: 'violates',
    text: 'The connector is another than the one on which this transaction was begun.',
    clause: 'OCPP 1.6 4.7 and 4.8, 2.0.1 TransactionEventRequest.evse',
  },
  'offline-queue': {
    severity: 'info',
    text: 'Here begins a run of messages that the station had kept while it was offline.',
    clause: 'OCPP 1.6 3.7, 2.0.1 E04 and E12',
  },
} as const satisfies Readonly<Record<string, FindingRow>>;

export type StationCheckCode = keyof typeof STATION_CHECKS;
