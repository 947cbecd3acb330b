/** What a site's settings say of its recording. */

import type { SiteLevel } from '@ocpp-logs/core';
import type { ControlSnapshot, Site } from '../../store/control.ts';
import type { SiteErasedTag } from '../../store/erasure.ts';

export interface RecordingRules {
  /** How much of what is said is kept. */
  readonly level: SiteLevel;
  /** Whether id tags are replaced by pseudonyms. */
  readonly pseudonymise: boolean;
  /** Id tags that were erased, and must not come back. */
  readonly erased?: readonly SiteErasedTag[];
}

/** By site; of one that is not there everything is kept. */
export type SiteRules = ReadonlyMap<string, RecordingRules>;

export const DEFAULT_RULES: RecordingRules = { level: 'debug', pseudonymise: false };

export function rulesOf({ sites, erased = [] }: Pick<ControlSnapshot, 'sites' | 'erased'>): SiteRules {
  const bySite = Map.groupBy(erased, ({ site }) => site);
  const rules = ({ id, level, pseudonymiseIdTags }: Site) => ({
    level,
    pseudonymise: pseudonymiseIdTags,
    ...(bySite.has(id) ? { erased: bySite.get(id) ?? [] } : {}),
  });
  return new Map([...sites.values()].map((site) => [site.id, rules(site)]));
}
