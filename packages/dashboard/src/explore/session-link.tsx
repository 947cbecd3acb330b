/** From an entry to the charging session that it is in. */

import { DETAIL_ACTIONS } from '@ocpp-logs/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { sessionAddress } from '../charging/session-path.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import type { ZoneChoice } from './explore-state.ts';

export interface SessionLinkProps {
  readonly entry: LogEntry;
  readonly zone: ZoneChoice;
}

/** Asked by itself: days of the station are read for it, and the entry must not wait for that. */
export function SessionLink({ entry, zone }: SessionLinkProps) {
  const client = useClient();
  const { site_id: site, action, exchange } = entry;
  const id = exchange?.id;
  const asked = useQuery({
    queryKey: ['entry-session', site, id],
    enabled: id !== undefined && action != null && DETAIL_ACTIONS.includes(action),
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      const path = `/ocpp-logs/site/${encodeURIComponent(site)}/entry/${id}`;
      const told = await client.get<LogEntry>(path, { signal, params: { include: 'session' } });
      return told.session?.id ?? null;
    },
  });
  // Of what cannot be told nothing is offered; the entry itself is there.
  if (asked.data == null) return null;
  return (
    <Link className={`${controls.button} ${controls.small}`} href={sessionAddress(asked.data, zone)}>
      <Icon name="plug" size={14} /> Session
    </Link>
  );
}
