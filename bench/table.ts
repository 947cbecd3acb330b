/** Tables for a terminal and for Markdown. */

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** First column to the left, numbers to the right. */
export function textTable({ title, header, rows, notes }: Table): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, '', line(header), rule, ...rows.map(line), ...notes.map((note) => `  ${note}`), ''].join(
    '\n',
  );
}

export function markdownTable({ title, header, rows, notes }: Table): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const rule = `|${header.map((_, column) => (column === 0 ? '---|' : '---:|')).join('')}`;
  const items = notes.map((note) => `- ${note}`);
  return [
    `## ${title}`,
    '',
    line(header),
    rule,
    ...rows.map(line),
    '',
    ...items,
    ...(notes.length > 0 ? [''] : []),
  ].join('\n');
}

export const NONE = '-';

export function ms(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? NONE : `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

export function count(value: number | null): string {
  return value === null ? NONE : Math.round(value).toLocaleString('en-US');
}

export function times(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 1)}x` : NONE;
}
