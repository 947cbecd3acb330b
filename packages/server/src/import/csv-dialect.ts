/** How a table is written: exports differ in what stands between the cells, and in how a quote in a cell is. */

export interface CsvDialect {
  /** One character of ASCII. */
  readonly delimiter: string;
  /** What stands before a quote in a quoted cell: another quote (RFC 4180), or a backslash. */
  readonly escapedBy: '"' | '\\';
}

const DELIMITERS = [',', ';', '\t', '|'];

/** Of the beginning of a table: what its first line has most of, outside quotes and frames. */
export function csvDialectOf(head: string): CsvDialect {
  const line = /^[^\r\n]*/.exec(head.trimStart())?.[0] ?? '';
  const first = line.replace(/"(?:[^"]|"")*"/g, '').replace(/[[{].*[\]}]/, '');
  const counts = DELIMITERS.map((delimiter) => first.split(delimiter).length);
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
  return { delimiter, escapedBy: isEscaped(head, delimiter) ? '\\' : '"' };
}

/** A quoted cell with a text of JSON in it: `"[2,\"1\"` or `"{\"a\"`. */
function isEscaped(head: string, delimiter: string): boolean {
  const begin = head.indexOf(`${delimiter}"[`) + head.indexOf(`${delimiter}"{`) + 2;
  if (begin === 0) return false;
  return /"[[{][^"\\]*\\"/.test(head) && !/"[[{][^"\\]*""/.test(head);
}
