/** What a site's settings say of its recording. */

import type { SiteLevel } from '@ocpp-logs/core';
import type { ControlSnapshot, Site } from '../../store/control.ts';

export interface RecordingRules {
  /** How much of what is said is kept. */
  readonly level: SiteLevel;
  /** Whether id tags are replaced by pseudonyms. */
  readonly pseudonymise: boolean;
}

/** By site; of one that is not there everything is kept. */
export type SiteRules = ReadonlyMap<string, RecordingRules>;

export const DEFAULT_RULES: RecordingRules = { level: 'debug', pseudonymise: false };

export function rulesOf({ sites }: Pick<ControlSnapshot, 'sites'>): SiteRules {
  const rules = ({ level, pseudonymiseIdTags }: Site) => ({ level, pseudonymise: pseudonymiseIdTags });
  return new Map([...sites.values()].map((site) => [site.id, rules(site)]));
}
