/** Entries by their names. */

import { type EntryId, type EntryText, timeOfId } from '@ocpp-logs/core';
import type { EntriesQuery, EntryFilter, EntryPosition } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { comparePositions } from './merged.ts';
import { monthOf, placeOfId } from './month.ts';
import type { RunSource } from './site-run.ts';
import { Texts } from './texts.ts';
import { FOUND } from './walk.ts';

/** Looked for in one go. */
const AT_ONCE = 200;

/** Those of `ids` that match the filter. */
export function textsOfIds(
  { access, texts }: RunSource,
  filter: EntryFilter,
  ids: readonly EntryId[],
): ReadonlyMap<EntryId, EntryText> {
  return access.attempt(() => {
    const found = new Map<EntryId, EntryText>();
    const months = Map.groupBy(new Set(ids), (id) => monthOf(timeOfId(id)));
    for (const [month, inMonth] of months) {
      for (const row of access.rows(filter.site, month, month)) {
        access.within(row, (file) => {
          const conditions = conditionsFor(file, filter);
          if (conditions === null) return;
          const { residual } = conditions;
          const rows = file.db.numbers(
            `SELECT ${FOUND} FROM entry WHERE id IN (SELECT value FROM json_each(?)) AND id >= ? AND id < ? AND ${conditions.sql}
             ORDER BY id`,
            JSON.stringify(inMonth.map((id) => placeOfId(file.month, id))),
            conditions.from,
            conditions.to,
            ...conditions.values,
          );
          for (const text of new Texts(file, texts).of(rows)) {
            if (residual === null || residual(text)) found.set(text.id, text);
          }
        });
      }
    }
    return found;
  });
}

/** Visits those that are named, in the order asked for; a turn where `visit` has enough, and after each look. */
export function* namedEntries(
  source: RunSource,
  { filters, order, take, only }: EntriesQuery,
  visit: (text: EntryText, site: string) => boolean,
): Generator<undefined> {
  const behind = order === 'asc' ? 1 : -1;
  const named = (only ?? []).map(({ site, id }): EntryPosition => ({ site, id: BigInt(id) }));
  named.sort((a, b) => comparePositions(a, b) * behind);
  let left = take ?? Number.POSITIVE_INFINITY;
  for (let at = 0; at < named.length && left > 0; at += AT_ONCE) {
    const some = named.slice(at, at + AT_ONCE);
    const found = new Map(
      filters.map((filter) => {
        const own = some.filter(({ site }) => site === filter.site).map(({ id }) => id);
        return [filter.site, own.length === 0 ? null : textsOfIds(source, filter, own)];
      }),
    );
    for (const { site, id } of some) {
      const text = found.get(site)?.get(id);
      if (text === undefined || left === 0) continue;
      left -= 1;
      if (visit(text, site)) yield;
    }
    yield;
  }
}
