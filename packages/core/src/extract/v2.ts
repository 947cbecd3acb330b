/** OCPP 2.0.1, and what 2.1 adds: actions that are absent have no fields. */

import type { ActionFields, ActionTable } from './action-fields.ts';

const EVSE_ID: ActionFields = { connector_id: 'evseId' };
const EVSE: ActionFields = { connector_id: 'evse.id', evse_connector_id: 'evse.connectorId' };
const STATUS: ActionFields = { request_status: 'status' };
const OF_TRANSACTION: ActionFields = {
  connector_of_transaction: true,
  request_transaction_id: 'transactionId',
};

/** One EVSE, if all elements of the list name it. */
function evseOf(place: string): ActionFields {
  return { connector_id: `${place}.evse.id`, evse_connector_id: `${place}.evse.connectorId` };
}

export const V201: ActionTable = {
  TransactionEvent: {
    connector_id: 'evse.id',
    evse_connector_id: 'evse.connectorId',
    connector_of_transaction: true,
    request_timestamp: 'timestamp',
    request_status: 'transactionInfo.chargingState',
    request_reason: { ended: 'transactionInfo.stoppedReason', otherwise: 'triggerReason' },
    request_id_tag: 'idToken.idToken',
    request_transaction_id: 'transactionInfo.transactionId',
    response_id_tag_info_status: 'answer.idTokenInfo.status',
    seq_no: 'seqNo',
    offline: 'offline',
    meter_values: 'meterValue',
  },
  Authorize: { request_id_tag: 'idToken.idToken', response_id_tag_info_status: 'answer.idTokenInfo.status' },
  MeterValues: {
    connector_id: 'evseId',
    request_timestamp: 'meterValue[newest].timestamp',
    meter_values: 'meterValue',
  },
  StatusNotification: {
    connector_id: 'evseId | connectorId',
    evse_connector_id: 'connectorId',
    request_timestamp: 'timestamp',
    request_status: 'connectorStatus',
  },
  NotifyEvent: {
    connector_id: 'eventData[counted].component.evse.id',
    evse_connector_id: 'eventData[counted].component.evse.connectorId',
    request_timestamp: 'eventData[counted].timestamp | generatedAt',
    request_info: 'eventData[counted].techInfo',
    request_status: 'eventData[state].actualValue',
    request_error_code: 'eventData[counted].techCode',
    request_transaction_id: 'eventData[counted].transactionId',
  },
  BootNotification: { request_reason: 'reason' },
  DataTransfer: { request_vendor_id: 'vendorId' },
  SecurityEventNotification: { request_timestamp: 'timestamp', request_info: 'techInfo' },
  FirmwareStatusNotification: STATUS,
  LogStatusNotification: STATUS,
  PublishFirmwareStatusNotification: STATUS,
  ReservationStatusUpdate: { request_status: 'reservationUpdateStatus' },
  NotifyReport: { request_timestamp: 'generatedAt', ...evseOf('reportData[].component') },
  NotifyMonitoringReport: { request_timestamp: 'generatedAt', ...evseOf('monitor[].component') },
  NotifyCustomerInformation: { request_timestamp: 'generatedAt' },
  NotifyEVChargingSchedule: { connector_id: 'evseId', request_timestamp: 'timeBase' },
  NotifyEVChargingNeeds: EVSE_ID,
  ClearedChargingLimit: EVSE_ID,
  NotifyChargingLimit: EVSE_ID,
  GetChargingProfiles: EVSE_ID,
  GetCompositeSchedule: EVSE_ID,
  Reset: EVSE_ID,
  ReportChargingProfiles: {
    connector_id: 'evseId',
    request_transaction_id: 'chargingProfile[0].transactionId',
  },
  SetChargingProfile: {
    connector_id: 'evseId',
    request_transaction_id: 'chargingProfile.transactionId',
    schedule: 'chargingProfile.chargingSchedule[0]',
  },
  RequestStartTransaction: {
    connector_id: 'evseId',
    request_id_tag: 'idToken.idToken',
    request_transaction_id: 'chargingProfile.transactionId',
    transaction_id: 'answer.transactionId',
    schedule: 'chargingProfile.chargingSchedule[0]',
  },
  RequestStopTransaction: OF_TRANSACTION,
  CostUpdated: OF_TRANSACTION,
  GetTransactionStatus: OF_TRANSACTION,
  ReserveNow: { connector_id: 'evseId', request_id_tag: 'idToken.idToken' },
  CustomerInformation: { request_id_tag: 'idToken.idToken' },
  ChangeAvailability: EVSE,
  TriggerMessage: EVSE,
  UnlockConnector: { connector_id: 'evseId | connectorId', evse_connector_id: 'connectorId' },
  ClearChargingProfile: { connector_id: 'chargingProfileCriteria.evseId' },
  SetDisplayMessage: { ...evseOf('message.display'), request_transaction_id: 'message.transactionId' },
  NotifyDisplayMessages: {
    ...evseOf('messageInfo[].display'),
    request_transaction_id: 'messageInfo[].transactionId',
  },
  GetVariables: evseOf('getVariableData[].component'),
  SetVariables: evseOf('setVariableData[].component'),
  SetVariableMonitoring: evseOf('setMonitoringData[].component'),
  GetReport: evseOf('componentVariable[].component'),
  GetMonitoringReport: evseOf('componentVariable[].component'),
};

const STATUS_AND_INFO: ActionFields = {
  request_status: 'status',
  request_info: 'statusInfo.additionalInfo | statusInfo.reasonCode',
};

export const V21: ActionTable = {
  ...V201,
  FirmwareStatusNotification: STATUS_AND_INFO,
  LogStatusNotification: STATUS_AND_INFO,
  PublishFirmwareStatusNotification: STATUS_AND_INFO,
  NotifyEVChargingNeeds: { connector_id: 'evseId', request_timestamp: 'timestamp' },
  NotifySettlement: {
    request_timestamp: 'settlementTime',
    request_info: 'statusInfo',
    request_status: 'status',
    request_transaction_id: 'transactionId',
  },
  BatterySwap: { connector_id: 'batteryData[].evseId', request_id_tag: 'idToken.idToken' },
  RequestBatterySwap: { request_id_tag: 'idToken.idToken' },
  ChangeTransactionTariff: OF_TRANSACTION,
  NotifyAllowedEnergyTransfer: OF_TRANSACTION,
  NotifyPriorityCharging: OF_TRANSACTION,
  UsePriorityCharging: OF_TRANSACTION,
  ClearTariffs: EVSE_ID,
  GetTariffs: EVSE_ID,
  SetDefaultTariff: EVSE_ID,
  NotifyWebPaymentStarted: EVSE_ID,
  VatNumberValidation: EVSE_ID,
  AFRRSignal: { request_timestamp: 'timestamp' },
  NotifyDERAlarm: { request_timestamp: 'timestamp' },
  NotifyDERStartStop: { request_timestamp: 'timestamp' },
  NotifyPeriodicEventStream: { request_timestamp: 'basetime' },
};
