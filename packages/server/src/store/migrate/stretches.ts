/** What of a folder is to be moved: a stretch a site and month, the oldest first. */

import type { StoredMonth } from '../storage.ts';
import type { Stretch } from './migration.ts';

export interface Asked {
  /** null: all. */
  readonly sites: ReadonlySet<string> | null;
  /** ms since 1970, [from, to). */
  readonly from: number;
  readonly to: number;
}

export function stretchesOf(
  months: readonly Pick<StoredMonth, 'site' | 'month'>[],
  { sites, from, to }: Asked,
): readonly Stretch[] {
  return months
    .filter(({ site }) => sites === null || sites.has(site))
    .map(({ site, month }) => {
      const [year = 0, number = 0] = month.split('-').map(Number);
      const start = Date.UTC(year, number - 1);
      return { site, month, from: Math.max(start, from), to: Math.min(Date.UTC(year, number), to) };
    })
    .filter((stretch) => stretch.from < stretch.to)
    .sort((a, b) => a.from - b.from || (a.site < b.site ? -1 : 1));
}
