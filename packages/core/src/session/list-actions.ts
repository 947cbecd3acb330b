/** Which entries a list of sessions is made of. */

/** These alone found sessions, save where a transaction is known by its meter values only. */
export const SESSION_ACTIONS: readonly string[] = [
  'Authorize',
  'BootNotification',
  'NotifyEvent',
  'StatusNotification',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
  'StartTransaction',
  'StopTransaction',
  'TransactionEvent',
  'UnlockConnector',
];

/** What else belongs to the one session that is shown. */
export const DETAIL_ACTIONS: readonly string[] = [
  ...SESSION_ACTIONS,
  'MeterValues',
  'SetChargingProfile',
  'ClearChargingProfile',
  'CostUpdated',
  'Reset',
  'ReserveNow',
  'CancelReservation',
  'ReservationStatusUpdate',
];

/** So much before the range a list is read, so that what began earlier is not taken for a beginning. ms. */
export const SESSION_LOOKBACK_MS = 48 * 3_600_000;
