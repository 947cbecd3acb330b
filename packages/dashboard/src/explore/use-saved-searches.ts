/** Saved searches, as the server keeps them. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../api/context.ts';
import type { SavedSearch, SavedView } from './saved-view.ts';

const KEY = ['saved-searches'] as const;

export interface SearchWish {
  readonly name: string;
  readonly shared: boolean;
  readonly query: SavedView | SavedSearch['query'];
}

/** Asked for when somebody looks. */
export function useSavedSearches(wanted: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: KEY,
    enabled: wanted,
    queryFn: async ({ signal }) => {
      const answer = await client.get<{ readonly saved_searches: readonly SavedSearch[] }>(
        '/saved-searches',
        { signal },
      );
      return answer.saved_searches;
    },
  });
}

export function useSaving() {
  const client = useClient();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: KEY });
  const pathOf = (id: string) => `/saved-searches/${encodeURIComponent(id)}`;
  return {
    /** `id` null: a new one. */
    save: useMutation({
      mutationFn: ({ id, wish }: { readonly id: string | null; readonly wish: SearchWish }) =>
        id === null ? client.post('/saved-searches', wish) : client.put(pathOf(id), wish),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: (id: string) => client.delete(pathOf(id)), onSuccess }),
  };
}
