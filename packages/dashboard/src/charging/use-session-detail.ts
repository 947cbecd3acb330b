/** Asks for one session, and for those before and after it at the same connector. */

import { useQuery } from '@tanstack/react-query';
import type { Client } from '../api/client.ts';
import { useClient } from '../api/context.ts';
import type { SessionBody, SessionsBody, SummaryBody } from './session-answers.ts';

/** One that goes on is looked at again. */
const AGAIN_MS = 10_000;
const DAY = 86_400_000;
/** How far is looked for a neighbour, in steps: what is near is found without reading months. */
const REACHES = [DAY, 7 * DAY, 90 * DAY] as const;
export const REACH_DAYS = 90;
/** A page may end before anything was found. */
const PAGES_MAX = 5;

export function useChargingSession(id: string) {
  const client = useClient();
  return useQuery<SessionBody>({
    queryKey: ['charging-session', id],
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.over === false && !state.data.cut ? AGAIN_MS : false),
    queryFn: ({ signal }) => client.get<SessionBody>(`/sessions/${encodeURIComponent(id)}`, { signal }),
  });
}

export interface Neighbours {
  readonly earlier: SummaryBody | null;
  readonly later: SummaryBody | null;
}

type Placed = Pick<SummaryBody, 'id' | 'site_id' | 'charger_id' | 'connector_id' | 'from'>;

export function useNeighbours(session: Placed | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ['charging-session-neighbours', session?.id],
    enabled: session !== undefined,
    queryFn: async ({ signal }): Promise<Neighbours> => {
      if (session === undefined) return { earlier: null, later: null };
      const [earlier, later] = await Promise.all([
        earlierThan(client, session, signal),
        laterThan(client, session, signal),
      ]);
      return { earlier, later };
    },
  });
}

async function earlierThan(
  client: Client,
  session: Placed,
  signal: AbortSignal,
): Promise<SummaryBody | null> {
  const at = Date.parse(session.from);
  for (const reach of REACHES) {
    const found = await pagesOf(client, session, { from: at - reach, to: at }, 1, signal);
    if (found[0] !== undefined) return found[0];
  }
  return null;
}

/** The list has the newest first: the one that follows is its last. */
async function laterThan(client: Client, session: Placed, signal: AbortSignal): Promise<SummaryBody | null> {
  const at = Date.parse(session.from) + 1;
  for (const reach of REACHES) {
    if (at >= Date.now()) return null;
    const found = await pagesOf(
      client,
      session,
      { from: at, to: at + reach },
      Number.POSITIVE_INFINITY,
      signal,
    );
    const last = found.at(-1);
    if (last !== undefined) return last;
  }
  return null;
}

async function pagesOf(
  client: Client,
  session: Placed,
  range: { readonly from: number; readonly to: number },
  enough: number,
  signal: AbortSignal,
): Promise<readonly SummaryBody[]> {
  const params = {
    site: session.site_id,
    charger_id: session.charger_id,
    connector_id: session.connector_id ?? undefined,
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    limit: enough === 1 ? 1 : 200,
  };
  const found: SummaryBody[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const told: SessionsBody = await client.get('/sessions', { signal, params: { ...params, cursor } });
    found.push(...told.sessions);
    if (found.length >= enough || told.next_cursor === null) break;
    cursor = told.next_cursor;
  }
  return found;
}
