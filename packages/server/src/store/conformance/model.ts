/** What every store must be indistinguishable from: entries in plain arrays, queries by filter and sort. */

import type { Entry, EntryId, NeighbourFound, QueryNode } from '@ocpp-logs/core';
import {
  EntryJsonWriter,
  encodeEntry,
  matcherOf,
  neighbourCodes,
  seenOf,
  withNeighbours,
} from '@ocpp-logs/core';
import { findingsOf } from '../../validate/findings-of.ts';
import { entryFormOf } from '../entry-form.ts';
import { NeighbourDays } from '../neighbours/neighbour-days.ts';
import type { EntryFilter, EntryPosition, Page, PageQuery, Scope, SortOrder } from '../store.ts';

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

  remove(gone: (entry: Entry) => boolean): void {
    for (const entries of this.#entries.values()) {
      for (const [id, entry] of entries) if (gone(entry)) entries.delete(id);
    }
  }

  all(site: string): readonly (readonly [EntryId, Entry])[] {
    return [...(this.#entries.get(site) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  matching(filter: EntryFilter, order: SortOrder): readonly (readonly [EntryId, Entry])[] {
    const looked = matcherOf(this.#settled(filter), null, findingsOf);
    const found = this.all(filter.site).filter(
      ([id, entry]) => matches(entry, filter) && looked(encodeEntry(id, entry)),
    );
    return order === 'asc' ? found : found.toReversed();
  }

  /** The search with the entries of which neighbours tell what it asks for: of all that there are, day by day. */
  #settled({ site, query, kept = 0 }: EntryFilter): QueryNode | null {
    if (query === null || neighbourCodes(query).length === 0) return query;
    const found: NeighbourFound[] = [];
    const stations = Map.groupBy(
      this.all(site).filter(([, { at, charger }]) => at >= kept && charger !== ''),
      ([, { charger }]) => charger,
    );
    for (const [charger, entries] of stations) {
      const days = new NeighbourDays(
        charger,
        () => true,
        (finding) => found.push(finding),
      );
      for (const [id, entry] of entries) days.see(seenOf(String(id), entry));
      days.end();
    }
    return withNeighbours(query, found);
  }

  page({ scopes, order, take, skip, after }: PageQuery): Page {
    const all = this.across(scopes, order);
    const behind = after === null ? all : all.filter((found) => isBehind(found, after, order));
    const entries = behind.slice(skip, skip + take);
    const last = entries.at(-1);
    return {
      body: rendered(entries),
      entries: entries.length,
      count: all.length,
      countExact: true,
      last: last === undefined ? null : { id: last.id, site: last.scope.filter.site },
      more: behind.length > skip + entries.length,
    };
  }

  /** By id, then by site. */
  across(scopes: readonly Scope[], order: SortOrder): readonly FoundInModel[] {
    const found = scopes.flatMap((scope) =>
      this.matching(scope.filter, 'asc').map(([id, entry]) => ({ scope, id, entry })),
    );
    found.sort((a, b) => (isBehind(a, { id: b.id, site: b.scope.filter.site }, 'asc') ? 1 : -1));
    return order === 'asc' ? found : found.reverse();
  }
}

export interface FoundInModel {
  readonly scope: Scope;
  readonly id: EntryId;
  readonly entry: Entry;
}

function isBehind({ id, scope }: FoundInModel, after: EntryPosition, order: SortOrder): boolean {
  const { site } = scope.filter;
  if (id !== after.id) return order === 'asc' ? id > after.id : id < after.id;
  return order === 'asc' ? site > after.site : site < after.site;
}

function rendered(entries: readonly FoundInModel[]): Uint8Array {
  const objects = entries.map(({ scope, id, entry }) => {
    const writer = new EntryJsonWriter(scope.filter.site, entryFormOf(scope.rendering));
    writer.item(encodeEntry(id, entry));
    return Buffer.from(writer.take()).toString('latin1');
  });
  return Buffer.from(objects.join(','), 'latin1');
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
