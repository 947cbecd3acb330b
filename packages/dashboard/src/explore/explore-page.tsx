/** The logs: search, time, facets, table. */

import { useQuery } from '@tanstack/react-query';
import type { LogPage } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { Table } from './table.tsx';

const DAY = 86_400_000;

export function ExplorePage() {
  const client = useClient();
  const page = useQuery({
    queryKey: ['page'],
    queryFn: ({ signal }) => {
      const now = Date.now();
      const params = {
        from: new Date(now - DAY).toISOString(),
        to: new Date(now).toISOString(),
        include: 'exchange',
      };
      return client.get<LogPage>('/ocpp-logs', { signal, params });
    },
  });
  return (
    <main>
      <h1>OCPP logs</h1>
      {page.isError && <p role="alert">{page.error.message}</p>}
      {page.data !== undefined && <Table entries={page.data.ocpp_logs} />}
    </main>
  );
}
