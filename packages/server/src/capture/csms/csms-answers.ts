/** What the built-in CSMS says to a text of a station: pure, and lenient where the station's wish is clear. */

import {
  ACTIONS,
  type CallMessage,
  type ErrorMessage,
  type JsonObject,
  type JsonValue,
  type OcppVersion,
  type ResultMessage,
  readMessage,
} from '@ocpp-logs/core';
import { type AnswerSettings, isArray, isObject, payloadOfAnswer, UNUSABLE } from './csms-payloads.ts';

export type { AnswerSettings } from './csms-payloads.ts';

/** What tells one start of a transaction from another. */
export interface StartRequest {
  readonly messageId: string;
  readonly idTag: string;
  readonly connector: number;
  readonly timestamp: string;
}

export type PlannedAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'ready'; readonly text: string }
  /** The station itself answers. */
  | { readonly kind: 'answered'; readonly message: ResultMessage | ErrorMessage }
  /** The text is {@link startAnswer} of `idText` and the number that belongs to `start`. */
  | { readonly kind: 'start'; readonly idText: string; readonly start: StartRequest };

/** A call of which at least the message id could be read; `payload` null: no object. */
interface ReadableCall {
  readonly id: string;
  /** The id as JSON, with the digits of a numeric id as they came. */
  readonly idText: string;
  readonly action: string | null;
  readonly payload: JsonObject | null;
}

/** A station sends these again and again until it has a CALLRESULT (OCPP 1.6 3.7.1). */
const RESENT_UNTIL_ANSWERED = new Set([
  'MeterValues',
  'StartTransaction',
  'StopTransaction',
  'TransactionEvent',
]);

const NONE: PlannedAnswer = { kind: 'none' };

/** `text` is null where the frame's bytes are no UTF-8. */
export function planAnswer(text: string | null, settings: AnswerSettings): PlannedAnswer {
  const message = text === null ? null : readMessage(text);
  if (text === null || message === null) return answerToUnreadable(settings.version);
  if (message.kind === 'call') return answerToCall(asReadable(message, text), settings);
  if (message.kind === 'result' || message.kind === 'error') return { kind: 'answered', message };
  if (message.kind !== 'malformed' || message.reason === 'unknown message type') return NONE;
  return answerToMalformed(text, settings);
}

/** Answer to the StartTransaction whose id is `idText`, once its number is stored. */
export function startAnswer(idText: string, transactionId: number): string {
  return `[3,${idText},${JSON.stringify({ idTagInfo: { status: 'Accepted' }, transactionId })}]`;
}

/** Answer to a call that could not be carried out here, so that the station tries again. */
export function internalError(idText: string): string {
  return callError(idText, 'InternalError', 'The CSMS could not process this call');
}

function answerToCall(call: ReadableCall, settings: AnswerSettings): PlannedAnswer {
  const { version } = settings;
  if (call.action === null) return violation(call, version);
  const known = ACTIONS.get(call.action);
  if (known === undefined || !known.versions.includes(version)) {
    return ready(callError(call.idText, 'NotImplemented', `OCPP ${version} has no such action`));
  }
  if (known.direction === 'csms_to_station') {
    return ready(callError(call.idText, 'NotSupported', 'This action goes from CSMS to station'));
  }
  if (call.payload === null && !RESENT_UNTIL_ANSWERED.has(call.action)) return violation(call, version);
  const payload = call.payload ?? {};
  if (call.action === 'StartTransaction') {
    return { kind: 'start', idText: call.idText, start: startRequest(call.id, payload) };
  }
  const answer = payloadOfAnswer(call.action, payload, settings);
  return answer === UNUSABLE
    ? violation(call, version)
    : ready(`[3,${call.idText},${JSON.stringify(answer)}]`);
}

function answerToMalformed(text: string, settings: AnswerSettings): PlannedAnswer {
  const frame = parseArray(text);
  if (frame !== null && typeof frame[0] === 'number' && frame[0] !== 2) return NONE;
  const id = frame?.[1];
  if (frame?.[0] !== 2 || (typeof id !== 'string' && typeof id !== 'number')) {
    return answerToUnreadable(settings.version);
  }
  const [, , action, payload] = frame;
  return answerToCall(
    {
      id: String(id),
      idText: typeof id === 'string' ? JSON.stringify(id) : digitsOfId(text, String(id)),
      action: typeof action === 'string' ? action : null,
      // A CALL has four elements (OCPP 1.6J 4.2.1); what the record calls malformed is not answered as if it were fine.
      payload: isObject(payload) && frame.length <= 4 ? payload : null,
    },
    settings,
  );
}

/** OCPP 2.1 Part 4, CALLERROR: a message whose id cannot be read is answered with the id "-1". */
function answerToUnreadable(version: OcppVersion): PlannedAnswer {
  if (version !== '2.1') return NONE;
  return ready(callError('"-1"', 'RpcFrameworkError', 'The message could not be read'));
}

/** OCPP 1.6J 4.2.3 spells the code FormationViolation, OCPP 2.x FormatViolation. */
function violation(call: ReadableCall, version: OcppVersion): PlannedAnswer {
  const code = version === '1.6' ? 'FormationViolation' : 'FormatViolation';
  return ready(callError(call.idText, code, 'The payload does not fit the action'));
}

function startRequest(messageId: string, payload: JsonObject): StartRequest {
  const { idTag, connectorId, timestamp } = payload;
  return {
    messageId,
    idTag: asText(idTag),
    connector: typeof connectorId === 'number' && Number.isSafeInteger(connectorId) ? connectorId : 0,
    timestamp: asText(timestamp),
  };
}

/** Empty where the value is missing or nothing that names a start. */
function asText(value: JsonValue | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

function asReadable(message: CallMessage, text: string): ReadableCall {
  const numeric = message.findings.some((finding) => finding.code === 'message-id-number');
  const idText = numeric ? digitsOfId(text, message.id) : JSON.stringify(message.id);
  return { id: message.id, idText, action: message.action, payload: message.payload };
}

/** A number that went through a double might have lost digits. */
function digitsOfId(text: string, otherwise: string): string {
  return /^\s*\[[^,]*,\s*([^,\s]+)\s*[,\]]/.exec(text)?.[1] ?? otherwise;
}

function callError(idText: string, code: string, description: string): string {
  return `[4,${idText},"${code}",${JSON.stringify(description)},{}]`;
}

function ready(text: string): PlannedAnswer {
  return { kind: 'ready', text };
}

function parseArray(text: string): readonly JsonValue[] | null {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // Not JSON: what is unreadable is answered as such.
  }
  return isArray(value) ? value : null;
}
