/** Reads entries one by one, so many at most, and lets others have their turn in between. */

import { setImmediate as turn } from 'node:timers/promises';
import type { OcppLog } from '@ocpp-logs/core';
import type { EntryReader, Scope, SortOrder } from '../store/store.ts';

/** Lines parsed at a time on the server's own thread. */
const LINES_AT_ONCE = 100;
/** ms for which one question is looked into. */
const PATIENCE_MS = 3_000;

export interface Wanted {
  readonly scope: Scope;
  readonly order: SortOrder;
  readonly max: number;
}

export interface Reading {
  readonly reader: EntryReader;
  readonly signal: AbortSignal;
  /** ms. One that is set back gives more time, for no more entries. */
  readonly clock: () => number;
}

export interface EntriesSeen {
  readonly entries: number;
  /** false: there may be more than were looked at. */
  readonly complete: boolean;
}

export async function eachEntry(
  { reader, signal, clock }: Reading,
  { scope, order, max }: Wanted,
  visit: (entry: OcppLog) => void,
): Promise<EntriesSeen> {
  if (scope.filter.from >= scope.filter.to) return { entries: 0, complete: true };
  const started = clock();
  let entries = 0;
  for await (const chunk of reader.stream({ scopes: [scope], order, format: 'ndjson', take: max })) {
    signal.throwIfAborted();
    const lines = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString().split('\n');
    for (const line of lines) {
      if (line === '') continue;
      // Safe: the store writes what OcppLogSchema says.
      visit(JSON.parse(line) as OcppLog);
      entries += 1;
      if (entries % LINES_AT_ONCE === 0) await turn();
    }
    if (entries < max && clock() - started > PATIENCE_MS) return { entries, complete: false };
  }
  return { entries, complete: entries < max };
}
