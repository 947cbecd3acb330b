/** An entry as a row: its line when it is written, its texts when it is read. */

import { isAscii, isUtf8 } from 'node:buffer';
import {
  type EntryId,
  type EntryText,
  eachField,
  FIELDS,
  KINDS,
  type Kind,
  OUTCOMES,
  type Outcome,
  readHead,
} from '@ocpp-logs/core';
import { BEYOND } from '../sqlite/codes.ts';
import { traitOfText } from '../sqlite/trait.ts';
import type { SiteEntry } from '../store.ts';
import { nameOf, nameText } from './names.ts';
import type { RowBinary } from './row-binary.ts';

/** Of `texts`: what an entry has. */
const REQUEST = 1;
const ANSWER = 2;
const REJECTION = 4;

export const COLUMNS = [
  'site',
  'id',
  'version',
  'expires',
  'kind',
  'charger',
  'action',
  'outcome',
  'direction',
  'ocpp',
  'connector',
  'latency',
  'statuses',
  'errors',
  'findings',
  'odd',
  'texts',
  'payload_start',
  'payload_end',
  'fields',
  'head',
  'request',
  'answer',
  'rejection',
] as const;

/** What {@link readEntry} reads. */
export const ENTRY_COLUMNS =
  'site, id, kind, charger, action, outcome, texts, payload_start, payload_end, fields, head, request, answer, rejection';

const CONNECTOR = FIELDS.indexOf('connector_id');
const TAB = Uint8Array.of(9);
const LINE = Uint8Array.of(10);

/** `expires`: s since 1970. */
export function lineOf(entry: SiteEntry, version: number, expires: number): Buffer {
  const head = readHead(entry.head);
  const { direction, version: ocpp, statuses, errors, findings } = traitOfText(head, entry.fields);
  const connector = connectorOf(entry.fields);
  const short = [
    escaped(nameText(entry.site)),
    entry.id,
    version,
    expires,
    entry.kind,
    entry.charger === '' ? '' : escaped(nameText(entry.charger)),
    entry.action === null ? '' : escaped(nameText(entry.action)),
    entry.outcome ?? '',
    direction ?? '',
    ocpp ?? '',
    connector ?? '\\N',
    head[5] ?? '\\N',
    list(statuses),
    list(errors),
    list(findings),
    isOdd(entry, [head[2], head[3], ...statuses, ...errors]) ? 1 : 0,
    textsOf(entry),
    entry.payloadStart,
    entry.payloadEnd,
    escaped(entry.fields),
    escaped(entry.head),
  ];
  const parts: Uint8Array[] = [Buffer.from(short.join('\t'))];
  for (const bytes of [entry.request, entry.answer, entry.rejection]) {
    parts.push(TAB);
    if (bytes !== null) parts.push(escapedBytes(bytes));
  }
  parts.push(LINE);
  return Buffer.concat(parts);
}

/** Which it has, a bit each. */
export function textsOf({ request, answer, rejection }: EntryText): number {
  return (
    (request === null ? 0 : REQUEST) | (answer === null ? 0 : ANSWER) | (rejection === null ? 0 : REJECTION)
  );
}

export interface FoundEntry extends EntryText {
  readonly site: string;
}

export function readEntry(row: RowBinary): FoundEntry {
  const site = nameOf(row.text());
  const id: EntryId = row.uint64();
  const kind = kindNamed(row.text());
  const charger = row.text();
  const action = row.text();
  const outcome = row.text();
  const texts = row.byte();
  const payloadStart = row.int32();
  const payloadEnd = row.int32();
  const fields = row.text();
  const head = row.text();
  const request = row.bytes();
  const answer = row.bytes();
  const rejection = row.bytes();
  return {
    site,
    id,
    kind,
    charger: charger === '' ? '' : nameOf(charger),
    action: action === '' ? null : nameOf(action),
    outcome: outcomeNamed(outcome),
    fields,
    head,
    request: texts & REQUEST ? request : null,
    answer: texts & ANSWER ? answer : null,
    rejection: texts & REJECTION ? rejection : null,
    payloadStart,
    payloadEnd,
  };
}

export function kindNamed(text: string): Kind {
  const kind = KINDS.find((each) => each === text);
  if (kind === undefined) throw new RangeError(`an entry of ClickHouse is of no kind: ${text}`);
  return kind;
}

export function outcomeNamed(text: string): Outcome | null {
  return OUTCOMES.find((each) => each === text) ?? null;
}

/** The number by which is filtered; one whose digits a number cannot keep is {@link BEYOND}. */
function connectorOf(fields: string): number | null {
  let found: number | null = null;
  eachField(fields, (place, json) => {
    if (place !== CONNECTOR || json.startsWith('"')) return;
    const value = Number(json);
    if (!Number.isFinite(value)) return;
    const kept = Number.isSafeInteger(value) || !Number.isInteger(value);
    found = kept ? value : Math.sign(value) * BEYOND;
  });
  return found;
}

/** Letters that become others, or several, when their case is changed; what is more than one unit of JavaScript. */
const ODD = /[\u0130\u212a\ufeff\ud800-\udfff]/;

/** Whether ClickHouse may see the case or the length of a text otherwise than the matcher of core. */
function isOdd(entry: SiteEntry, names: readonly (string | null)[]): boolean {
  const { charger, action, fields, request, answer } = entry;
  if (charger !== '' && isOddName(charger)) return true;
  if ([action, ...names].some((name) => name !== null && isOddName(name))) return true;
  if (ODD.test(fields) || fields.includes('\\u') || ODD.test(entry.head)) return true;
  return isOddText(request) || isOddText(answer);
}

function isOddName(name: string): boolean {
  return ODD.test(name) || nameText(name) !== name;
}

function isOddText(bytes: Uint8Array | null): boolean {
  if (bytes === null || isAscii(bytes)) return false;
  return !isUtf8(bytes) || ODD.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found);
}

/** A list in a line: its texts are quoted and escaped; the line asks for no more. */
function list(texts: readonly string[]): string {
  const quoted = texts.map(
    (text) =>
      `'${nameText(text)
        .replace(/[\\']/g, '\\$&')
        .replace(/[\t\n\r]/g, (found) => ESCAPES[found] ?? found)}'`,
  );
  return `[${quoted.join(',')}]`;
}

const BYTE_ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x5c, 0x5c],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0d, 0x72],
]);

function escapedBytes(bytes: Uint8Array): Uint8Array {
  let more = 0;
  for (const byte of bytes) if (byte <= 0x5c && BYTE_ESCAPES.has(byte)) more += 1;
  if (more === 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length + more);
  let at = 0;
  for (const byte of bytes) {
    const mark = byte <= 0x5c ? BYTE_ESCAPES.get(byte) : undefined;
    if (mark !== undefined) out[at++] = 0x5c;
    out[at++] = mark ?? byte;
  }
  return out;
}
