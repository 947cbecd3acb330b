/** Where there is nothing in the time that is looked at: when there was something last, and the way there. */

import { useQuery } from '@tanstack/react-query';
import type { LogPage } from '../api/answers.ts';
import type { Client } from '../api/client.ts';
import { useClient } from '../api/context.ts';
import { timeText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { type FilterState, filterParams } from './search-params.ts';

const DAY = 86_400_000;
/** Before that there was no OCPP. */
const FIRST = '2009-01-01T00:00:00Z';

export interface NewestEntryProps {
  readonly filter: FilterState;
  readonly zone: ZoneOf;
  readonly onGo: (from: string, to: string) => void;
}

function newestQuery(client: Client, filter: FilterState) {
  return {
    queryKey: ['newest', filter],
    queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
      const to = new Date(Date.now() + DAY).toISOString();
      const params = { ...filterParams(filter), from: FIRST, to, take: 1, count: 'quick' };
      const { ocpp_logs } = await client.get<LogPage>('/ocpp-logs', { signal, params });
      return ocpp_logs[0] ?? null;
    },
  };
}

export function NewestEntry({ filter, zone, onGo }: NewestEntryProps) {
  const client = useClient();
  const { data: entry = null } = useQuery(newestQuery(client, filter));
  if (entry === null) return null;
  const at = Date.parse(entry.occurrence_time);
  return (
    <button
      type="button"
      className={`${controls.button} ${controls.primary}`}
      onClick={() => onGo(new Date(at - DAY).toISOString(), new Date(at + 1000).toISOString())}
    >
      Go to the newest entry: {timeText(at, zone.ofSite(entry.site_id))}
    </button>
  );
}
