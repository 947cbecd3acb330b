/** What came of a command, for a person, and the exit status. */

import { memberSpan } from '@ocpp-logs/core';
import { CommandError, type Terminal, UsageError } from '../command.ts';
import { indented } from './indented.ts';

/** What a station or a server says must not steer the terminal. */
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;
const printable = (text: string): string => text.replace(STEERING, ' ');

interface Answer {
  readonly outcome: string;
  readonly message_id: string;
  readonly latency_ms: number | null;
  readonly error_code: string | null;
  readonly error_description: string | null;
}

/** The payload goes to the output, what is said of it to the messages. */
export function showAnswer(terminal: Terminal, charger: string, action: string, text: string): number {
  const answer: Answer = JSON.parse(text);
  const { outcome, latency_ms: latency } = answer;
  const say = (line: string) => terminal.errors.write(`${printable(line)}\n`);
  if (outcome === 'answered') {
    say(`${charger} answered ${action} after ${latency} ms`);
    terminal.output.write(`${indented(memberText(text, 'response_payload'))}\n`);
    return 0;
  }
  if (outcome === 'error') {
    const { error_code: code, error_description: description } = answer;
    const details = memberText(text, 'error_details');
    const more = [description, details === '{}' || details === 'null' ? '' : details]
      .filter(Boolean)
      .join(' ');
    say(
      `${charger} answered ${action} with the error ${code} after ${latency} ms${more === '' ? '' : `: ${more}`}`,
    );
  } else if (outcome === 'timeout') {
    say(`${charger} did not answer ${action} in time; an answer that still comes is in the log`);
  } else {
    say(`${charger} disconnected before it answered ${action}`);
  }
  return 1;
}

/** From problem+json (RFC 9457): each wrong field on a line of its own. What was asked wrongly is wrong use. */
export function refusal(status: number, text: string): CommandError | UsageError {
  const problem = asProblem(text);
  if (problem === null)
    return new CommandError(`the server answered ${status}: ${printable(text.slice(0, 300))}`);
  const faults = problem.errors?.map(({ parameter, message }) => `${parameter}: ${message}`) ?? [];
  const told = (faults.length > 0 ? faults : [problem.detail]).map(printable).join('\n');
  return status === 400 ? new UsageError(told) : new CommandError(told);
}

interface ProblemText {
  readonly detail: string;
  readonly errors?: readonly { readonly parameter: string; readonly message: string }[];
}

function asProblem(text: string): ProblemText | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof body !== 'object' || body === null || !('detail' in body)) return null;
  // Safe: an answer with `detail` is a problem, and our server's have this form.
  return body as ProblemText;
}

function memberText(text: string, name: string): string {
  const span = memberSpan(text, name);
  return span === null ? 'null' : text.slice(span.start, span.end);
}
