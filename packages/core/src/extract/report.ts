/** The findings of one extraction, each once, and bounded: a message may hold a hundred thousand bad values. */

import type { Finding, FindingCode } from '../finding.ts';

/** What extraction finds, as against what is found when a message is read and paired. */
export const EXTRACTION_FINDINGS = [
  'value-type',
  'number-form',
  'number-unreadable',
  'unit-assumed',
  'unit-mismatch',
  'multiplier-range',
  'negative-import',
  'phase-n-only',
  'phase-unknown',
  'location-unknown',
  'connector-zero-faulted',
  'error-code-unknown',
  'findings-cut',
] as const satisfies readonly FindingCode[];
type ExtractionFinding = (typeof EXTRACTION_FINDINGS)[number];

const FINDINGS_MAX = 64;
const DETAIL_MAX = 40;

export function report(findings: Finding[], code: ExtractionFinding, path: string, detail?: string): void {
  if (findings.length > FINDINGS_MAX) return;
  // Several fields may lie behind the same bad value.
  if (findings.some((known) => known.code === code && known.path === path)) return;
  if (findings.length === FINDINGS_MAX) findings.push({ code: 'findings-cut' });
  else if (detail === undefined) findings.push({ code, path });
  else findings.push({ code, path, detail: detail.slice(0, DETAIL_MAX) });
}
