/** What became of a message, as a person tells it: never by colour alone. */

import type { LogEntry } from '../api/answers.ts';

export type Tone = 'ok' | 'wait' | 'slow' | 'bad' | 'other';

export interface OutcomeWords {
  readonly tone: Tone;
  readonly label: string;
  readonly means: string;
}

const OUTCOMES: Readonly<Record<string, OutcomeWords>> = {
  answered: { tone: 'ok', label: 'Answered', means: 'The call was answered.' },
  sent: { tone: 'ok', label: 'Sent', means: 'Sent without an answer being due.' },
  pending: { tone: 'wait', label: 'Waiting', means: 'No answer yet.' },
  late: { tone: 'slow', label: 'Late', means: 'The answer came after the time for it.' },
  timeout: { tone: 'slow', label: 'Timeout', means: 'No answer came in time.' },
  unanswered: { tone: 'slow', label: 'Unanswered', means: 'No answer was found.' },
  connection_lost: {
    tone: 'slow',
    label: 'Connection lost',
    means: 'The connection was lost before the answer.',
  },
  replaced: { tone: 'slow', label: 'Replaced', means: 'The message id was used again for another call.' },
  resent: { tone: 'slow', label: 'Resent', means: 'The same call was sent again.' },
  error: { tone: 'bad', label: 'Error', means: 'Answered by a CALLERROR.' },
  result_rejected: { tone: 'bad', label: 'Rejected', means: 'The answer was rejected by a CALLRESULTERROR.' },
};

const KINDS: Readonly<Record<string, OutcomeWords>> = {
  orphan: { tone: 'other', label: 'Orphan', means: 'An answer to no known call.' },
  malformed: { tone: 'bad', label: 'Malformed', means: 'A frame that is no OCPP message.' },
  connection: { tone: 'other', label: 'Connection', means: 'A connection opened or closed.' },
  gap: { tone: 'slow', label: 'Gap', means: 'Nothing could be recorded for a time.' },
  setting: { tone: 'other', label: 'Setting', means: 'The recording was changed.' },
};

const UNKNOWN: OutcomeWords = { tone: 'other', label: 'Other', means: 'No message, or one of no known end.' };

export function outcomeWords(outcome: string): OutcomeWords {
  return OUTCOMES[outcome] ?? KINDS[outcome] ?? { ...UNKNOWN, label: outcome === '' ? 'Other' : outcome };
}

export function wordsOfEntry({ exchange }: LogEntry): OutcomeWords {
  if (exchange === undefined) return UNKNOWN;
  return outcomeWords(exchange.outcome ?? exchange.kind);
}

/** A call that went wrong, or a state that says so. */
export function isTrouble(entry: LogEntry): boolean {
  const { tone } = wordsOfEntry(entry);
  return tone === 'bad' || tone === 'slow' || isFault(entry);
}

/** `NoError` is what a station reports when there is none. */
export function isFault({ request_error_code: code, request_status: status }: LogEntry): boolean {
  return status === 'Faulted' || (code !== null && code !== 'NoError');
}

/** From the bottom of a bar to its top. */
export const TONES: readonly { readonly tone: Tone; readonly label: string }[] = [
  { tone: 'ok', label: 'Answered' },
  { tone: 'wait', label: 'Waiting' },
  { tone: 'other', label: 'Other' },
  { tone: 'slow', label: 'Late or unanswered' },
  { tone: 'bad', label: 'Error' },
];
