/** Something worth telling about an entry. A finding never changes what is recorded. */

import { RECORDED_FINDINGS } from './recorded-findings.ts';
import { CHECKS, STATION_CHECKS } from './validate/checks.ts';

export type { Severity } from './finding-row.ts';

export interface Finding {
  /** Stable, lower-case, hyphenated: `unit-assumed`. Every code is listed in {@link FINDINGS}. */
  readonly code: FindingCode;
  /** JSON path in the request (`request.`) or answer (`answer.`), where there is one. */
  readonly path?: string;
  /** The value or fact that led to it, short, never a secret. */
  readonly detail?: string;
  /** Where it is another than the one in {@link FINDINGS}, such as the schema of the message. */
  readonly clause?: string;
}

/** Severity, meaning and clause of every finding of an entry, one table. */
export const FINDINGS = { ...RECORDED_FINDINGS, ...CHECKS, ...STATION_CHECKS } as const;

export type FindingCode = keyof typeof FINDINGS;
