/** Which entries a fleet is told by. */

import { SESSION_ACTIONS } from '../session/list-actions.ts';

/** Heartbeats and meter values are most of what there is, and say little of a station that others do not. */
export const FLEET_ACTIONS: readonly string[] = [
  ...SESSION_ACTIONS,
  'CancelReservation',
  'ChangeAvailability',
  'ChangeConfiguration',
  'ClearCache',
  'ClearChargingProfile',
  'CostUpdated',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'GetBaseReport',
  'GetConfiguration',
  'GetDiagnostics',
  'GetLog',
  'GetVariables',
  'LogStatusNotification',
  'ReservationStatusUpdate',
  'ReserveNow',
  'Reset',
  'SendLocalList',
  'SetChargingProfile',
  'SetVariables',
  'SignedFirmwareStatusNotification',
  'SignedUpdateFirmware',
  'TriggerMessage',
  'UpdateFirmware',
];
