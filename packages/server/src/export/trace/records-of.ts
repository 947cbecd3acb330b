/** From an entry to the records of its frames. */

import { isUtf8 } from 'node:buffer';
import {
  type Direction,
  type EntryText,
  type Message,
  memberSpan,
  type OcppVersion,
  opposite,
  readHead,
  readMessage,
  readTruncated,
  timeOfId,
} from '@ocpp-logs/core';
import type { MessageTypeId, TraceError, TraceRecord } from './record.ts';

/** In the order of a call, its answer and the rejection of that. A text says why there are none. */
export type Recorded = readonly TraceRecord[] | string;

const NO_FRAME = 'entries without a frame (connections, gaps, settings, texts that were not kept)';
const NOT_UTF8 = 'entries whose frames are not UTF-8';
const NO_MESSAGE = 'malformed entries that have no message type the trace knows';

type Head = ReturnType<typeof readHead>;

export function recordsOf(entry: EntryText): Recorded {
  const head = readHead(entry.head);
  const direction = head[0];
  if (entry.request === null || direction === null) return NO_FRAME;
  for (const bytes of [entry.request, entry.answer, entry.rejection]) {
    if (bytes !== null && !isUtf8(bytes)) return NOT_UTF8;
  }
  const event = head[14];
  if (event?.event === 'malformed' && event.reason === 'binary') return NO_MESSAGE;
  return entry.kind === 'exchange'
    ? exchangeRecords(entry, head, direction)
    : loneRecord(entry, entry.request, head, direction);
}

interface Base {
  readonly version: OcppVersion | null;
  readonly charger: string;
  readonly connector: null;
  readonly action: null;
  readonly error: null;
}

const baseOf = (entry: EntryText, head: Head): Base => ({
  version: head[1],
  charger: entry.charger,
  connector: null,
  action: null,
  error: null,
});

function exchangeRecords(entry: EntryText, head: Head, direction: Direction): readonly TraceRecord[] {
  const base = baseOf(entry, head);
  const at = timeOfId(entry.id);
  const messageId = head[3] ?? '';
  const records: TraceRecord[] = [];
  if (entry.request !== null) {
    const payload = payloadOf(entry.request, head[10]);
    records.push({
      ...base,
      at,
      direction,
      connector: payload === null ? null : connectorIn(payload, head[1]),
      typeId: entry.outcome === 'sent' ? 6 : 2,
      messageId,
      action: entry.action,
      payload,
      raw: textOf(entry.request),
    });
  }
  const answeredAt = head[4] ?? at;
  // An error beside a rejection is the rejection's; the answer before it was a CALLRESULT.
  const rejected = entry.rejection !== null;
  if (entry.answer !== null) {
    const raw = textOf(entry.answer);
    const answer = { ...base, at: answeredAt, direction: opposite(direction), messageId, raw };
    const failed = head[9] !== null && !rejected;
    records.push(
      failed
        ? { ...answer, typeId: 4, payload: null, error: errorOf(entry.answer, head[9]) }
        : { ...answer, typeId: 3, payload: payloadOf(entry.answer, head[11]) },
    );
  }
  if (entry.rejection !== null) {
    const raw = textOf(entry.rejection);
    const error = errorOf(entry.rejection, head[9]);
    const typeId = errorTypeOf(raw);
    // When it came is not stored: no earlier than the call and the answer.
    const came = Math.max(at, answeredAt);
    records.push({ ...base, at: came, direction, messageId, raw, typeId, payload: null, error });
  }
  return records;
}

/** Of an orphan, or of a malformed frame as far as it can be read. */
function loneRecord(entry: EntryText, bytes: Uint8Array, head: Head, direction: Direction): Recorded {
  const raw = textOf(bytes);
  const cut = head[10] !== 0 && head[10][3] !== null;
  const whole = entry.kind === 'orphan' && !cut;
  const message: Message = whole ? readMessage(raw) : readTruncated(raw);
  if (message.kind === 'malformed') return NO_MESSAGE;
  const slice = (span: { readonly start: number; readonly end: number } | null, otherwise: string | null) =>
    span === null ? otherwise : raw.slice(span.start, span.end);
  const base = baseOf(entry, head);
  const record = { ...base, at: timeOfId(entry.id), direction, messageId: message.id, raw };
  switch (message.kind) {
    case 'call':
    case 'send':
      return [{ ...record, typeId: message.kind === 'call' ? 2 : 6, action: message.action, payload: null }];
    case 'result':
      return [{ ...record, typeId: 3, payload: slice(message.payloadSpan, whole ? '{}' : null) }];
    default: {
      const { code, description } = message;
      const error = { code, description, details: slice(message.detailsSpan, null) };
      return [{ ...record, typeId: message.kind === 'error' ? 4 : 5, payload: null, error }];
    }
  }
}

function payloadOf(bytes: Uint8Array, marks: Head[10]): string | null {
  if (marks === 0 || marks[3] !== null) return null;
  const [start, end] = marks;
  // A null or [] payload reads as {}: extraction rules 2.
  return start < 0 ? '{}' : textOf(bytes.subarray(start, end));
}

function errorOf(bytes: Uint8Array, error: Head[9]): TraceError {
  const range = error?.details ?? null;
  const details = range === null ? null : textOf(bytes.subarray(range.start, range.end));
  return { code: error?.code ?? '', description: error?.description ?? null, details };
}

/** Which of the two that can be a rejection this text is. */
function errorTypeOf(raw: string): MessageTypeId {
  return /^\s*\[\s*5\b/.test(raw) ? 5 : 4;
}

/** Of the message alone, not of what was known around it. OCPP 2.x: the EVSE. */
function connectorIn(payload: string, version: OcppVersion | null): number | null {
  if (version === null || version === '1.6') return integerAt(payload, 'connectorId');
  const evse = memberText(payload, 'evse');
  return integerAt(payload, 'evseId') ?? (evse?.startsWith('{') ? integerAt(evse, 'id') : null);
}

function integerAt(json: string, name: string): number | null {
  const text = memberText(json, name);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function memberText(json: string, name: string): string | null {
  const span = memberSpan(json, name);
  return span === null ? null : json.slice(span.start, span.end);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
