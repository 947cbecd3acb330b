/** What every store must be indistinguishable from: entries in plain arrays, queries by filter and sort. */

import type { Entry, EntryId } from '@ocpp-logs/core';
import { EntryJsonWriter, encodeEntry } from '@ocpp-logs/core';
import type { EntryFilter, Page, PageQuery, Rendering, SortOrder } from '../store.ts';

export class ModelStore {
  #entries = new Map<string, Map<EntryId, Entry>>();

  put(site: string, id: EntryId, entry: Entry): void {
    const entries = this.#entries.get(site) ?? new Map<EntryId, Entry>();
    this.#entries.set(site, entries);
    entries.set(id, entry);
  }

  copy(): ModelStore {
    const copy = new ModelStore();
    for (const [site, entries] of this.#entries) copy.#entries.set(site, new Map(entries));
    return copy;
  }

  all(site: string): readonly (readonly [EntryId, Entry])[] {
    return [...(this.#entries.get(site) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  matching(filter: EntryFilter, order: SortOrder): readonly (readonly [EntryId, Entry])[] {
    const found = this.all(filter.site).filter(([, entry]) => matches(entry, filter));
    return order === 'asc' ? found : found.toReversed();
  }

  page({ filter, order, rendering, take, skip, after }: PageQuery): Page {
    const all = this.matching(filter, order);
    const behind = after === null ? all : all.filter(([id]) => (order === 'asc' ? id > after : id < after));
    const entries = behind.slice(skip, skip + take);
    return {
      body: rendered(filter.site, rendering, entries),
      entries: entries.length,
      count: all.length,
      last: entries.at(-1)?.[0] ?? null,
      more: behind.length > skip + entries.length,
    };
  }
}

export function rendered(
  site: string,
  rendering: Rendering,
  entries: readonly (readonly [EntryId, Entry])[],
): Uint8Array {
  const writer = new EntryJsonWriter(site, rendering);
  for (const [id, entry] of entries) writer.item(encodeEntry(id, entry));
  return writer.take();
}

function matches(entry: Entry, filter: EntryFilter): boolean {
  const connector = entry.fields.connector_id;
  return (
    entry.at >= filter.from &&
    entry.at < filter.to &&
    filter.kinds.includes(entry.kind) &&
    (filter.actions === null || (entry.action !== null && filter.actions.includes(entry.action))) &&
    (filter.chargers === null || filter.chargers.includes(entry.charger)) &&
    (filter.connectors === null || (typeof connector === 'number' && filter.connectors.includes(connector)))
  );
}
