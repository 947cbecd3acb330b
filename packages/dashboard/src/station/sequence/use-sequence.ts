/** The entries of a sequence: those of the range, or those that were selected. */

import { parseQuery } from '@ocpp-logs/core';
import { useQuery } from '@tanstack/react-query';
import type { LogEntry } from '../../api/answers.ts';
import type { Client } from '../../api/client.ts';
import { useClient } from '../../api/context.ts';
import { isStatus } from '../../api/problem.ts';
import { readRange } from '../../time/instant-text.ts';
import type { StationState } from '../station-state.ts';
import type { StationAddress } from '../use-station.ts';
import { entriesOfRange } from './range-entries.ts';
import { type Sequence, sequenceOf } from './sequence-events.ts';

export interface AskedSequence {
  readonly sequence: Sequence;
  /** Entries that there are, drawn or not. */
  readonly count: number;
  /** Some of them are not drawn. */
  readonly cut: boolean;
  /** Selected ones that are no longer kept, and those of other stations. */
  readonly missing: number;
  readonly others: number;
}

/** Selected entries asked for at a time: browsers hold no more connections. */
const AT_ONCE = 4;

export function useSequence(address: StationAddress, state: StationState) {
  const { site, charger } = address;
  const { from, to, q, quiet, entries } = state;
  const client = useClient();
  const range = readRange(from, to, Date.now());
  return useQuery({
    queryKey:
      entries.length > 0
        ? ['sequence', site, charger, entries]
        : ['sequence', site, charger, from, to, q, quiet],
    enabled: entries.length > 0 || (range !== null && parseQuery(q).kind === 'query'),
    staleTime: 0,
    placeholderData: (earlier: AskedSequence | undefined, query) =>
      query?.queryKey[1] === site && query.queryKey[2] === charger ? earlier : undefined,
    queryFn: ({ signal }) =>
      entries.length > 0
        ? selected(client, address, entries, signal)
        : ofRange(client, address, state, signal),
  });
}

async function ofRange(
  client: Client,
  address: StationAddress,
  state: StationState,
  signal: AbortSignal,
): Promise<AskedSequence> {
  // `now` is that of the moment at which it is asked.
  const range = readRange(state.from, state.to, Date.now());
  const { entries, count } = await entriesOfRange(client, address, state, range, signal);
  const sequence = sequenceOf(entries);
  return { sequence, count, cut: sequence.left > 0 || entries.length < count, missing: 0, others: 0 };
}

async function selected(
  client: Client,
  { site, charger }: StationAddress,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<AskedSequence> {
  const found: (LogEntry | null)[] = [];
  const waiting = ids.values();
  const askOn = async () => {
    for (const id of waiting) found.push(await entryOf(client, site, id, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
  const kept = found.filter((entry) => entry !== null);
  const own = kept.filter(({ charger_id: of }) => of === charger || of === '');
  const sequence = sequenceOf(own);
  return {
    sequence,
    count: own.length,
    cut: sequence.left > 0,
    missing: found.length - kept.length,
    others: kept.length - own.length,
  };
}

/** null: it is no longer there. */
async function entryOf(
  client: Client,
  site: string,
  id: string,
  signal: AbortSignal,
): Promise<LogEntry | null> {
  try {
    const path = `/ocpp-logs/site/${encodeURIComponent(site)}/entry/${id}`;
    return await client.get<LogEntry>(path, { signal, params: { include: 'exchange' } });
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}
