/** Who sees which alarm, and how a firing is shown. */

import type { Static } from 'typebox';
import { type Caller, mayDoAt, mayEverywhere } from '../auth/caller.ts';
import type { AlarmRecord, FiringRecord } from '../store/alarms.ts';
import { sitesFor } from './access.ts';
import type { FiringSchema } from './alarm-schemas.ts';
import type { Api } from './api.ts';

/** Whether the caller has a right on every site that the alarm is over. */
export function mayAll(
  caller: Caller,
  right: 'admin' | 'read',
  { sites }: Pick<AlarmRecord, 'sites'>,
): boolean {
  if (sites === null) return mayEverywhere(caller, right);
  return sites.every((site) => mayDoAt(caller, right, site));
}

export function isVisible(api: Api, caller: Caller, { sites }: AlarmRecord): boolean {
  const readable = sitesFor(api.control, { ...caller, doing: 'read' });
  return sites === null ? readable.length > 0 : readable.some(({ id }) => sites.includes(id));
}

export function firingBody(api: Api, caller: Caller, firing: FiringRecord): Static<typeof FiringSchema> {
  const { n, alarm, site, charger, at, fired, entries, deliveries } = firing;
  const known = api.control.snapshot().alarms?.find(({ id }) => id === alarm);
  const editable = known !== undefined && mayAll(caller, 'admin', known);
  const told = editable ? deliveries : [];
  return {
    n,
    alarm,
    alarm_name: known?.name ?? null,
    site,
    station: charger,
    time: new Date(at).toISOString(),
    fired: new Date(fired).toISOString(),
    entries: [...entries],
    deliveries: told.map((each) => ({
      ...each,
      at: each.at === null ? null : new Date(each.at).toISOString(),
    })),
  };
}
