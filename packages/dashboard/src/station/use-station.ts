/** Asks for the facts of one station, and asks again while the page is live. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useClient } from '../api/context.ts';
import { keepFollowing, type TailState } from '../explore/follow.ts';
import { rangeParams } from '../explore/search-params.ts';
import { type Range, readRange } from '../time/instant-text.ts';
import { Pace } from './pace.ts';
import type { StationBody } from './station-answers.ts';
import { queryOfStation, type StationState } from './station-state.ts';

export interface StationAddress {
  readonly site: string;
  readonly charger: string;
}

/** Everything that can be told of a station, and nothing else of it is held here: a change is a reason to ask. */
const KINDS = 'exchange,connection,gap,orphan,malformed';
/** Time passes also where nothing happens. */
const TICK_MS = 15_000;

export function useStation({ site, charger }: StationAddress, { from, to }: StationState) {
  const client = useClient();
  const queries = useQueryClient();
  const station = useQuery<StationBody>({
    queryKey: ['station', site, charger, from, to],
    enabled: readRange(from, to, Date.now()) !== null,
    staleTime: 0,
    // Another range of the same station: what is known stays until the new answer has come.
    placeholderData: (earlier) => (earlier?.id === charger && earlier.site_id === site ? earlier : undefined),
    queryFn: ({ signal }) => {
      const path = `/sites/${encodeURIComponent(site)}/chargers/${encodeURIComponent(charger)}`;
      // `now` is that of the moment at which it is asked.
      const range = readRange(from, to, Date.now());
      return client.get<StationBody>(path, { signal, params: range === null ? {} : rangeParams(range) });
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is of a new range.
  const range = useMemo<Range | null>(
    () => readRange(from, to, Date.now()),
    [from, to, station.dataUpdatedAt],
  );
  const again = () => {
    void queries.invalidateQueries({ queryKey: ['station', site, charger] });
    void queries.invalidateQueries({ queryKey: ['sequence', site, charger] });
    void queries.invalidateQueries({ queryKey: ['charging-sessions', site, charger] });
  };
  return { station, range, again };
}

export interface LiveStation {
  readonly state: TailState | 'off';
  readonly error: Error | null;
}

/** The live tail says when something happened; what it was the page asks for, so that nothing is missed or held twice. */
export function useLiveStation({ site, charger }: StationAddress, on: boolean): LiveStation {
  const client = useClient();
  const queries = useQueryClient();
  const [state, setState] = useState<TailState | 'off'>('off');
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    if (!on) return;
    const asking = (name: string) => () =>
      queries.refetchQueries({ queryKey: [name, site, charger], type: 'active' }, { cancelRefetch: false });
    const sequence = new Pace({ task: asking('sequence'), least: 500, times: 4 });
    const facts = new Pace({ task: asking('station'), least: 1_000, times: 10 });
    // Each asking reads days of the station.
    const sessions = new Pace({ task: asking('charging-sessions'), least: 5_000, times: 20 });
    const ask = () => {
      sequence.ask();
      facts.ask();
      sessions.ask();
    };
    const tick = setInterval(ask, TICK_MS);
    const following = {
      path: `/ocpp-logs/site/${encodeURIComponent(site)}/stream`,
      params: { q: queryOfStation(charger), kinds: KINDS },
      take: ask,
      state: (next: TailState) => {
        setState(next);
        if (next === 'connecting') setError(null);
        // What happened while nobody listened.
        if (next === 'open') ask();
      },
      failed: (problem: unknown) => setError(problem instanceof Error ? problem : new Error(String(problem))),
    };
    const end = keepFollowing(client, following);
    return () => {
      end();
      clearInterval(tick);
      sequence.stop();
      facts.stop();
      sessions.stop();
      setState('off');
    };
  }, [client, queries, on, site, charger]);
  return { state, error };
}
