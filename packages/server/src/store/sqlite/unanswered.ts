/** Calls that an answer of a later import may still complete. Found by their time: hardly any are asked for. */

import type { UnansweredCall } from '../store.ts';
import { UNANSWERED } from './codes.ts';
import { monthOf, placeAt } from './month.ts';
import type { SiteFiles } from './site-files.ts';

const NEWEST_FIRST = `SELECT id, charger FROM entry
  WHERE id >= ? AND id < ? AND outcome IN (${UNANSWERED.join(', ')}) ORDER BY id DESC LIMIT ?`;

export function unansweredCalls(
  files: SiteFiles,
  site: string,
  from: number,
  to: number,
  max: number,
): readonly UnansweredCall[] {
  const found: UnansweredCall[] = [];
  const first = Math.max(from, 0);
  for (let month = monthOf(to - 1); to > first && month >= monthOf(first); month--) {
    const file = files.get(site, month);
    if (file === null || found.length >= max) continue;
    files.within(file, () => {
      const [begin, end] = [placeAt(month, first), placeAt(month, to)];
      for (const [place = 0, charger = 0] of file.db.numbers(NEWEST_FIRST, begin, end, max - found.length)) {
        found.push({ id: file.idOf(place), charger: file.chargers.nameOf(charger) });
      }
    });
  }
  return found;
}
