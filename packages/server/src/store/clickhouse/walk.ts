/** Matching entries in order, some at a time: what columns tell is asked of the server, the rest is looked at here. */

import type { EntryFilter, EntryPosition, SortOrder } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { ENTRY_COLUMNS, type FoundEntry, readEntry } from './record.ts';
import type { Connection } from './sql.ts';

export interface WalkQuery {
  readonly filters: readonly EntryFilter[];
  readonly order: SortOrder;
  readonly after: EntryPosition | null;
  /** Passed over; only where the columns tell all. */
  readonly skip?: number;
  /** Only those of which the columns do not tell whether they match. */
  readonly undecided?: boolean;
}

export interface Walked {
  readonly found: readonly FoundEntry[];
  /** How far it has looked; null: nowhere yet. */
  readonly looked: EntryPosition | null;
  readonly ended: boolean;
}

/** The next `size` rows, and those of them that match. */
export async function walk(
  connection: Connection,
  query: WalkQuery,
  size: number,
  signal?: AbortSignal,
): Promise<Walked> {
  const { filters, order, after, skip = 0, undecided = false } = query;
  const bound = new Parameters();
  const conditions = conditionsFor(filters, bound);
  if (conditions === null || (undecided && conditions.exact))
    return { found: [], looked: after, ended: true };
  const sites = filters.map(({ site }) => site).sort();
  const place = sites.length === 1 ? null : `indexOf(${bound.texts(sites.map(nameText))}, site)`;
  const parts = [conditions.over];
  if (undecided) parts.push(`NOT (${conditions.under})`);
  if (after !== null) parts.push(behind(after, order, sites, place, bound));
  const sql = `SELECT ${ENTRY_COLUMNS}, ${conditions.exact ? '1' : `toUInt8(${conditions.under})`}
    FROM ${connection.database}.entry FINAL WHERE ${parts.join(' AND ')}
    ORDER BY id ${order}${place === null ? '' : `, ${place} ${order}`}
    LIMIT ${bound.integer(size)}${skip === 0 ? '' : ` OFFSET ${bound.integer(skip)}`}`;
  const rows = await connection.rows(
    sql,
    bound,
    (row) => ({ entry: readEntry(row), sure: row.byte() === 1 }),
    signal,
  );
  const found = rows.filter(({ entry, sure }) => sure || conditions.holds(entry.site, entry));
  const last = rows.at(-1)?.entry;
  return {
    found: found.map(({ entry }) => entry),
    looked: last === undefined ? after : { id: last.id, site: last.site },
    ended: rows.length < size,
  };
}

/** Whether the columns tell all of what is asked. */
export function isExact(filters: readonly EntryFilter[]): boolean {
  return conditionsFor(filters, new Parameters())?.exact ?? true;
}

/** `place` is that of a row's site among `sites`, from 1 on; null where there is one site. */
function behind(
  after: EntryPosition,
  order: SortOrder,
  sites: readonly string[],
  place: string | null,
  bound: Parameters,
): string {
  const id = bound.integer(after.id);
  const sign = order === 'asc' ? '>' : '<';
  // Those at the very id whose site comes later in this order.
  const passed = sites.filter((site) => (order === 'asc' ? site <= after.site : site < after.site)).length;
  const some = order === 'asc' ? passed < sites.length : passed > 0;
  if (!some) return `id ${sign} ${id}`;
  if (place === null) return `id ${sign}= ${id}`;
  const later =
    order === 'asc' ? `${place} > ${bound.integer(passed)}` : `${place} <= ${bound.integer(passed)}`;
  return `id ${sign}= ${id} AND (id != ${id} OR ${later})`;
}
