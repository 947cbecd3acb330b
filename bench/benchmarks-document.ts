/** docs/benchmarks.md: what was measured takes the place of what it measures again, the rest stays. */

import { markdownTable, type Table } from './table.ts';

/** Sections are of one kind where their titles agree up to a colon: `Relay: 200 stations`. */
const kindOf = (title: string): string => title.split(':')[0] ?? '';
/** What the dashboard's and the load's own commands print stands behind all that comes newly. */
const BEHIND = 'Dashboard';

/** `head`: of the whole document; null keeps the one that is there, as a run of a part of it must. */
export function withTables(
  document: string,
  head: readonly string[] | null,
  tables: readonly Table[],
): string {
  const [before = '', ...rest] = document.split(/^(?=## )/m);
  const kinds = new Set(tables.map(({ title }) => kindOf(title)));
  const sections = rest.map((text) => ({ kind: kindOf(/^## (.*)$/m.exec(text)?.[1] ?? ''), text }));
  const kept = sections.filter(({ kind }) => !kinds.has(kind));
  const first = sections.find(({ kind }) => kinds.has(kind) || kind === BEHIND);
  const place = first === undefined ? kept.length : sections.slice(0, sections.indexOf(first)).length;
  const items = head?.map((line) => `- ${line}\n`).join('');
  return [
    items === undefined ? before : `# Benchmarks\n\n${items}\n`,
    ...kept.slice(0, place).map(({ text }) => text),
    ...tables.map((table) => `${markdownTable(table)}\n`),
    ...kept.slice(place).map(({ text }) => text),
  ].join('');
}
