/** Entries by their names. */

import type { EntryId } from '@ocpp-logs/core';
import type { EntriesQuery, EntryFilter, EntryPosition, EntryRef } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { Parameters } from './parameters.ts';
import { ENTRY_COLUMNS, type FoundEntry, readEntry } from './record.ts';
import type { Connection } from './sql.ts';

/** Looked for in one go: their ids stand in the address of the request. */
const AT_ONCE = 200;

/** Those of `ids` that match the filter. */
export async function textsOfIds(
  connection: Connection,
  filter: EntryFilter,
  ids: readonly EntryId[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<EntryId, FoundEntry>> {
  const found = new Map<EntryId, FoundEntry>();
  const asked = [...new Set(ids)];
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const bound = new Parameters();
    const conditions = conditionsFor([filter], bound);
    if (conditions === null) return found;
    const sql = `SELECT ${ENTRY_COLUMNS}, ${conditions.exact ? '1' : `toUInt8(${conditions.under})`}
      FROM ${connection.database}.entry FINAL
      WHERE id IN ${bound.ids(asked.slice(at, at + AT_ONCE))} AND ${conditions.over}`;
    const rows = await connection.rows(
      sql,
      bound,
      (row) => ({ entry: readEntry(row), sure: row.byte() === 1 }),
      signal,
    );
    for (const { entry, sure } of rows) {
      if (sure || conditions.holds(entry.site, entry)) found.set(entry.id, entry);
    }
  }
  return found;
}

/** Batches of those that are named, in the order asked for. */
export async function* namedEntries(
  connection: Connection,
  { filters, order, only }: Pick<EntriesQuery, 'filters' | 'order'> & { readonly only: readonly EntryRef[] },
  signal?: AbortSignal,
): AsyncGenerator<readonly FoundEntry[]> {
  const sign = order === 'asc' ? 1 : -1;
  const named = only.map(({ site, id }): EntryPosition => ({ site, id: BigInt(id) }));
  named.sort((a, b) => compare(a, b) * sign);
  for (let at = 0; at < named.length; at += AT_ONCE) {
    const some = named.slice(at, at + AT_ONCE);
    const found = new Map<string, ReadonlyMap<EntryId, FoundEntry>>();
    for (const filter of filters) {
      const own = some.filter(({ site }) => site === filter.site).map(({ id }) => id);
      if (own.length > 0) found.set(filter.site, await textsOfIds(connection, filter, own, signal));
    }
    yield some.flatMap(({ site, id }) => found.get(site)?.get(id) ?? []);
  }
}

function compare(a: EntryPosition, b: EntryPosition): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.site === b.site ? 0 : a.site < b.site ? -1 : 1;
}
