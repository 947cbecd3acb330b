/**
 * One entry of a bundle as a line of JSON, and back: all that a store has of it, so that it is searched and shown alike
 * where there is no store.
 */

import type { Kind, Outcome } from '../entry.ts';
import type { EntryText } from '../entry-text.ts';
import type { Finding } from '../finding.ts';

export interface BundleEntry {
  /** Site id. */
  readonly site: string;
  readonly entry: EntryText;
  /** All of them, those that were not recorded too. */
  readonly findings: readonly Finding[];
}

/** Bytes that are UTF-8 as their text, any others as base64 in a list. */
type PackedBytes = string | readonly [base64: string] | null;

type Row = readonly [
  id: string,
  site: string,
  kind: Kind,
  charger: string,
  action: string | null,
  outcome: Outcome | null,
  fields: string,
  head: string,
  request: PackedBytes,
  answer: PackedBytes,
  rejection: PackedBytes,
  payloadStart: number,
  payloadEnd: number,
  findings: readonly Finding[],
];

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Arguments of one call. */
const CHUNK = 8192;

/** Without a line end. */
export function bundleRow({ site, entry, findings }: BundleEntry): string {
  const row: Row = [
    String(entry.id),
    site,
    entry.kind,
    entry.charger,
    entry.action,
    entry.outcome,
    entry.fields,
    entry.head,
    packed(entry.request),
    packed(entry.answer),
    packed(entry.rejection),
    entry.payloadStart,
    entry.payloadEnd,
    findings,
  ];
  return JSON.stringify(row);
}

/** The inverse of {@link bundleRow}. */
export function readBundleRow(line: string): BundleEntry {
  // Safe: only bundleRow writes these lines.
  const row = JSON.parse(line) as Row;
  const [id, site, kind, charger, action, outcome, fields, head, request, answer, rejection] = row;
  return {
    site,
    entry: {
      id: BigInt(id),
      kind,
      charger,
      action,
      outcome,
      fields,
      head,
      request: unpacked(request),
      answer: unpacked(answer),
      rejection: unpacked(rejection),
      payloadStart: row[11],
      payloadEnd: row[12],
    },
    findings: row[13],
  };
}

function packed(bytes: Uint8Array | null): PackedBytes {
  if (bytes === null) return null;
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    let text = '';
    for (let at = 0; at < bytes.length; at += CHUNK)
      text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
    return [btoa(text)];
  }
}

function unpacked(text: PackedBytes): Uint8Array | null {
  if (text === null) return null;
  if (typeof text === 'string') return encoder.encode(text);
  return Uint8Array.from(atob(text[0]), (char) => char.charCodeAt(0));
}
