/** Asks what the log of a station shows beside its sessions. It reads all that was said, so a live page does not ask again. */

import { useQuery } from '@tanstack/react-query';
import { useClient } from '../api/context.ts';
import { rangeParams } from '../explore/search-params.ts';
import { readRange } from '../time/instant-text.ts';
import type { StationFindingsBody } from './station-answers.ts';
import type { StationState } from './station-state.ts';
import type { StationAddress } from './use-station.ts';

export function useStationTold({ site, charger }: StationAddress, { from, to }: StationState) {
  const client = useClient();
  return useQuery<StationFindingsBody>({
    queryKey: ['station-told', site, charger, from, to],
    enabled: readRange(from, to, Date.now()) !== null,
    placeholderData: (earlier) =>
      earlier?.charger_id === charger && earlier.site_id === site ? earlier : undefined,
    queryFn: ({ signal }) => {
      const path = `/sites/${encodeURIComponent(site)}/chargers/${encodeURIComponent(charger)}/findings`;
      // `now` is that of the moment at which it is asked.
      const range = readRange(from, to, Date.now());
      return client.get<StationFindingsBody>(path, {
        signal,
        params: range === null ? {} : rangeParams(range),
      });
    },
  });
}
