import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useClient } from '../../api/context.ts';
import type { UserBody } from '../../api/settings-answers.ts';

export const USERS = ['users'] as const;

/** Whether people can sign in by an OpenID provider here. */
export function useHasProvider(): boolean {
  const client = useClient();
  const ways = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: ({ signal }) =>
      client.get<{ readonly methods: readonly string[] }>('/session/methods', { signal }),
  });
  return ways.data?.methods.includes('oidc') ?? false;
}

export function useUsers(): UseQueryResult<readonly UserBody[]> {
  const client = useClient();
  return useQuery({
    queryKey: USERS,
    queryFn: async ({ signal }) =>
      (await client.get<{ readonly users: readonly UserBody[] }>('/users', { signal })).users,
  });
}
