/** Rows as a table that fits a terminal's width. */

const GAP = 2;
const LEAST = 4;

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
}

/** Columns are as wide as what they hold; where that is too much, the widest are cut first. Ends with a line feed. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const titles = columns.map((column) => column.title);
  const cells = [titles, ...rows].map((row) => row.map(printable));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  shrink(widths, width - GAP * (columns.length - 1));
  const lines = cells.map((row) =>
    widths
      .map((room, at) => {
        const cell = cut(row[at] ?? '', room);
        return columns[at]?.right === true ? cell.padStart(room) : cell.padEnd(room);
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function shrink(widths: number[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= LEAST) return;
    const second = Math.max(LEAST, ...widths.filter((width) => width < widest));
    const among = widths.filter((width) => width === widest).length;
    const step = Math.max(1, Math.min(widest - second, Math.ceil(over / among)));
    for (const [at, width] of widths.entries()) {
      if (width !== widest || over <= 0) continue;
      widths[at] = width - Math.min(step, over);
      over -= Math.min(step, over);
    }
  }
}

function cut(cell: string, room: number): string {
  return cell.length <= room ? cell : `${cell.slice(0, Math.max(0, room - 1))}…`;
}

/** What a station wrote must not steer the terminal. */
function printable(cell: string): string {
  return cell.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
