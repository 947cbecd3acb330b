/** From entries to what a sequence diagram shows: messages and what happened between them, in the order of time. */

import type { LogEntry } from '../../api/answers.ts';
import { wordsOfEntry } from '../../explore/outcomes.ts';
import { spanText } from '../../time/instant-text.ts';

export type Way = 'to-csms' | 'to-station';

/** `lost`: a call without an answer. */
export type MessageLook = 'call' | 'answer' | 'error' | 'lost';

export interface MessageEvent {
  readonly kind: 'message';
  readonly key: string;
  /** ms since 1970. */
  readonly at: number;
  readonly way: Way;
  readonly look: MessageLook;
  readonly label: string;
  /** Entry id. */
  readonly entry: string;
}

export interface NoteEvent {
  readonly kind: 'note';
  readonly key: string;
  readonly at: number;
  readonly label: string;
  readonly trouble: boolean;
  readonly entry: string;
}

export type SequenceEvent = MessageEvent | NoteEvent;

/** A diagram that is longer is read by nobody. */
export const MESSAGES_MAX = 300;

export interface Sequence {
  readonly events: readonly SequenceEvent[];
  /** Messages left out, the oldest ones. */
  readonly left: number;
}

const UNANSWERED: ReadonlySet<string> = new Set([
  'timeout',
  'connection_lost',
  'unanswered',
  'replaced',
  'resent',
]);

/** `entries` in any order; the newest messages stay. */
export function sequenceOf(entries: readonly LogEntry[], max = MESSAGES_MAX): Sequence {
  // What came in the same millisecond stands in the order in which it was recorded.
  const events = entries
    .toSorted(byId)
    .flatMap(eventsOf)
    .toSorted((a, b) => a.at - b.at);
  const messages = events.filter(({ kind }) => kind === 'message').length;
  const left = Math.max(0, messages - max);
  if (left === 0) return { events, left };
  let passed = 0;
  const start = events.findIndex(({ kind }) => {
    if (kind === 'message') passed += 1;
    return passed > left;
  });
  return { events: events.slice(start), left };
}

function byId(one: LogEntry, other: LogEntry): number {
  const [a, b] = [BigInt(one.exchange?.id ?? 0), BigInt(other.exchange?.id ?? 0)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function eventsOf(entry: LogEntry): readonly SequenceEvent[] {
  const { exchange } = entry;
  if (exchange === undefined) return [];
  const at = Date.parse(entry.occurrence_time);
  const of = { at, entry: exchange.id, key: exchange.id };
  if (exchange.kind !== 'exchange' || exchange.direction === null) {
    return [{ kind: 'note', ...of, label: noteText(entry), trouble: exchange.kind !== 'connection' }];
  }
  const way: Way = exchange.direction === 'station_to_csms' ? 'to-csms' : 'to-station';
  const lost = UNANSWERED.has(exchange.outcome ?? '');
  const call: MessageEvent = {
    kind: 'message',
    ...of,
    way,
    look: lost ? 'lost' : 'call',
    label: lost ? `${callText(entry)} (${wordsOfEntry(entry).label.toLowerCase()})` : callText(entry),
  };
  const answeredAt = exchange.response_time === null ? null : Date.parse(exchange.response_time);
  if (answeredAt === null || lost) return [call];
  const back: Way = way === 'to-csms' ? 'to-station' : 'to-csms';
  const failed = exchange.error_code !== null;
  const latency = exchange.latency_ms === null ? '' : ` · ${spanText(exchange.latency_ms)}`;
  return [
    call,
    {
      kind: 'message',
      key: `${exchange.id}-answer`,
      // Never before its call: clocks of sources may say so, and an arrow would point back.
      at: Math.max(at, answeredAt),
      way: back,
      look: failed ? 'error' : 'answer',
      label: `${failed ? `Error: ${exchange.error_code}` : answerText(entry)}${latency}`,
      entry: exchange.id,
    },
  ];
}

/** The action, and what of it is told most often. */
function callText(entry: LogEntry): string {
  const { action, connector_id: connector, request_status: status, request_error_code: error } = entry;
  const parts = [
    connector === null ? null : `#${connector}`,
    status,
    error === null || error === 'NoError' ? null : error,
    status === null ? entry.request_reason : null,
    entry.request_id_tag,
  ].filter((part) => part !== null);
  return `${action ?? 'Call'}${parts.length === 0 ? '' : ` ${parts.join(' ')}`}`;
}

function answerText({ exchange, response_id_tag_info_status: authorised }: LogEntry): string {
  const payload: Readonly<Record<string, unknown>> = { ...exchange?.response_payload };
  if (typeof payload.status === 'string') return payload.status;
  return authorised ?? 'OK';
}

function noteText(entry: LogEntry): string {
  const event: Readonly<Record<string, unknown>> = { ...entry.exchange?.event };
  const text = (name: string) => (event[name] === undefined ? '' : ` ${String(event[name])}`);
  switch (event.event) {
    case 'accepted':
      return `Connected${text('subprotocol')}`;
    case 'closed':
      return `Connection closed${text('close_code')}${event.ended_by === undefined ? '' : ` by ${String(event.ended_by)}`}`;
    case 'refused':
      return `Connection refused${text('status')}`;
    case 'gap': {
      const long = Date.parse(String(event.to)) - Date.parse(String(event.from));
      const what = entry.charger_id === '' ? 'Nothing of the site recorded' : 'Not recorded';
      return Number.isNaN(long) ? what : `${what} for ${spanText(long)}`;
    }
    default:
      return wordsOfEntry(entry).label;
  }
}
