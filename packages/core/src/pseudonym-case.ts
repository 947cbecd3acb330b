/** For tests: entries made of frames, and a hash that is keyed. */

import { createHmac } from 'node:crypto';
import { derive } from './derive.ts';
import type { Entry, Wire } from './entry.ts';
import { firstIdAt } from './entry.ts';
import { decodeEntry, type EntryText, encodeEntry } from './entry-text.ts';
import { NO_CONTEXT } from './fields.ts';
import type { OcppVersion } from './frame.ts';
import { byteSpan } from './json-text.ts';
import type { PseudonymHash } from './known-values.ts';
import { Pseudonyms } from './pseudonym.ts';
import { readFrame } from './read-frame.ts';

export const AT = Date.UTC(2026, 0, 5, 10, 30);

export function hashWith(key: string): PseudonymHash {
  return (text) => createHmac('sha256', key).update(text, 'utf8').digest();
}

export function wireOf(text: string | Uint8Array): Wire {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const { text: read, message } = readFrame(bytes, false, null);
  const span = 'payloadSpan' in message ? message.payloadSpan : null;
  const payload = read === null || span === null ? null : byteSpan(read, bytes.length, span);
  return { bytes, payload, redacted: [], cut: null };
}

export function exchange(
  version: OcppVersion,
  call: string,
  answer: string | null = null,
  change: Partial<Entry> = {},
): EntryText {
  const request = wireOf(call);
  const { message } = readFrame(request.bytes, false, null);
  const read = message.kind === 'call' ? message : null;
  const entry: Entry = {
    kind: read === null ? 'malformed' : 'exchange',
    at: AT,
    charger: 'CP-1',
    connection: 'c1',
    direction: 'station_to_csms',
    version,
    messageId: read?.id ?? null,
    action: read?.action ?? null,
    outcome: read === null ? null : answer === null ? 'pending' : 'answered',
    request,
    answer: answer === null ? null : wireOf(answer),
    rejection: null,
    error: null,
    answeredAt: null,
    latency: null,
    context: NO_CONTEXT,
    fields: {},
    findings: [],
    event: null,
    ...change,
  };
  return encodeEntry(firstIdAt(entry.at), derive(entry));
}

/** Both passes over the entries. */
export function pseudonymised(entries: readonly EntryText[], key = 'key'): readonly EntryText[] {
  const pseudonyms = new Pseudonyms(hashWith(key));
  for (const entry of entries) pseudonyms.collect(entry);
  return entries.map((entry) => pseudonyms.replace(entry));
}

export function requestOf(entry: EntryText | undefined): string {
  return textOf(entry?.request);
}

export function answerOf(entry: EntryText | undefined): string {
  return textOf(entry?.answer);
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

/** Everything that any format could write of an entry. */
export function allOf(entry: EntryText): string {
  return [
    entry.charger,
    entry.head,
    entry.fields,
    ...[entry.request, entry.answer, entry.rejection].map(textOf),
  ].join('\n');
}

export function payloadOf(entry: EntryText | undefined): unknown {
  if (entry === undefined) return null;
  const { request } = decodeEntry(entry);
  const range = request?.payload;
  return range ? JSON.parse(textOf(request?.bytes.subarray(range.start, range.end))) : null;
}
