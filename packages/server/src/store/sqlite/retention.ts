/** Removes what is older than a site keeps: hour by hour, in bounded batches; nothing of it lingers in free pages. */

import { deleteBlocksOf } from './block-parts.ts';
import type { Place } from './month.ts';
import { hourOfPlace, PLACES_PER_HOUR } from './month.ts';
import type { SiteFile } from './site-file.ts';

/** Entries removed in one step at most. */
const STEP = 5000;

/** One step, in the open transaction: of what lies before `cut`, a whole hour. True if there may be more. */
export function removeBefore(file: SiteFile, cut: Place): boolean {
  const first = file.db.numberRow('SELECT min(id) FROM entry WHERE id < ?', cut)?.[0];
  if (first == null) return removeLeftovers(file, cut);
  const hour = hourOfPlace(first);
  const end = Math.min((hour + 1) * PLACES_PER_HOUR, cut);
  const rows = file.rows(first, end, STEP);
  for (const { place, row } of rows) file.count(place, row, -1);
  const behind = (rows.at(-1)?.place ?? first) + 1;
  for (const table of ['open_text', 'amendment', 'entry']) {
    file.db.run(`DELETE FROM ${table} WHERE id >= ? AND id < ?`, first, behind);
  }
  if (rows.length < STEP) deleteBlocksOf(file.db, hour);
  return true;
}

function removeLeftovers(file: SiteFile, cut: Place): boolean {
  const start = file.startOf(cut);
  return (
    file.db.run(
      'DELETE FROM tx WHERE (charger, name, start) IN (SELECT charger, name, start FROM tx WHERE start < ? LIMIT ?)',
      start,
      STEP,
    ) === STEP
  );
}
