/** Asks for lists of sessions, page by page. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Client } from '../api/client.ts';
import { useClient } from '../api/context.ts';
import { type Range, readRange } from '../time/instant-text.ts';
import type { RuleBody, SessionsBody } from './session-answers.ts';
import { filterParams, type SessionFilter } from './session-filter.ts';

export interface SessionsWish extends SessionFilter {
  /** Ids; none means all that may be read. */
  readonly sites: readonly string[];
  readonly chargers: readonly string[];
  /** `-3h` or ISO 8601. */
  readonly from: string;
  readonly to: string;
}

interface Page extends SessionsBody {
  readonly range: Range | null;
}

interface Place {
  readonly cursor: string;
  /** Pages that follow are of the time of the first. */
  readonly range: Range | null;
}

const PAGE = 50;
/** Where a page ends since much had to be read, it is gone on by itself, until there is something to look at. */
const ENOUGH = 20;
const BY_ITSELF = 5;

/** `to` that is now is left out: pages that follow would be of another question otherwise. */
function askPage(
  client: Client,
  wish: SessionsWish,
  range: Range | null,
  more: { readonly cursor?: string; readonly limit: number },
  signal: AbortSignal,
): Promise<SessionsBody> {
  const params = {
    site: wish.sites.join(','),
    charger_id: wish.chargers.join(','),
    ...filterParams(wish),
    ...(range === null ? {} : { from: new Date(range.from).toISOString() }),
    ...(range === null || wish.to === 'now' ? {} : { to: new Date(range.to).toISOString() }),
    ...more,
  };
  return client.get<SessionsBody>('/sessions', { signal, params });
}

/** `key`: by which it is asked again. */
export function useSessions(key: readonly string[], wish: SessionsWish, enabled = true) {
  const client = useClient();
  const { sites, chargers, severities, verdict, from, to } = wish;
  const asked = useInfiniteQuery({
    queryKey: ['charging-sessions', ...key, { sites, chargers, severities, verdict, from, to }],
    enabled: enabled && readRange(from, to, Date.now()) !== null,
    staleTime: 0,
    initialPageParam: null,
    queryFn: async ({
      pageParam,
      signal,
    }: {
      pageParam: Place | null;
      signal: AbortSignal;
    }): Promise<Page> => {
      // `now` is that of the moment at which it is asked.
      const range = pageParam === null ? readRange(from, to, Date.now()) : pageParam.range;
      const more = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam.cursor }) };
      return { ...(await askPage(client, wish, range, more, signal)), range };
    },
    getNextPageParam: ({ next_cursor: cursor, range }: Page): Place | null =>
      cursor === null ? null : { cursor, range },
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = asked;
  const pages = data?.pages ?? [];
  const sessions = pages.flatMap((page) => page.sessions);
  const goesOn = hasNextPage && !isFetching && !isError && sessions.length < ENOUGH;
  useEffect(() => {
    if (goesOn && pages.length < BY_ITSELF) void fetchNextPage();
  }, [goesOn, pages.length, fetchNextPage]);
  return { asked, sessions };
}

/** What can be the verdict of a session. */
export function useRules() {
  const client = useClient();
  return useQuery({
    queryKey: ['verdicts'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const { rules } = await client.get<{ readonly rules: readonly RuleBody[] }>('/verdicts', { signal });
      return rules.filter(({ about }) => about === 'session');
    },
  });
}
