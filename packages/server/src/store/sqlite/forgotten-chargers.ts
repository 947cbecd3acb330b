/** Takes out of the list of stations those that were not seen for as long as their site keeps entries, and have none. */

import { forgetChargers, unseenChargers } from './charger-rows.ts';
import type { SiteFiles } from './site-files.ts';
import { nameText } from './sql.ts';

/** Looked at in one step. */
const STEP = 200;
const HAS_ENTRIES = `SELECT 1 FROM charger JOIN day_charger ON day_charger.charger = charger.id
  WHERE charger.name = ? LIMIT 1`;

/** Behind `after`: where to go on, null at the end. */
export function forgetUnseen(files: SiteFiles, site: string, before: number, after: string): string | null {
  const { index } = files;
  const unseen = unseenChargers(index.db, site, { before, after, limit: STEP });
  const gone = new Set(unseen);
  for (const row of gone.size === 0 ? [] : index.liveOf(site, 0, Number.MAX_SAFE_INTEGER)) {
    const file = files.of(row);
    // Nobody knows what it holds.
    if (file === null) return null;
    files.within(file, () => {
      for (const charger of gone) {
        if (file.db.numberRow(HAS_ENTRIES, nameText(charger)) !== null) gone.delete(charger);
        // It is told of anew when it comes back.
        else file.seen.delete(charger);
      }
    });
  }
  if (gone.size > 0) forgetChargers(index.db, site, [...gone]);
  return unseen.length < STEP ? null : (unseen.at(-1) ?? null);
}
