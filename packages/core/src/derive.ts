/** Derives an entry's fields, and the findings that come of deriving them, from its texts and recorded context. */

import type { Entry, Wire } from './entry.ts';
import { extract } from './extract/index.ts';
import { isExtractionFinding } from './finding.ts';
import type { JsonObject } from './message.ts';
import { readFrame } from './message.ts';

const EMPTY: JsonObject = {};

/** Payloads of call and answer, where they are at hand; otherwise they are read from the entry's texts. */
export interface ReadPayloads {
  readonly call: JsonObject;
  readonly answer: JsonObject | null;
}

export function derive(entry: Entry, payloads: ReadPayloads = payloadsOf(entry)): Entry {
  const { kind, action, version, context } = entry;
  if (kind !== 'exchange' || action === null || version === null) return entry;
  const { fields, findings } = extract({ version, action, call: payloads.call, answer: payloads.answer, context });
  const recorded = entry.findings.filter((finding) => !isExtractionFinding(finding.code));
  return { ...entry, fields, findings: findings.length === 0 ? recorded : [...recorded, ...findings] };
}

export function payloadsOf(entry: Entry): ReadPayloads {
  return {
    call: payloadOf(entry.request) ?? EMPTY,
    answer: entry.error === null ? payloadOf(entry.answer) : null,
  };
}

function payloadOf(wire: Wire | null): JsonObject | null {
  if (wire === null) return null;
  const { message } = readFrame(wire.bytes, false, wire.cut);
  return message.kind === 'call' || message.kind === 'send' || message.kind === 'result' ? message.payload : null;
}
