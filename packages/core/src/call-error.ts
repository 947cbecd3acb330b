/** The error codes of CALLERROR and CALLRESULTERROR. Source: OCPP 1.6J 4.2.3, OCPP 2.0.1 and 2.1 Part 4, 4.3. */

import type { Finding } from './finding.ts';
import type { OcppVersion } from './frame.ts';

const EVERY_VERSION = [
  'GenericError',
  'InternalError',
  'NotImplemented',
  'NotSupported',
  'PropertyConstraintViolation',
  'ProtocolError',
  'SecurityError',
  'TypeConstraintViolation',
];

/** The 1.6 document misspells "Occurence"; 2.x corrected it and renamed the other. */
const ONLY_1_6 = ['FormationViolation', 'OccurenceConstraintViolation'];
const ONLY_2 = [
  'FormatViolation',
  'OccurrenceConstraintViolation',
  'MessageTypeNotSupported',
  'RpcFrameworkError',
];

const CODES_1_6: ReadonlySet<string> = new Set([...EVERY_VERSION, ...ONLY_1_6]);
const CODES_2: ReadonlySet<string> = new Set([...EVERY_VERSION, ...ONLY_2]);

const SAME_CODE: Readonly<Record<string, string>> = {
  FormationViolation: 'FormatViolation',
  OccurenceConstraintViolation: 'OccurrenceConstraintViolation',
};

/** Of any version where none is given. */
export function isKnownErrorCode(code: string, version: OcppVersion | null = null): boolean {
  if (version === null) return CODES_1_6.has(code) || CODES_2.has(code);
  return (version === '1.6' ? CODES_1_6 : CODES_2).has(code);
}

/** One spelling for codes that mean the same in different versions: that of 2.x. */
export function commonErrorCode(code: string): string {
  return SAME_CODE[code] ?? code;
}

/** What there is to say of a code on a connection of this version. */
export function errorCodeFinding(code: string, version: OcppVersion): Finding | null {
  if (isKnownErrorCode(code, version)) return null;
  if (isKnownErrorCode(code)) return { code: 'error-code-spelling', detail: code };
  return { code: 'call-error-code-unknown', detail: code.slice(0, 50) };
}
