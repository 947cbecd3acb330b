/** Asks for the facts of one station, once for each range and each asking again. */

import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useClient } from '../api/context.ts';
import { rangeParams } from '../explore/search-params.ts';
import { type Range, readRange } from '../time/instant-text.ts';
import type { StationBody } from './station-answers.ts';
import type { StationState } from './station-state.ts';

export interface StationAddress {
  readonly site: string;
  readonly charger: string;
}

export function useStation({ site, charger }: StationAddress, { from, to }: StationState) {
  const client = useClient();
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` is that of the moment at which something is asked.
  const range = useMemo<Range | null>(() => readRange(from, to, Date.now()), [from, to, asked]);
  const station = useQuery<StationBody>({
    queryKey: ['station', site, charger, range],
    enabled: range !== null,
    // Another range of the same station: what is known stays until the new answer has come.
    placeholderData: (earlier) => (earlier?.id === charger && earlier.site_id === site ? earlier : undefined),
    queryFn: ({ signal }) => {
      const path = `/sites/${encodeURIComponent(site)}/chargers/${encodeURIComponent(charger)}`;
      return client.get<StationBody>(path, { signal, params: range === null ? {} : rangeParams(range) });
    },
  });
  return { station, range, again: () => setAsked((count) => count + 1) };
}
