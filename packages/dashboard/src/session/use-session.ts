/** Who is signed in. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { SessionBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';

export interface SessionState {
  readonly session: SessionBody | null;
  readonly pending: boolean;
  /** Whether the server knows nobody here. */
  readonly signedOut: boolean;
  readonly signOut: () => Promise<void>;
}

const KEY = ['session'] as const;

export function useSession({ enabled = true } = {}): SessionState {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => client.get<SessionBody>('/session', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    enabled,
  });
  const session = asked.data ?? null;
  useEffect(() => {
    client.csrf = session?.csrf ?? null;
  }, [client, session]);
  return {
    session,
    pending: asked.isPending,
    signedOut: isStatus(asked.error, 401),
    signOut: async () => {
      await client.delete('/session');
      queries.clear();
      go('/sign-in');
    },
  };
}
