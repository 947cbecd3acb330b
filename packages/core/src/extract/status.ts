/** What is remarkable in a StatusNotification of OCPP 1.6. Its fields stay as they were sent. */

import type { Finding } from '../finding.ts';
import type { MutableFields } from './mutable-fields.ts';
import { report } from './report.ts';

/** OCPP 1.6 7.6, ChargePointErrorCode. */
const ERROR_CODES: ReadonlySet<unknown> = new Set([
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
]);

export function reportStatus(fields: MutableFields, findings: Finding[]): void {
  const code = fields.request_error_code;
  if (typeof code === 'string' && !ERROR_CODES.has(code)) {
    report(findings, 'error-code-unknown', 'request.errorCode', code);
  }
  if (fields.connector_id === 0 && fields.request_status === 'Faulted') {
    report(findings, 'connector-zero-faulted', 'request.status');
  }
}
