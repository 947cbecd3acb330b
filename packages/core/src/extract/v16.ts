/** OCPP 1.6 with the Security Whitepaper: actions that are absent have no fields. */

import type { ActionFields, ActionTable } from './action-fields.ts';

const CONNECTOR: ActionFields = { connector_id: 'connectorId' };
const STATUS: ActionFields = { request_status: 'status' };

export const V16: ActionTable = {
  Authorize: { request_id_tag: 'idTag', response_id_tag_info_status: 'answer.idTagInfo.status' },
  StartTransaction: {
    connector_id: 'connectorId',
    request_timestamp: 'timestamp',
    request_id_tag: 'idTag',
    transaction_id: 'answer.transactionId',
    response_id_tag_info_status: 'answer.idTagInfo.status',
  },
  StopTransaction: {
    connector_of_transaction: true,
    request_timestamp: 'timestamp',
    request_reason: 'reason',
    request_id_tag: 'idTag',
    request_transaction_id: 'transactionId',
    request_meter_stop: 'meterStop',
    response_id_tag_info_status: 'answer.idTagInfo.status',
    meter_values: 'transactionData',
  },
  MeterValues: {
    connector_id: 'connectorId',
    request_timestamp: 'meterValue[newest].timestamp',
    request_transaction_id: 'transactionId',
    meter_values: 'meterValue',
  },
  StatusNotification: {
    connector_id: 'connectorId',
    request_timestamp: 'timestamp',
    request_info: 'info',
    request_status: 'status',
    request_vendor_id: 'vendorId',
    request_error_code: 'errorCode',
    request_vendor_error_code: 'vendorErrorCode',
  },
  DataTransfer: { request_vendor_id: 'vendorId' },
  DiagnosticsStatusNotification: STATUS,
  FirmwareStatusNotification: STATUS,
  LogStatusNotification: STATUS,
  SignedFirmwareStatusNotification: STATUS,
  SecurityEventNotification: { request_timestamp: 'timestamp', request_info: 'techInfo' },
  RemoteStartTransaction: {
    connector_id: 'connectorId',
    request_id_tag: 'idTag',
    request_transaction_id: 'chargingProfile.transactionId',
    schedule: 'chargingProfile.chargingSchedule',
  },
  RemoteStopTransaction: { connector_of_transaction: true, request_transaction_id: 'transactionId' },
  SetChargingProfile: {
    connector_id: 'connectorId',
    request_transaction_id: 'csChargingProfiles.transactionId',
    schedule: 'csChargingProfiles.chargingSchedule',
  },
  ReserveNow: { connector_id: 'connectorId', request_id_tag: 'idTag' },
  ChangeAvailability: CONNECTOR,
  ClearChargingProfile: CONNECTOR,
  GetCompositeSchedule: CONNECTOR,
  TriggerMessage: CONNECTOR,
  ExtendedTriggerMessage: CONNECTOR,
  UnlockConnector: CONNECTOR,
};
