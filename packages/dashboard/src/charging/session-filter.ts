/** Which sessions are listed, as an address says it. */

import type { RuleSeverity } from '@ocpp-logs/core';
import type { Params } from '../api/client.ts';
import { SEVERITIES } from './verdict-words.ts';

export interface SessionFilter {
  /** None: any. */
  readonly severities: readonly RuleSeverity[];
  /** Id of a rule; '' for any. */
  readonly verdict: string;
}

export const NO_FILTER: SessionFilter = { severities: [], verdict: '' };

/** Ids of rules as the server takes them; others are left out of the address. */
const RULE = /^[a-z0-9-]{1,64}$/;

export function readFilter(query: URLSearchParams): SessionFilter {
  const named = (query.get('severity') ?? '').split(',');
  const verdict = query.get('verdict') ?? '';
  return {
    severities: SEVERITIES.filter((severity) => named.includes(severity)),
    verdict: RULE.test(verdict) ? verdict : '',
  };
}

export function writeFilter(query: URLSearchParams, { severities, verdict }: SessionFilter): void {
  if (severities.length > 0) query.set('severity', severities.join(','));
  if (verdict !== '') query.set('verdict', verdict);
}

export function filterParams({ severities, verdict }: SessionFilter): Params {
  return { severity: severities.join(','), verdict };
}

/** One more, or one less; all of them are the same as none. */
export function toggled(severities: readonly RuleSeverity[], one: RuleSeverity): readonly RuleSeverity[] {
  const next = SEVERITIES.filter((each) => (each === one) !== severities.includes(each));
  return next.length === SEVERITIES.length ? [] : next;
}

export function isNarrowed({ severities, verdict }: SessionFilter): boolean {
  return severities.length > 0 || verdict !== '';
}
