/** A finding as the API gives it. */

import { FINDINGS, type Finding } from './finding.ts';
import type { FindingRow } from './finding-row.ts';

/** Those of older recordings may have codes that are no longer listed: they have neither severity nor text. */
const KNOWN: Readonly<Record<string, FindingRow>> = FINDINGS;

export function findingJson({ code, path, detail, clause }: Finding): string {
  return JSON.stringify({
    code,
    severity: KNOWN[code]?.severity ?? null,
    text: KNOWN[code]?.text ?? null,
    path: path ?? null,
    detail: detail ?? null,
    clause: clause ?? (KNOWN[code]?.clause || null),
  });
}
