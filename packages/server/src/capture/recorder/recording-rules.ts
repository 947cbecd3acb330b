/** What a site's settings say of its recording. */

import type { SiteLevel } from '@ocpp-logs/core';
import type { ControlSnapshot } from '../../store/control.ts';

export interface RecordingRules {
  /** How much of what is said is kept. */
  readonly level: SiteLevel;
}

/** By site; of one that is not there everything is kept. */
export type SiteRules = ReadonlyMap<string, RecordingRules>;

export const DEFAULT_RULES: RecordingRules = { level: 'debug' };

export function rulesOf({ sites }: Pick<ControlSnapshot, 'sites'>): SiteRules {
  return new Map([...sites.values()].map(({ id, level }) => [id, { level }]));
}
