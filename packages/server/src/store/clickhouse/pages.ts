/** Pages of any sites and searches. */

import { EntryJsonWriter } from '@ocpp-logs/core';
import { entryFormOf } from '../entry-form.ts';
import type { EntryPosition, Page, PageQuery } from '../store.ts';
import { type Counted, countOf, TEXTS_AT_ONCE } from './count.ts';
import type { FoundEntry } from './record.ts';
import type { Connection } from './sql.ts';
import { isExact, walk } from './walk.ts';

/** Of an entry written out, and some: a page then seldom has to grow. */
const USUAL_BYTES = 1800;

interface Found {
  readonly entries: readonly FoundEntry[];
  readonly last: EntryPosition | null;
  readonly more: boolean;
  /** What is known to match, whatever more there is. */
  readonly seen: number;
}

export async function pageOf(
  connection: Connection,
  query: PageQuery,
  late: () => boolean,
  signal?: AbortSignal,
): Promise<Page> {
  const { scopes, take } = query;
  const [only] = scopes;
  if (only === undefined) {
    return { body: new Uint8Array(), entries: 0, count: 0, countExact: true, last: null, more: false };
  }
  const filters = scopes.map(({ filter }) => filter);
  const exact = isExact(filters);
  const [found, counted] = await Promise.all([
    exact ? rowsOf(connection, query, signal) : searched(connection, query, late, signal),
    query.quick === true ? null : countOf(connection, filters, late, signal),
  ]);
  const writer = new EntryJsonWriter(
    only.filter.site,
    entryFormOf(only.rendering),
    Math.min(take, found.entries.length) * USUAL_BYTES,
  );
  const names = new Map(scopes.map(({ filter, rendering }) => [filter.site, rendering.siteName]));
  let site = only.filter.site;
  for (const entry of found.entries) {
    if (entry.site !== site) writer.of(entry.site, names.get(entry.site) ?? '');
    site = entry.site;
    writer.item(entry);
  }
  return {
    body: writer.take(),
    entries: found.entries.length,
    ...(counted ?? (await quickly(connection, query, exact, found, signal))),
    last: found.last,
    more: found.more,
  };
}

/** Not beyond the page, unless the columns tell it. */
async function quickly(
  connection: Connection,
  query: PageQuery,
  exact: boolean,
  found: Found,
  signal: AbortSignal | undefined,
): Promise<Counted> {
  if (exact)
    return countOf(
      connection,
      query.scopes.map(({ filter }) => filter),
      () => true,
      signal,
    );
  return { count: found.seen, countExact: query.after === null && !found.more };
}

async function rowsOf(connection: Connection, query: PageQuery, signal?: AbortSignal): Promise<Found> {
  const { scopes, order, take, skip, after } = query;
  const asked = { filters: scopes.map(({ filter }) => filter), order, after, skip };
  const { found } = await walk(connection, asked, take + 1, signal);
  const entries = found.slice(0, take);
  return { entries, last: positionOf(entries.at(-1)), more: found.length > take, seen: skip + found.length };
}

/** By texts, where columns do not tell. */
async function searched(
  connection: Connection,
  query: PageQuery,
  late: () => boolean,
  signal?: AbortSignal,
): Promise<Found> {
  const { scopes, order, take } = query;
  const filters = scopes.map(({ filter }) => filter);
  const entries: FoundEntry[] = [];
  let { after, skip } = query;
  for (;;) {
    const walked = await walk(connection, { filters, order, after }, TEXTS_AT_ONCE, signal);
    const passed = Math.min(skip, walked.found.length);
    skip -= passed;
    entries.push(...walked.found.slice(passed));
    after = walked.looked;
    const seen = query.skip - skip + entries.length;
    if (entries.length > take) {
      const page = entries.slice(0, take);
      return { entries: page, last: positionOf(page.at(-1)), more: true, seen };
    }
    if (walked.ended) return { entries, last: positionOf(entries.at(-1)), more: false, seen };
    // Where time ran out before all were passed, nobody could go on from here.
    if (late()) return { entries, last: skip === 0 ? after : null, more: true, seen };
  }
}

function positionOf(entry: FoundEntry | undefined): EntryPosition | null {
  return entry === undefined ? null : { id: entry.id, site: entry.site };
}
