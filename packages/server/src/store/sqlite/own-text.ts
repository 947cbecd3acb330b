/** Entries that outlive the blocks they were read from. */

import type { EntryText } from '@ocpp-logs/core';
import type { SiteEntry } from '../store.ts';

/** The texts of a record lie in its block: one that is kept would keep all of the block. */
export function ownText(text: EntryText, site: string): SiteEntry {
  return {
    site,
    id: text.id,
    kind: text.kind,
    charger: text.charger,
    action: text.action,
    outcome: text.outcome,
    fields: text.fields,
    head: text.head,
    request: copyOf(text.request),
    answer: copyOf(text.answer),
    rejection: copyOf(text.rejection),
    payloadStart: text.payloadStart,
    payloadEnd: text.payloadEnd,
  };
}

/** Bytes of its texts. */
export function sizeOf({ fields, head, request, answer, rejection }: EntryText): number {
  const texts = (request?.length ?? 0) + (answer?.length ?? 0) + (rejection?.length ?? 0);
  return fields.length + head.length + texts;
}

const copyOf = (bytes: Uint8Array | null): Uint8Array | null =>
  bytes === null ? null : new Uint8Array(bytes);
