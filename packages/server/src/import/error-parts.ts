/** An error that was answered, as other programs tell it. */

import { jsonObject } from './json-object.ts';
import type { ErrorParts } from './rebuilt-frame.ts';
import { firstText } from './source-record.ts';

const CODES = ['errorCode', 'error_code', 'code'];
const DESCRIPTIONS = ['errorDescription', 'error_description', 'description', 'errorMessage', 'message'];
const DETAILS = ['errorDetails', 'error_details', 'details'];

/** OCPP 1.6J 4.2.3, OCPP 2.0.1 Part 4 4.3, OCPP 2.1 Part 4, with the spellings that are in use. */
const KNOWN =
  /^(NotImplemented|NotSupported|InternalError|ProtocolError|SecurityError|FormationViolation|FormatViolation|PropertyConstraintViolation|Occurr?enceConstraintViolation|TypeConstraintViolation|GenericError|MessageTypeNotSupported|RpcFrameworkError)$/;

/** `json` is the text of an object; null where that tells no error of OCPP. */
export function errorPartsOf(json: string): ErrorParts | null {
  const record = jsonObject(0, json);
  const code = record === null ? null : firstText(record, CODES);
  if (record === null || code === null || !KNOWN.test(code)) return null;
  const details = DETAILS.map((name) => record.json(name)).find((text) => text !== null);
  return { code, description: firstText(record, DESCRIPTIONS), details: details ?? null };
}
