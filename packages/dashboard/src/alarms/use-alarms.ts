/** Alarms, what they told, and what they tell now. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Client } from '../api/client.ts';
import { useClient } from '../api/context.ts';
import { EventStreamReader } from '../api/event-stream.ts';
import { ApiError } from '../api/problem.ts';
import { tell } from '../ui/tell.ts';
import type { AlarmBody, FiringBody, FiringsBody } from './alarm-answers.ts';

export const ALARMS = ['alarms'] as const;
const FIRINGS = ['alarm-firings'] as const;
const AGAIN_MS = 5_000;

export function useAlarms() {
  const client = useClient();
  return useQuery({
    queryKey: ALARMS,
    queryFn: async ({ signal }) =>
      (await client.get<{ readonly alarms: readonly AlarmBody[] }>('/alarms', { signal })).alarms,
  });
}

/** `alarm`: of one alone; '' for all. */
export function useFirings(alarm: string) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: [...FIRINGS, alarm],
    queryFn: ({ pageParam, signal }) =>
      client.get<FiringsBody>('/alarms/firings', { signal, params: { alarm, cursor: pageParam, take: 50 } }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}

/** While the page is open what comes true is told, and the list is asked again. */
export function useLiveFirings(): void {
  const client = useClient();
  const queries = useQueryClient();
  useEffect(() => {
    const stop = new AbortController();
    const take = ({ alarm_name: name, station, site }: FiringBody) => {
      tell(`${name ?? 'An alarm'}: ${station === '' ? site : station}`);
      void queries.invalidateQueries({ queryKey: FIRINGS });
      void queries.invalidateQueries({ queryKey: ALARMS });
    };
    void follow(client, take, stop.signal);
    return () => stop.abort();
  }, [client, queries]);
}

/** Until `signal` ends it, or the server refuses. */
async function follow(
  client: Client,
  take: (firing: FiringBody) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastId = '';
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (lastId !== '') headers['last-event-id'] = lastId;
      const response = await client.respond('GET', '/alarms/events', { signal }, undefined, headers);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventStreamReader(lastId);
      for (;;) {
        const { done = true, value = '' } = (await reader?.read()) ?? {};
        if (done) break;
        for (const { event, text } of events.read(value)) {
          // Safe: by the API's schema.
          if (event === 'firing') take(JSON.parse(text) as FiringBody);
        }
        lastId = events.lastId;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.problem.status !== 429 && error.problem.status < 500) return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
