/** The answer to a command: texts of the station are spliced in, which a serialiser would change. */

import type { CallOutcome } from '../capture/csms/outgoing-calls.ts';

export function commandBody(outcome: CallOutcome): string {
  const members: Record<string, string> = {
    outcome: JSON.stringify(outcome.outcome),
    message_id: JSON.stringify(outcome.messageId),
    latency_ms: 'null',
    response_payload: 'null',
    error_code: 'null',
    error_description: 'null',
    error_details: 'null',
  };
  if ('latencyMs' in outcome) members.latency_ms = String(outcome.latencyMs);
  if (outcome.outcome === 'answered') members.response_payload = outcome.payloadText;
  if (outcome.outcome === 'error') {
    members.error_code = JSON.stringify(outcome.code);
    members.error_description = JSON.stringify(outcome.description);
    members.error_details = outcome.detailsText ?? 'null';
  }
  const texts = Object.entries(members).map(([name, text]) => `"${name}":${text}`);
  return `{${texts.join(',')}}`;
}
