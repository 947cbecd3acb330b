/** The watch of an alarm over one site, and what of the site it must see. */

import type { QueryNode } from '../query/ast.ts';
import type { NamedSite } from '../query/at-site.ts';
import { queryAtSite } from '../query/at-site.ts';
import type { EntryWatch } from './firing.ts';
import { FollowedWatch } from './followed-watch.ts';
import { FoundWatch } from './found-watch.ts';
import type { AlarmRule } from './rule.ts';
import { SilentWatch, type SilentWatchOptions } from './silent-watch.ts';

export function watchOf(rule: AlarmRule, site: NamedSite, silence: SilentWatchOptions): EntryWatch {
  switch (rule.kind) {
    case 'found':
      return new FoundWatch(rule, site);
    case 'followed':
      return new FollowedWatch(rule, site);
    case 'silent':
      return new SilentWatch(rule, site, silence);
  }
}

/** Entries that can matter to it. `all`: any, `none`: nothing at this site. */
export function queryOfAlarm(rule: AlarmRule, site: NamedSite): QueryNode | 'all' | 'none' {
  if (rule.kind === 'silent') return 'all';
  if (rule.kind === 'found') return queryAtSite(rule.a, site);
  const a = queryAtSite(rule.a, site);
  // Without an A there is nothing to wait for.
  return a === 'none' ? 'none' : queryAtSite({ kind: 'any', parts: [rule.a, rule.b] }, site);
}
