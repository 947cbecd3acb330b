/** An entry in the form in which stores keep it: ready to be written out, and exactly reversible. */

import type { Entry, EntryError, EntryEvent, EntryId, Kind, Outcome, Wire } from './entry.ts';
import { timeOfId } from './entry.ts';
import { decodeFields, encodeFields } from './field-text.ts';
import type { Finding } from './finding.ts';
import type { Cut, Direction, OcppVersion } from './frame.ts';

export interface EntryText {
  readonly id: EntryId;
  readonly kind: Kind;
  readonly charger: string;
  readonly action: string | null;
  readonly outcome: Outcome | null;
  /** See `encodeFields`; '' for none. */
  readonly fields: string;
  /** JSON text of {@link Head}. */
  readonly head: string;
  readonly request: Uint8Array | null;
  readonly answer: Uint8Array | null;
  readonly rejection: Uint8Array | null;
  /** The payload's bytes in `request`; -1 where there is none. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/** Positional, to be short: entries that are not packed yet hold it as it is. */
type Head = readonly [
  direction: Direction | null,
  version: OcppVersion | null,
  connection: string | null,
  messageId: string | null,
  answeredAt: number | null,
  latency: number | null,
  contextConnector: number | null,
  contextEvseConnector: number | null,
  contextTransaction: string | null,
  error: EntryError | null,
  request: WireMarks,
  answer: WireMarks,
  rejection: WireMarks,
  findings: readonly Finding[],
  event: EntryEvent | null,
];

/** What is known of a frame's text besides its bytes; 0 where all of it is usual. */
type WireMarks = 0 | readonly [start: number, end: number, redacted: readonly string[], cut: Cut | null];

export function encodeEntry(id: EntryId, entry: Entry): EntryText {
  return {
    id,
    kind: entry.kind,
    charger: entry.charger,
    action: entry.action,
    outcome: entry.outcome,
    fields: encodeFields(entry.fields),
    head: headText(entry),
    request: entry.request?.bytes ?? null,
    answer: entry.answer?.bytes ?? null,
    rejection: entry.rejection?.bytes ?? null,
    payloadStart: entry.request?.payload?.start ?? -1,
    payloadEnd: entry.request?.payload?.end ?? -1,
  };
}

const HEAD_MEMBERS: Head['length'] = 15;

/** The inverse of {@link encodeEntry}. */
export function decodeEntry(text: EntryText): Entry {
  const head = readHead(text.head);
  return {
    kind: text.kind,
    at: timeOfId(text.id),
    charger: text.charger,
    connection: head[2],
    direction: head[0],
    version: head[1],
    messageId: head[3],
    action: text.action,
    outcome: text.outcome,
    request: wireOf(text.request, head[10]),
    answer: wireOf(text.answer, head[11]),
    rejection: wireOf(text.rejection, head[12]),
    error: head[9],
    answeredAt: head[4],
    latency: head[5],
    context: { connector: head[6], evseConnector: head[7], transaction: head[8] },
    fields: decodeFields(text.fields),
    findings: head[13],
    event: head[14],
  };
}

/** Throws a SyntaxError or RangeError where damage has made another text of it. */
export function readHead(head: string): Head {
  const members: unknown = JSON.parse(head);
  if (!Array.isArray(members) || members.length !== HEAD_MEMBERS)
    throw new RangeError('a head of other members');
  // Only encodeEntry writes this text.
  return members as unknown as Head;
}

/** JSON of a {@link Head}, member by member: of every entry that is stored, so without a list to be made of it. */
function headText(entry: Entry): string {
  const { context, findings } = entry;
  return `[${plain(entry.direction)},${plain(entry.version)},${quoted(entry.connection)},${quoted(
    entry.messageId,
  )},${entry.answeredAt},${entry.latency},${context.connector},${context.evseConnector},${quoted(
    context.transaction,
  )},${json(entry.error)},${marksText(entry.request)},${marksText(entry.answer)},${marksText(
    entry.rejection,
  )},${findings.length === 0 ? '[]' : JSON.stringify(findings)},${json(entry.event)}]`;
}

/** Of texts of ours, which need no escapes. */
function plain(text: string | null): string {
  return text === null ? 'null' : `"${text}"`;
}

/** Printable ASCII without quotes and backslashes. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

function quoted(text: string | null): string {
  if (text === null) return 'null';
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

function json(value: object | null): string {
  return value === null ? 'null' : JSON.stringify(value);
}

/** JSON of {@link WireMarks}. */
function marksText(wire: Wire | null): string {
  if (wire === null) return '0';
  const { payload, redacted, cut } = wire;
  const paths = redacted.length === 0 ? '[]' : JSON.stringify(redacted);
  return `[${payload?.start ?? -1},${payload?.end ?? -1},${paths},${json(cut)}]`;
}

function wireOf(bytes: Uint8Array | null, marks: WireMarks): Wire | null {
  if (bytes === null || marks === 0) return null;
  const [start, end, redacted, cut] = marks;
  return { bytes, payload: start < 0 ? null : { start, end }, redacted, cut };
}
