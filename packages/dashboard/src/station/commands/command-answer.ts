/** What became of a call, with the texts of the station as it wrote them. */

import { memberSpan } from '@ocpp-logs/core';
import type { CommandAnswer } from '../station-answers.ts';

export interface AnsweredCommand extends CommandAnswer {
  /** JSON of the payload, or of the error's details; null without. */
  readonly payloadText: string | null;
  readonly detailsText: string | null;
}

export function readAnswer(text: string): AnsweredCommand {
  // Safe: the route answers as its schema says.
  const answer = JSON.parse(text) as CommandAnswer;
  return {
    ...answer,
    payloadText: memberText(text, 'response_payload'),
    detailsText: memberText(text, 'error_details'),
  };
}

function memberText(text: string, name: string): string | null {
  const span = memberSpan(text, name);
  const found = span === null ? 'null' : text.slice(span.start, span.end);
  return found === 'null' ? null : found;
}
