/**
 * What other vendors' API pages call the parts of a message. Sources: the public API references of Plugchoice (OCPP
 * logs of a charger) and Flipturn (`/api/ocpp-messages`); the rest are the usual names of the same parts.
 */

export interface Vendor {
  readonly name: string;
  /** Members that together are its own. */
  readonly members: readonly string[];
}

export const VENDORS: readonly Vendor[] = [
  { name: 'Plugchoice', members: ['charger_id', 'method', 'destination', 'params', 'result', 'created_at'] },
  { name: 'Flipturn', members: ['ocppChargerIdentity', 'messageType', 'messagePayload', 'createdAt'] },
];

export const ACTION = [
  'action',
  'method',
  'messageType',
  'message_type',
  'ocppAction',
  'ocpp_action',
  'command',
];
export const REQUEST = [
  'payload',
  'params',
  'request',
  'messagePayload',
  'message_payload',
  'requestPayload',
  'request_payload',
];
export const RESPONSE = [
  'result',
  'response',
  'confirmation',
  'messageResponse',
  'message_response',
  'responsePayload',
  'response_payload',
];
export const TIME = [
  'created_at',
  'createdAt',
  'timestamp',
  'timeStamp',
  'receivedTimestamp',
  'received_at',
  'receivedAt',
  'requestTime',
  'request_time',
  'occurred_at',
  'occurredAt',
  'time',
];
export const ANSWERED = [
  'responseTime',
  'response_time',
  'responseTimestamp',
  'response_timestamp',
  'responded_at',
  'respondedAt',
  'answered_at',
  'answeredAt',
];
/** Where the call went. */
export const TO = ['destination', 'to', 'target', 'receiver'];
/** Where the call came from, or the way it went. */
export const FROM = ['direction', 'origin', 'source', 'sender', 'from', 'initiator', 'sentBy', 'sent_by'];
export const CHARGER = [
  'ocppChargerIdentity',
  'chargePointId',
  'charge_point_id',
  'chargeBoxId',
  'charge_box_id',
  'chargePointIdentity',
  'identity',
  'ocppId',
  'ocpp_id',
  'stationId',
  'station_id',
  'chargerId',
  'charger_id',
  'charger',
];
/** Of the message, */
export const MESSAGE_ID = [
  'messageId',
  'message_id',
  'uniqueId',
  'unique_id',
  'ocppMessageId',
  'correlationId',
];
/** and of the record. */
export const RECORD_ID = ['id', 'uuid', '_id', 'logId', 'log_id'];
export const VERSION = [
  'protocol',
  'ocppVersion',
  'ocpp_version',
  'version',
  'ocppProtocol',
  'ocpp_protocol',
];
