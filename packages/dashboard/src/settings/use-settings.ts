/** Questions that several pages of the settings ask. */

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RoleAt, SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { useSession } from '../session/use-session.ts';

export const SITES = ['sites'] as const;

export function useSites(): UseQueryResult<readonly SiteBody[]> {
  const client = useClient();
  return useQuery({
    queryKey: SITES,
    queryFn: ({ signal }) => client.get<readonly SiteBody[]>('/sites', { signal }),
  });
}

export function useRoles(): readonly RoleAt[] {
  return useSession().session?.roles ?? [];
}
