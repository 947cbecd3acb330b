/** Seeded traffic as entries, read by the very functions that read captured frames. */

import {
  byteSpan,
  derive,
  type Entry,
  type JsonObject,
  type Message,
  readFrame,
  type Wire,
} from '@ocpp-logs/core';
import type { Spoken } from './said.ts';

export function entryOf(spoken: Spoken): Entry {
  const call = read(spoken.call);
  const answer = spoken.answer === null ? null : read(spoken.answer);
  const error = answer?.message.kind === 'error' ? answer.message : null;
  const details = error?.detailsSpan ?? null;
  const entry: Entry = {
    kind: 'exchange',
    at: spoken.at,
    charger: spoken.charger,
    connection: spoken.connection,
    direction: spoken.direction,
    version: spoken.version,
    messageId: spoken.id,
    action: spoken.action,
    outcome: answer === null ? 'timeout' : error === null ? 'answered' : 'error',
    request: call.wire,
    answer: answer?.wire ?? null,
    rejection: null,
    error: error === null ? null : { code: error.code, description: error.description, details },
    answeredAt: answer === null ? null : spoken.at + Math.round(spoken.latency / 1000),
    latency: answer === null ? null : spoken.latency,
    context: { connector: spoken.connector, evseConnector: null, transaction: spoken.transaction },
    fields: {},
    findings: [],
    event: null,
  };
  return derive(entry, {
    call: payloadOf(call.message),
    answer: answer === null ? null : payloadOf(answer.message),
  });
}

interface Read {
  readonly message: Message;
  readonly wire: Wire;
}

function read(text: string): Read {
  const bytes = Buffer.from(text);
  const { message } = readFrame(bytes, false, null);
  const span = 'payloadSpan' in message ? message.payloadSpan : null;
  const payload = span === null ? null : byteSpan(text, bytes.length, span);
  return { message, wire: { bytes, payload, redacted: [], cut: null } };
}

function payloadOf(message: Message): JsonObject {
  return 'payload' in message ? message.payload : {};
}
