/** What a message says, apart from its id and its spelling outside of the payload: what an archive's parts still tell. */

import { hash } from 'node:crypto';
import type { Entry, JsonObject, MalformedMessage, Message, Wire } from '@ocpp-logs/core';

/** Equal texts say the same. */
export type Said = string;

/** A payload that was null or [] reads as {}. */
const EMPTY = hash('sha256', '{}');

export function saidByCall({ action, request }: Entry): Said | null {
  if (action === null || request === null || request.cut !== null) return null;
  return `call ${action} ${payloadOf(request)}`;
}

/** By an answer of the entry, or by the only frame of an orphan. */
export function saidByAnswer({ error, rejection }: Entry, answer: Wire): Said | null {
  if (answer.cut !== null) return null;
  // An error beside a rejection is the rejection's.
  return error !== null && rejection === null ? `error ${error.code}` : `result ${payloadOf(answer)}`;
}

/** All that a page tells of an answer whose payload it does not hold. */
export function saidStatus(status: string): Said {
  return `status ${status}`;
}

/** `text` is the frame's; what says more comes first. */
export function saidInFrame(text: string, message: Exclude<Message, MalformedMessage>): readonly Said[] {
  if ('code' in message) return [`error ${message.code}`];
  const span = message.payloadSpan;
  const payload = span === null ? EMPTY : hash('sha256', text.slice(span.start, span.end));
  if ('action' in message) return [`call ${message.action} ${payload}`];
  const status = onlyStatus(message.payload);
  const result = `result ${payload}`;
  return status === null ? [result] : [result, saidStatus(status)];
}

/** Where the payload holds the status of an id tag (1.6) or a token (2.x) and nothing else. */
function onlyStatus(payload: JsonObject): string | null {
  const [member, ...none] = Object.entries(payload);
  if (member === undefined || none.length > 0) return null;
  const [name, inner] = member;
  if (name !== 'idTagInfo' && name !== 'idTokenInfo') return null;
  if (typeof inner !== 'object' || inner === null || !('status' in inner)) return null;
  return Object.keys(inner).length === 1 && typeof inner.status === 'string' ? inner.status : null;
}

function payloadOf({ bytes, payload }: Wire): string {
  return payload === null ? EMPTY : hash('sha256', bytes.subarray(payload.start, payload.end));
}
