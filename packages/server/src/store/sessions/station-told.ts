/** What the log of one station shows beside its sessions, and what was found in its messages, of a range. */

import { decodeEntry, FindingTally, StationWatch } from '@ocpp-logs/core';
import { checkedEntry } from '../../validate/findings-of.ts';
import type { StationTold, StationToldQuery } from './question.ts';
import type { ReadEntries } from './reading.ts';

/** Each is held to its schema, which takes far longer than to read it. */
const READ_MAX = 50_000;

export async function stationTold(
  read: ReadEntries,
  { site, charger, from, to }: StationToldQuery,
  most = READ_MAX,
): Promise<StationTold> {
  const watch = new StationWatch();
  const tally = new FindingTally();
  let count = 0;
  let cutAt: number | null = null;
  const start = Math.max(from, site.kept);
  const filter = {
    site: site.id,
    from: start,
    to,
    kinds: ['exchange', 'orphan', 'connection', 'gap'] as const,
    actions: null,
    chargers: [charger],
    connectors: null,
    query: null,
  };
  if (start < to) {
    for await (const batch of read({ filters: [filter], order: 'asc', take: most + 1, only: null })) {
      for (const text of batch) {
        const entry = decodeEntry(text);
        if (count === most) cutAt = entry.at;
        if (cutAt !== null) break;
        count += 1;
        const seen = checkedEntry(String(text.id), entry);
        watch.see(seen);
        tally.add(seen);
      }
    }
  }
  return { conclusions: watch.end(), findings: tally.end(), read: count, cutAt };
}
