/** Entries that came into being, by kind, in a header: `exchange=12,orphan=1`. The body stays as it is published. */

import { KINDS, type Kind } from '@ocpp-logs/core';

export const ENTRIES_HEADER = 'x-ocpp-logs-entries';

export type EntryCounts = Readonly<Partial<Record<Kind, number>>>;

export function writeEntryCounts(entries: EntryCounts): string {
  return KINDS.flatMap((kind) => ((entries[kind] ?? 0) > 0 ? [`${kind}=${entries[kind]}`] : [])).join(',');
}

/** Kinds that are not known are left out. */
export function readEntryCounts(text: string): EntryCounts {
  const counts = text.split(',').flatMap((part): [Kind, number][] => {
    const [, name, count] = /^([a-z]+)=(\d{1,15})$/.exec(part.trim()) ?? [];
    const kind = KINDS.find((known) => known === name);
    return kind === undefined ? [] : [[kind, Number(count)]];
  });
  return Object.fromEntries(counts);
}
