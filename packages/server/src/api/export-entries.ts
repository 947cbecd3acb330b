/** Entries that a request names one by one. */

import { KINDS, timeOfId } from '@ocpp-logs/core';
import type { Site } from '../store/control.ts';
import type { EntryFilter, EntryRef } from '../store/store.ts';
import type { BodyQuery } from './body-query.ts';
import { ENTRIES_MAX } from './export-schemas.ts';
import { kept } from './scopes.ts';

/** What would say once more, or otherwise, which entries are meant. */
const INSTEAD = [
  'site',
  'sites',
  'from',
  'to',
  'actions',
  'charger_id',
  'connector_id',
  'kinds',
  'q',
] as const;
/** Ids have 63 bits. */
const ID = /^\d{1,19}$/;

/** Each once. */
export function namedEntries(query: BodyQuery): readonly EntryRef[] {
  for (const name of INSTEAD) if (query.has(name)) query.fault(name, 'cannot be combined with entries');
  const value = query.value('entries');
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (items.length === 0 || items.length > ENTRIES_MAX) {
    query.fault('entries', `must be an array of 1 to ${ENTRIES_MAX.toLocaleString('en')} entries`);
    query.settle();
  }
  const named = new Map<string, EntryRef>();
  for (const item of items) {
    const entry = refOf(item);
    if (entry !== null) named.set(JSON.stringify([entry.site, entry.id]), entry);
    else {
      const shown = JSON.stringify(item)?.slice(0, 100);
      query.fault('entries', `must name entries as {"site_id": "depot", "id": "123"}, not ${shown}`);
      break;
    }
  }
  query.settle();
  return [...named.values()];
}

function refOf(item: unknown): EntryRef | null {
  if (typeof item !== 'object' || item === null || Object.keys(item).length !== 2) return null;
  const { site_id: site, id }: Readonly<Record<string, unknown>> = { ...item };
  return typeof site === 'string' && typeof id === 'string' && ID.test(id)
    ? { site, id: `${BigInt(id)}` }
    : null;
}

/** As wide as the entries lie apart. */
export function filtersOfEntries(
  entries: readonly EntryRef[],
  sites: readonly Site[],
  now: number,
): readonly EntryFilter[] {
  const times = entries.map(({ id }) => timeOfId(BigInt(id)));
  const range = { from: Math.min(...times), to: Math.max(...times) + 1 };
  const all = { actions: null, chargers: null, connectors: null, query: null };
  return sites.map((site) => kept({ ...range, ...all, kinds: KINDS }, site, now));
}
