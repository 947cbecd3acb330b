/** How long messages are, station by station: of some entries, taken at even steps of the time. */

import type { EntryText } from '@ocpp-logs/core';
import type { ReadEntries } from '../sessions/reading.ts';
import type { SizesAnswer, SizesQuery } from './question.ts';

/** Steps of the time at which entries are taken. */
const STEPS = 20;
const KINDS = ['exchange', 'orphan', 'malformed'] as const;

export async function sampledSizes(
  read: ReadEntries,
  { site, from, to, sample }: SizesQuery,
): Promise<SizesAnswer> {
  const stations = new Map<string, { entries: number; bytes: number }>();
  const start = Math.max(from, site.kept);
  const step = (to - start) / STEPS;
  const filter = {
    site: site.id,
    kinds: KINDS,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  };
  let seen = 0;
  for (let number = 0; number < STEPS && step > 0; number += 1) {
    const span = { from: Math.floor(start + number * step), to: Math.ceil(start + (number + 1) * step) };
    const query = { filters: [{ ...filter, ...span }], order: 'asc', only: null } as const;
    const take = Math.ceil(sample / STEPS);
    let left = take;
    for await (const batch of read({ ...query, take })) {
      for (const text of batch.slice(0, left)) {
        const known = stations.get(text.charger) ?? { entries: 0, bytes: 0 };
        stations.set(text.charger, { entries: known.entries + 1, bytes: known.bytes + bytesOf(text) });
      }
      seen += batch.length;
      left -= Math.min(left, batch.length);
      if (left === 0) break;
    }
  }
  return { stations: [...stations].map(([charger, size]) => ({ charger, ...size })), read: seen };
}

function bytesOf({ request, answer, rejection }: EntryText): number {
  return (request?.length ?? 0) + (answer?.length ?? 0) + (rejection?.length ?? 0);
}
