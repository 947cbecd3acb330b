/** Rows as a table that fits a terminal's width. */

const GAP = 2;
const LEAST = 4;
/** Of a column that yields. */
const LEAST_SEEN = 8;
/** Width of a column that is not shown: with its gap it takes nothing. */
const LEFT_OUT = -GAP;

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** Never cut: a line that is too long is better than one that cannot be read. */
  readonly whole?: boolean;
  /** Cut before all others, and left out where hardly anything of it would be seen. */
  readonly yields?: boolean;
}

/** Columns are as wide as what they hold; where that is too much, those that yield are cut first, then the widest. Ends with a line feed. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const titles = columns.map((column) => column.title);
  const cells = [titles, ...rows].map((row) => row.map(printable));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  giveWay(columns, widths, width);
  shrink(columns, widths, width);
  const shown = [...columns.keys()].filter((at) => widths[at] !== LEFT_OUT);
  const lines = cells.map((row) =>
    shown
      .map((at) => {
        const room = widths[at] ?? 0;
        const cell = cut(row[at] ?? '', room);
        return columns[at]?.right === true ? cell.padStart(room) : cell.padEnd(room);
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** By how much the line is too long. */
function excess(widths: readonly number[], room: number): number {
  return widths.reduce((sum, width) => sum + width + GAP, 0) - GAP - room;
}

function giveWay(columns: readonly Column[], widths: number[], room: number): void {
  for (const [at, column] of columns.entries()) {
    const over = excess(widths, room);
    if (column.yields !== true || over <= 0) continue;
    const left = (widths[at] ?? 0) - over;
    widths[at] = left >= LEAST_SEEN ? left : LEFT_OUT;
  }
}

/** The widest first, and those that are equally wide together. */
function shrink(columns: readonly Column[], widths: number[], room: number): void {
  const mayGive = (at: number) => columns[at]?.whole !== true && columns[at]?.yields !== true;
  let over = excess(widths, room);
  while (over > 0) {
    const giving = widths.filter((_, at) => mayGive(at));
    const widest = Math.max(LEAST, ...giving);
    if (widest <= LEAST) return;
    const second = Math.max(LEAST, ...giving.filter((width) => width < widest));
    const among = giving.filter((width) => width === widest).length;
    const step = Math.max(1, Math.min(widest - second, Math.ceil(over / among)));
    for (const [at, width] of widths.entries()) {
      if (width !== widest || over <= 0 || !mayGive(at)) continue;
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
