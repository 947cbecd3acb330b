/** Asks for the fleet: again and again while there are days that the server has not made yet. */

import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Client, Params } from '../api/client.ts';
import { useClient } from '../api/context.ts';
import { readRange } from '../time/instant-text.ts';
import type { ChangesBody, FleetBody, FleetRowBody, NoisyBody } from './fleet-answers.ts';
import type { FleetState } from './fleet-state.ts';

const PAGE = 200;
const FILE_PAGE = 1000;
/** ms until it is asked again for what is missing; the server itself works ten seconds for an answer. */
const AGAIN_MS = 500;
const NOISY_SHOWN = 20;

function spanOf({ from, to }: FleetState): Params {
  const range = readRange(from, to, Date.now());
  if (range === null) return {};
  // `to` that is now is left out: pages that follow would be of another question otherwise.
  const end = to === 'now' ? {} : { to: new Date(range.to).toISOString() };
  return { from: new Date(range.from).toISOString(), ...end };
}

/** Of relative times the day counts alone, so that pages which follow are of the same question. */
function dayOf(params: Params): Params {
  const { from, ...rest } = params;
  return from === undefined ? params : { ...rest, from: String(from).slice(0, 10) };
}

function choiceOf({ site, model, firmware }: FleetState): Params {
  return { site, model, firmware };
}

function fleetParams(state: FleetState): Params {
  const { by, sort, order } = state;
  return { ...choiceOf(state), ...dayOf(spanOf(state)), by, sort, order };
}

const isSpan = ({ from, to }: FleetState) => readRange(from, to, Date.now()) !== null;

export function useFleet(state: FleetState) {
  const client = useClient();
  const queries = useQueryClient();
  const { noise, zone, ...rest } = state;
  const queryKey = ['fleet', rest];
  return useInfiniteQuery({
    queryKey,
    enabled: isSpan(state),
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam: cursor, signal }: { pageParam: string; signal: AbortSignal }) => {
      // What was found takes far longer than how stations did, which is shown first.
      const known = queries.getQueryData<InfiniteData<FleetBody>>(queryKey);
      const include = known === undefined ? 'daily' : 'daily,findings';
      const params = { ...fleetParams(state), limit: PAGE, include, cursor };
      return client.get<FleetBody>('/fleet', { signal, params });
    },
    getNextPageParam: ({ next_cursor: cursor }: FleetBody) => cursor,
    refetchInterval: ({ state: { data } }) => againIn(data?.pages[0], true),
  });
}

function againIn(answer: Pick<FleetBody, 'rests_on'> | undefined, findings = false): number | false {
  const { days_missing: days = 0, findings_days_missing: found = 0 } = answer?.rests_on ?? {};
  return days > 0 || (findings && found > 0) ? AGAIN_MS : false;
}

/** `ready`: of the same days the server makes one answer after the other. */
export function useChanges(state: FleetState, ready: boolean) {
  const client = useClient();
  const { by, sort, order, noise, zone, ...rest } = state;
  return useQuery({
    queryKey: ['fleet', 'changes', rest],
    enabled: ready && isSpan(state),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      client.get<ChangesBody>('/fleet/firmware-changes', {
        signal,
        params: { ...choiceOf(state), ...dayOf(spanOf(state)) },
      }),
    refetchInterval: ({ state: { data } }) => againIn(data),
  });
}

export function useNoisy(state: FleetState) {
  const client = useClient();
  const { site, noise, from, to } = state;
  return useQuery({
    queryKey: ['fleet', 'noisy', { site, noise, from, to }],
    enabled: isSpan(state),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      client.get<NoisyBody>('/fleet/noisy', {
        signal,
        params: { site, ...spanOf(state), sort: noise, limit: NOISY_SHOWN },
      }),
  });
}

/** Which models and firmwares there are to choose from. */
export function useChoices(state: FleetState, ready: boolean) {
  const client = useClient();
  const { site, from, to } = state;
  return useQuery({
    queryKey: ['fleet', 'choices', { site, from, to }],
    enabled: ready && isSpan(state),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const params = { site, ...dayOf(spanOf(state)), by: 'firmware', limit: FILE_PAGE };
      const { rows } = await client.get<FleetBody>('/fleet', { signal, params });
      return rows.flatMap(({ model, firmware }) => (model === null ? [] : [{ model, firmware }]));
    },
  });
}

/** Every row, for a file. */
export async function allRows(client: Client, state: FleetState): Promise<readonly FleetRowBody[]> {
  const rows: FleetRowBody[] = [];
  const params = { ...fleetParams(state), limit: FILE_PAGE };
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: FleetBody = await client.get<FleetBody>('/fleet', { params: { ...params, cursor } });
    rows.push(...page.rows);
    cursor = page.next_cursor;
  }
  return rows;
}
