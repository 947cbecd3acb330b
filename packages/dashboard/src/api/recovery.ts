import type { QueryClient } from '@tanstack/react-query';

/** What is on the page and could not be had when it was asked for; the rest stays as it is. */
export function askFailedAgain(queries: QueryClient): Promise<void> {
  return queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
}
