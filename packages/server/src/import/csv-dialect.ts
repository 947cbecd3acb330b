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

/**
 * By backslashes where a quoted cell with JSON in it has two quotes behind one: `"[2,\"1\"`. In a table of doubled quotes
 * none has: the quote behind a backslash ends the cell there or is the first of a pair, and both end what is read here.
 */
function isEscaped(head: string, delimiter: string): boolean {
  if (/"[[{][^"\\]*""/.test(head)) return false;
  const cell = new RegExp(String.raw`(?<=[\n${delimiter}]|^)"[[{](?:[^"\\]|\\(?:\r?\n)?[^])*`, 'g');
  return [...head.matchAll(cell)].some(([text]) => text.split('\\"').length > 2);
}
