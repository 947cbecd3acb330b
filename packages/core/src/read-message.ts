/**
 * Frame text to message. Tolerates what stations and CSMSs get wrong in practice, with a finding, because a real
 * answer must not turn into a false time-out. Never throws. Source: extraction rules 2.
 */

import { parseExact } from './exact-numbers.ts';
import type { Finding } from './finding.ts';
import { elementSpan, lastElementSpan, type Span } from './json-text.ts';
import type { JsonObject, JsonValue, MalformedMessage, MalformedReason, Message } from './message.ts';

/** OCPP-J: a message id is at most 36 characters, so that it can be a UUID. */
const ID_LENGTH_MAX = 36;

const CALL = 2;
const CALLRESULT = 3;
const CALLERROR = 4;
const CALLRESULTERROR = 5;
const SEND = 6;

export function readMessage(text: string): Message {
  let value: JsonValue;
  try {
    value = parseExact(text);
  } catch {
    return malformed(text.trim() === '' ? 'empty text' : 'not JSON');
  }
  return isArray(value) ? readElements(text, value) : malformed('no array');
}

/**
 * The same for the beginning of a text that was too long to be kept. What is read of it has the finding `truncated`
 * and no payload, so that it still takes part in pairing.
 */
export function readTruncated(prefix: string): Message {
  const head: JsonValue[] = [];
  while (head.length < 4) {
    const span = elementSpan(prefix, head.length);
    const value = span === null ? undefined : readScalar(prefix.slice(span.start, span.end));
    if (value === undefined) break;
    head.push(value);
  }
  const [type, rawId, third, fourth] = head;
  const findings: Finding[] = [{ code: 'truncated' }];
  const id = readId(prefix, rawId, findings);
  if (id === null) return malformed('truncated');
  if (type === CALLRESULT) return { kind: 'result', id, payload: {}, payloadSpan: null, findings };
  if (typeof third !== 'string') return malformed('truncated');
  if (type === CALL || type === SEND) {
    const kind = type === CALL ? 'call' : 'send';
    return { kind, id, action: third, payload: {}, payloadSpan: null, findings };
  }
  if (type === CALLERROR || type === CALLRESULTERROR) {
    const kind = type === CALLERROR ? 'error' : 'result_error';
    const description = typeof fourth === 'string' ? fourth : null;
    return { kind, id, code: third, description, detailsSpan: null, findings };
  }
  return malformed('truncated');
}

export function malformed(reason: MalformedReason): MalformedMessage {
  return { kind: 'malformed', reason };
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function readElements(text: string, elements: readonly JsonValue[]): Message {
  const type = elements[0];
  switch (type) {
    case CALL:
    case SEND:
      return readCall(text, elements, type === CALL ? 'call' : 'send');
    case CALLRESULT:
      return readResult(text, elements);
    case CALLERROR:
    case CALLRESULTERROR:
      return readError(text, elements, type === CALLERROR ? 'error' : 'result_error');
    default:
      return malformed('unknown message type');
  }
}

function readCall(text: string, elements: readonly JsonValue[], kind: 'call' | 'send'): Message {
  const findings: Finding[] = [];
  const id = readId(text, elements[1], findings);
  const action = elements[2];
  if (id === null || typeof action !== 'string' || elements.length > 4)
    return malformed('wrong element types');
  const payload = readPayload(text, elements, 3, findings);
  return payload === null ? malformed('payload no object') : { kind, id, action, ...payload, findings };
}

function readResult(text: string, elements: readonly JsonValue[]): Message {
  const findings: Finding[] = [];
  const id = readId(text, elements[1], findings);
  if (id === null || elements.length > 3) return malformed('wrong element types');
  const payload = readPayload(text, elements, 2, findings);
  return payload === null ? malformed('payload no object') : { kind: 'result', id, ...payload, findings };
}

function readError(text: string, elements: readonly JsonValue[], kind: 'error' | 'result_error'): Message {
  const findings: Finding[] = [];
  const id = readId(text, elements[1], findings);
  const [, , code, description = null, details = null] = elements;
  if (id === null || typeof code !== 'string' || elements.length > 5) return malformed('wrong element types');
  if (description !== null && typeof description !== 'string') return malformed('wrong element types');
  if (description === null || details === null || typeof details !== 'object' || isArray(details)) {
    findings.push({ code: 'error-form' });
  }
  const detailsSpan = details === null ? null : lastElementSpan(text, 4);
  return { kind, id, code, description, detailsSpan, findings };
}

/** The id as text; null if it is none. */
function readId(text: string, value: JsonValue | undefined, findings: Finding[]): string | null {
  if (typeof value === 'string') {
    if (value === '' || longerThanAllowed(value)) findings.push({ code: 'message-id-length' });
    return value;
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  const span = Number.isSafeInteger(value) ? null : elementSpan(text, 1);
  findings.push({ code: 'message-id-number' });
  return span === null ? String(value) : text.slice(span.start, span.end);
}

/** Counts characters: half of a surrogate pair is none. */
function longerThanAllowed(id: string): boolean {
  return id.length > ID_LENGTH_MAX && (id.length > 2 * ID_LENGTH_MAX || [...id].length > ID_LENGTH_MAX);
}

interface Payload {
  readonly payload: JsonObject;
  readonly payloadSpan: Span | null;
}

function readPayload(
  text: string,
  elements: readonly JsonValue[],
  index: number,
  findings: Finding[],
): Payload | null {
  const payload = elements[index];
  if (payload === null || (isArray(payload) && payload.length === 0)) {
    findings.push({ code: 'payload-empty-form' });
    return { payload: {}, payloadSpan: null };
  }
  if (typeof payload !== 'object' || isArray(payload)) return null;
  return { payload, payloadSpan: lastElementSpan(text, index) };
}

function readScalar(text: string): JsonValue | undefined {
  if (text.startsWith('{') || text.startsWith('[')) return undefined;
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}
