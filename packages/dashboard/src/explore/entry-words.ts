/** What an entry says, in words for people: of an event what happened, of a call what came of it. */

import type { LogEntry } from '../api/answers.ts';
import { spanText } from '../time/instant-text.ts';
import { wordsOfEntry } from './outcomes.ts';

/** Of a text that is no message, that much stands in a row. */
const BEGINNING = 120;

const ENDED_BY: Readonly<Record<string, string>> = {
  station: 'the station',
  csms: 'the CSMS',
  server: 'this server',
};

type Event = Readonly<Record<string, unknown>>;

const part = (event: Event, name: string): string => (event[name] == null ? '' : String(event[name]));
const behind = (text: string): string => (text === '' ? '' : ` ${text}`);

/** Of connections, gaps, settings and malformed frames; null for a message. */
export function eventWords(entry: LogEntry): string | null {
  const { exchange } = entry;
  if (exchange === undefined || exchange.kind === 'exchange') return null;
  const event: Event = { ...exchange.event };
  switch (event.event) {
    case 'accepted':
      return `Connected${behind(part(event, 'subprotocol'))}`;
    case 'closed': {
      const by = ENDED_BY[part(event, 'ended_by')];
      const why = part(event, 'reason');
      return `Closed${behind(part(event, 'close_code'))}${by === undefined ? '' : ` by ${by}`}${why === '' ? '' : `: ${why}`}`;
    }
    case 'refused':
      return `Refused${behind(part(event, 'status'))}${part(event, 'reason') === '' ? '' : `: ${part(event, 'reason')}`}`;
    case 'gap': {
      const long = Date.parse(part(event, 'to')) - Date.parse(part(event, 'from'));
      const why = part(event, 'reason');
      return `Not recorded${Number.isNaN(long) ? '' : ` for ${spanText(long)}`}${why === '' ? '' : `: ${why}`}`;
    }
    case 'setting':
      return `${part(event, 'setting')}: ${part(event, 'from') || 'none'} to ${part(event, 'to') || 'none'}`;
    case 'malformed': {
      const text = entry.raw?.encoding === undefined ? entry.raw?.request_text : null;
      return text == null ? `Malformed: ${part(event, 'reason')}` : text.slice(0, BEGINNING);
    }
    default:
      return exchange.kind === 'orphan' ? 'Answer to no known call' : wordsOfEntry(entry).label;
  }
}

/** One sentence on what came of it; null where there is nothing to say beyond what is seen. */
export function sentenceOf(entry: LogEntry): string | null {
  const { exchange } = entry;
  if (exchange === undefined) return null;
  if (exchange.kind !== 'exchange') return eventSentence(entry);
  const up = exchange.direction === 'station_to_csms';
  const answerer = up ? 'The CSMS' : 'The station';
  switch (exchange.outcome) {
    case 'error':
    case 'result_rejected': {
      const what = [exchange.error_code, exchange.error_description].filter(
        (text) => text != null && text !== '',
      );
      const rejected = exchange.outcome === 'result_rejected';
      const who = rejected
        ? `${up ? 'The station' : 'The CSMS'} rejected the answer`
        : `${answerer} answered with an error`;
      return `${who}${what.length === 0 ? '' : `: ${what.join(', ')}`}.`;
    }
    case 'timeout':
      return `${answerer} did not answer in time.`;
    case 'unanswered':
      return `No answer of ${up ? 'the CSMS' : 'the station'} was found.`;
    case 'connection_lost':
      return `The connection was lost before ${up ? 'the CSMS' : 'the station'} answered.`;
    case 'pending':
      return `${answerer} has not answered yet.`;
    default:
      return contentSentence(entry, answerer);
  }
}

function eventSentence(entry: LogEntry): string | null {
  const event: Event = { ...entry.exchange?.event };
  if (entry.exchange?.kind === 'orphan')
    return 'This is an answer, and no call that it answers was recorded.';
  if (event.event === 'malformed') return `This text is no OCPP message: ${part(event, 'reason')}.`;
  const words = eventWords(entry);
  if (event.event === 'closed' && event.close_code === 1006)
    return `${words}: without a close frame, as when a line breaks.`;
  return words === null ? null : `${words}.`;
}

const REFUSED: ReadonlySet<string> = new Set([
  'Blocked',
  'Expired',
  'Invalid',
  'ConcurrentTx',
  'Unknown',
  'NoCredit',
  'NotAllowedTypeEVSE',
  'NotAtThisLocation',
  'NotAtThisTime',
]);

/** Of a message that was answered. */
function contentSentence(entry: LogEntry, answerer: string): string | null {
  const tag = tagStatus(entry);
  if (tag !== null && tag !== 'Accepted') {
    return REFUSED.has(tag)
      ? `${answerer} refused this tag: ${tag}.`
      : `${answerer} answered for this tag: ${tag}.`;
  }
  if (entry.request_status === 'Faulted' || (entry.request_error_code ?? 'NoError') !== 'NoError') {
    const where =
      entry.connector_id === null || entry.connector_id === 0
        ? 'The station'
        : `Connector ${entry.connector_id}`;
    const code = entry.request_error_code;
    const why = code === null || code === 'NoError' ? '' : `: ${code}`;
    const more = entry.request_info === null || entry.request_info === '' ? '' : ` (${entry.request_info})`;
    return `${where} reports ${entry.request_status ?? 'an error'}${why}${more}.`;
  }
  const answer: Event = { ...entry.exchange?.response_payload };
  const status = part(answer, 'status');
  if (status !== '' && status !== 'Accepted') return `${answerer} answered ${status}.`;
  return tag === 'Accepted' ? `${answerer} accepted this tag.` : null;
}

function tagStatus({ exchange, response_id_tag_info_status: status }: LogEntry): string | null {
  if (status != null) return status;
  const idTokenInfo = ({ ...exchange?.response_payload } as Event).idTokenInfo;
  if (typeof idTokenInfo !== 'object' || idTokenInfo === null) return null;
  const told = 'status' in idTokenInfo ? idTokenInfo.status : null;
  return typeof told === 'string' ? told : null;
}
