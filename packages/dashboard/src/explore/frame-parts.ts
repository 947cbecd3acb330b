/** What of a frame is worth showing: the payload of a CALL or its result, all of an error. */

import type { FindingBody, LogEntry } from '../api/answers.ts';
import { arrayElements } from '../json/json-lines.ts';
import { jsonText } from '../json/json-text.ts';

export interface FramePart {
  /** `CALL`, `CALLRESULT`, `CALLERROR`. */
  readonly name: string;
  /** JSON text. */
  readonly text: string;
}

const NAMES: Readonly<Record<string, string>> = {
  '2': 'CALL',
  '3': 'CALLRESULT',
  '4': 'CALLERROR',
  '5': 'CALLRESULTERROR',
  '6': 'SEND',
};

/** OCPP-J 4.2: the payload stands behind the action of a CALL and behind the id of a CALLRESULT. */
export function framePart(text: string): FramePart {
  const elements = arrayElements(text);
  const type = elements?.[0];
  const name = type === undefined ? undefined : NAMES[type];
  if (elements === null || type === undefined || name === undefined) return { name: 'Frame', text };
  if (type === '2' || type === '6') return { name, text: elements[3] ?? '{}' };
  if (type === '3') return { name, text: elements[2] ?? '{}' };
  const [, , code = '""', description = '""', details = '{}'] = elements;
  return { name, text: `{"errorCode":${code},"errorDescription":${description},"errorDetails":${details}}` };
}

export interface EntryBox {
  readonly title: 'Request' | 'Answer' | 'Text' | 'What happened';
  /** null: there is none, and `missing` says why. */
  readonly part: FramePart | null;
  readonly missing: string;
}

const box = (title: EntryBox['title'], part: FramePart | null, missing = ''): EntryBox => ({
  title,
  part,
  missing,
});

/** What there is to read of an entry. From the raw texts where they are there, as only they keep every digit. */
export function boxesOf(entry: LogEntry, unanswered: string): readonly EntryBox[] {
  const { raw, exchange } = entry;
  const text = raw?.encoding === undefined ? raw?.request_text : null;
  const part = text == null ? null : framePart(text);
  const event = exchange?.event;
  const happened = event == null ? null : partOf('Event', event);
  switch (exchange?.kind ?? 'exchange') {
    case 'exchange':
      return [
        box('Request', part ?? called(entry), 'There is no text of it.'),
        box('Answer', answerOf(entry), unanswered),
      ];
    case 'orphan':
      return [
        box('Request', null, 'Not recorded.'),
        box('Answer', part ?? errorOrResult(exchange), 'There is no text of it.'),
      ];
    case 'malformed':
      return [part === null ? box('What happened', happened) : box('Text', { ...part, name: '' })];
    default:
      return [box('What happened', happened, 'Nothing more was recorded of it.')];
  }
}

function called({ payload }: LogEntry): FramePart | null {
  return payload === null ? null : partOf('CALL', payload);
}

function answerOf({ raw, exchange }: LogEntry): FramePart | null {
  const text = raw?.encoding === undefined ? raw?.response_text : null;
  return text == null ? errorOrResult(exchange) : framePart(text);
}

/** Nothing of what cannot be written: the raw text, which tells it, is on its way. */
function partOf(name: string, value: unknown): FramePart | null {
  const text = jsonText(value);
  return text === null ? null : { name, text };
}

function errorOrResult(exchange: LogEntry['exchange']): FramePart | null {
  if (exchange?.response_payload != null) return partOf('CALLRESULT', exchange.response_payload);
  if (exchange?.error_code == null) return null;
  const {
    error_code: errorCode,
    error_description: errorDescription,
    error_details: errorDetails,
  } = exchange;
  return partOf('CALLERROR', { errorCode, errorDescription, errorDetails });
}

/** Findings of one half, by the path inside it. */
export function findingsOf(
  findings: readonly FindingBody[],
  half: 'request' | 'answer',
): readonly (FindingBody & { readonly inside: string })[] {
  return findings.flatMap((finding) => {
    const path = finding.path ?? '';
    const ofAnswer = /^answer(?:\.|$)/.test(path);
    if (path === '' || ofAnswer !== (half === 'answer')) return [];
    return [{ ...finding, inside: path.replace(/^(?:request|answer)\.?/, '') }];
  });
}
