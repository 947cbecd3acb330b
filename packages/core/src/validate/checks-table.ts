/** The tables of findings in docs/diagnose.md. */

import type { FindingRow } from '../finding-row.ts';
import { RECORDED_FINDINGS } from '../recorded-findings.ts';
import { CHECKS, STATION_CHECKS } from './checks.ts';
import { MISSPELLINGS } from './misspellings.ts';

const FROM = [
  [RECORDED_FINDINGS, 'recorded'],
  [CHECKS, 'entry'],
  [STATION_CHECKS, 'station'],
] as const;

export function checksTable(): string {
  const rows = FROM.flatMap(([table, from]) =>
    Object.entries(table).map(
      ([code, { severity, text, clause }]: [string, FindingRow]) =>
        `| \`${code}\` | ${severity} | ${from} | ${text} | ${clause} |`,
    ),
  );
  return ['| code | severity | made of | says | clause |', '|---|---|---|---|---|', ...rows].join('\n');
}

export function misspellingsTable(): string {
  const rows = MISSPELLINGS.map(
    ({ versions, actions, field, value, why, clause }) =>
      `| \`${value}\` | ${actions.join(', ')} \`${field}\` | ${versions.join(', ')} | ${why} | ${clause} |`,
  );
  return ['| right as well | where | versions | why | clause |', '|---|---|---|---|---|', ...rows].join('\n');
}
