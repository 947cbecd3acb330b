/** The optional groups of an entry, `exchange`, `raw` and `validation`, as names and JSON texts. Source: the API contract. */

import type { EntryText } from './entry-text.ts';
import { readHead } from './entry-text.ts';
import { eachField } from './field-text.ts';
import { EXCHANGE_FIELDS, PAGE_FIELDS } from './fields.ts';
import type { Finding } from './finding.ts';

/** Name and JSON text of one member. */
export type Member = readonly [name: string, json: string];

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function exchangeMembers(entry: EntryText): readonly Member[] {
  const head = readHead(entry.head);
  const [direction, version, connection, messageId, answeredAt, latency, , , , error] = head;
  const answerMarks = head[11];
  // An error beside a rejection is the rejection's; the answer before it was a CALLRESULT.
  const isResult = entry.answer !== null && (error === null || entry.rejection !== null);
  const answerPayload =
    isResult && answerMarks !== 0 ? slice(entry.answer, answerMarks[0], answerMarks[1]) : null;
  // A null or [] payload reads as {}; an answer without any text has none.
  const emptyAnswer = isResult && answerPayload === null;
  const members: Member[] = [
    ['id', `"${entry.id}"`],
    ['kind', JSON.stringify(entry.kind)],
    ['direction', JSON.stringify(direction)],
    ['ocpp_version', JSON.stringify(version)],
    ['connection_id', JSON.stringify(connection)],
    ['message_id', JSON.stringify(messageId)],
    ['outcome', JSON.stringify(entry.outcome)],
    ['latency_ms', latency === null ? 'null' : JSON.stringify(latency / 1000)],
    ['response_time', answeredAt === null ? 'null' : `"${new Date(answeredAt).toISOString()}"`],
    ['response_payload', answerPayload ?? (emptyAnswer && entry.kind === 'exchange' ? '{}' : 'null')],
    ['error_code', JSON.stringify(error?.code ?? null)],
    ['error_description', JSON.stringify(error?.description ?? null)],
    ['error_details', detailsOf(entry, error?.details ?? null)],
  ];
  const values: string[] = EXCHANGE_FIELDS.map(() => 'null');
  eachField(entry.fields, (place, json) => {
    if (place >= PAGE_FIELDS.length) values[place - PAGE_FIELDS.length] = json;
  });
  for (const [place, name] of EXCHANGE_FIELDS.entries()) members.push([name, values[place] ?? 'null']);
  const event = head[14];
  if (event !== null) members.push(['event', JSON.stringify(event)]);
  return members;
}

export function rawMembers(entry: EntryText): readonly Member[] {
  const head = readHead(entry.head);
  const texts = [entry.request, entry.answer, entry.rejection];
  const base64 = texts.some((bytes) => bytes !== null && !isUtf8(bytes));
  const [request = 'null', answer = 'null', rejection = 'null'] = texts.map((bytes) =>
    rawText(bytes, base64),
  );
  const members: Member[] = [
    ['request_text', request],
    ['response_text', answer],
  ];
  if (entry.rejection !== null) members.push(['rejection_text', rejection]);
  if (base64) members.push(['encoding', '"base64"']);
  const marks = [head[10], head[11], head[12]].filter((mark) => mark !== 0);
  members.push(['redacted', JSON.stringify(marks.flatMap((mark) => mark[2]))]);
  const cut = marks.map((mark) => mark[3]).find((found) => found !== null);
  members.push(['truncated', JSON.stringify(cut !== undefined)]);
  if (cut !== undefined) members.push(['length', String(cut.length)], ['sha256', JSON.stringify(cut.sha256)]);
  return members;
}

/** All findings of an entry: those that were recorded, and those that are made when it is looked at. */
export type FindingsOf = (entry: EntryText) => readonly Finding[];

export const recordedFindings: FindingsOf = (entry) => readHead(entry.head)[13];

export function objectText(members: readonly Member[]): string {
  return `{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

function slice(bytes: Uint8Array | null, start: number, end: number): string | null {
  return bytes === null || start < 0 ? null : decoder.decode(bytes.subarray(start, end));
}

function detailsOf(entry: EntryText, range: { readonly start: number; readonly end: number } | null): string {
  if (range === null) return 'null';
  return slice(entry.rejection ?? entry.answer ?? entry.request, range.start, range.end) ?? 'null';
}

function rawText(bytes: Uint8Array | null, base64: boolean): string {
  if (bytes === null) return 'null';
  return base64 ? `"${toBase64(bytes)}"` : JSON.stringify(decoder.decode(bytes));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictDecoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // String.fromCharCode takes its arguments on the stack: in pieces.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}
