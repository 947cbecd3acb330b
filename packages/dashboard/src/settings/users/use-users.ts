import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useClient } from '../../api/context.ts';
import type { UserBody } from '../../api/settings-answers.ts';

export const USERS = ['users'] as const;

export function useUsers(): UseQueryResult<readonly UserBody[]> {
  const client = useClient();
  return useQuery({
    queryKey: USERS,
    queryFn: async ({ signal }) =>
      (await client.get<{ readonly users: readonly UserBody[] }>('/users', { signal })).users,
  });
}
