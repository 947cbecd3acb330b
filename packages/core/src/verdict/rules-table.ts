/** The rules as tables for docs/diagnose.md. */

import { RULES } from './judge.ts';
import type { Rule } from './rule.ts';

export function rulesTable(about: Rule['about']): string {
  const rows = RULES.filter((rule) => rule.about === about).map(
    ({ id, severity, sees, text, remedy, clause, ...more }) => {
      const otherwise = 'otherwise' in more && more.otherwise === true ? ' *' : '';
      return `| \`${id}\`${otherwise} | ${severity} | ${sees} | ${text} | ${remedy} | ${clause} |`;
    },
  );
  return [
    '| rule | severity | sees | says | what to do | clause |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
