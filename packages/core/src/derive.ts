/** Derives an entry's fields, and the findings that come of deriving them, from its texts and recorded context. */

import type { Entry, Wire } from './entry.ts';
import { extract } from './extract/index.ts';
import { EXTRACTION_FINDINGS } from './extract/report.ts';
import type { Context } from './fields.ts';
import type { FindingCode } from './finding.ts';
import type { JsonObject } from './message.ts';
import { readFrame } from './read-frame.ts';

const EMPTY: JsonObject = {};
const UTF8 = new TextDecoder();

const OF_EXTRACTION: ReadonlySet<FindingCode> = new Set([...EXTRACTION_FINDINGS, 'not-extracted']);

/** Payloads of call and answer, where they are at hand; otherwise they are read from the entry's texts. */
export interface ReadPayloads {
  readonly call: JsonObject;
  readonly answer: JsonObject | null;
}

export function derive(
  entry: Entry,
  payloads: ReadPayloads = payloadsOf(entry),
  context: Context = entry.context,
): Entry {
  const { kind, action, version } = entry;
  if (kind !== 'exchange' || action === null || version === null) {
    return context === entry.context ? entry : { ...entry, context };
  }
  const { fields, findings } = extract({
    version,
    action,
    call: payloads.call,
    answer: payloads.answer,
    context,
    callText: () => payloadText(entry.request),
  });
  const recorded =
    entry.findings.length === 0
      ? entry.findings
      : entry.findings.filter((finding) => !OF_EXTRACTION.has(finding.code));
  return {
    ...entry,
    context,
    fields,
    findings: findings.length === 0 ? recorded : [...recorded, ...findings],
  };
}

/** Where {@link derive} fails, which is an error of ours: what was said stays, and a finding tells why there are no fields. */
export function underived(entry: Entry, context: Context = entry.context): Entry {
  const recorded = entry.findings.filter((finding) => !OF_EXTRACTION.has(finding.code));
  return { ...entry, context, fields: {}, findings: [...recorded, { code: 'not-extracted' }] };
}

/** For entries that are derived anew, of which one must not keep the others from it. */
export function deriveEach(failed: (error: unknown) => void, by = derive): (entry: Entry) => Entry {
  return (entry) => {
    try {
      return by(entry);
    } catch (error) {
      failed(error);
      return underived(entry);
    }
  };
}

export function payloadsOf(entry: Entry): ReadPayloads {
  return {
    call: payloadOf(entry.request) ?? EMPTY,
    answer: payloadOf(entry.answer),
  };
}

function payloadText(wire: Wire | null): string {
  if (wire === null || wire.payload === null) return '{}';
  return UTF8.decode(wire.bytes.subarray(wire.payload.start, wire.payload.end));
}

function payloadOf(wire: Wire | null): JsonObject | null {
  if (wire === null) return null;
  const { message } = readFrame(wire.bytes, false, wire.cut);
  return message.kind === 'call' || message.kind === 'send' || message.kind === 'result'
    ? message.payload
    : null;
}
