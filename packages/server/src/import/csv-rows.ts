/** The rows of a table of any length. */

import { parse } from 'csv-parse/sync';
import { CsvCutter, type CsvSpan } from './csv-cutter.ts';
import { type CsvDialect, csvDialectOf } from './csv-dialect.ts';
import { peek, SAMPLE_BYTES } from './peek.ts';

export interface CsvRow {
  /** 1-based, where it begins. */
  readonly line: number;
  /** null where it cannot be read. */
  readonly cells: readonly string[] | null;
  /** Why it cannot be read. */
  readonly reason: string;
  /** As it stands. */
  text(): string;
}

const CR = 0x0d;
const NO_CSV = 'the row is no CSV';

/** In batches. */
export async function* csvRowsOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly CsvRow[]> {
  const { head, all } = await peek(chunks, SAMPLE_BYTES);
  const dialect = csvDialectOf(new TextDecoder().decode(head));
  const cutter = new CsvCutter(dialect);
  for await (const chunk of all) yield rowsIn(cutter.push(chunk), dialect);
  yield rowsIn(cutter.end(), dialect);
}

/** `text` is the beginning of a table. */
export function csvRowsIn(text: string): readonly CsvRow[] {
  const dialect = csvDialectOf(text);
  const cutter = new CsvCutter(dialect);
  return [cutter.push(Buffer.from(text)), cutter.end()].flatMap((block) => rowsIn(block, dialect));
}

function rowsIn({ bytes, rows }: ReturnType<CsvCutter['push']>, dialect: CsvDialect): readonly CsvRow[] {
  const read: CsvRow[] = [];
  let run: CsvSpan[] = [];
  const flush = () => {
    const cells = cellsOf(bytes, run, dialect);
    for (const [place, span] of run.entries()) read.push(rowOf(bytes, span, cells[place] ?? null, NO_CSV));
    run = [];
  };
  for (const span of rows) {
    if (span.reason === '' && span.breaks.length === 0) run.push(span);
    else if (span.reason === '') {
      flush();
      const whole = joined(bytes, span);
      const cells = parsedRows(whole, dialect);
      const row = { ...span, start: 0, end: whole.length };
      read.push(rowOf(whole, row, cells?.length === 1 ? (cells[0] ?? null) : null, NO_CSV));
    } else {
      flush();
      read.push(rowOf(bytes, span, null, span.reason));
    }
  }
  flush();
  return read;
}

/** The row without the line ends that are none of it. */
function joined(bytes: Uint8Array, { start, end, breaks }: CsvSpan): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = start;
  for (const place of breaks) {
    const at = start + place;
    parts.push(bytes.subarray(from, bytes[at - 1] === CR ? at - 1 : at));
    from = at + 1;
  }
  return Buffer.concat([...parts, bytes.subarray(from, end)]);
}

function rowOf(
  bytes: Uint8Array,
  { line, start, end }: Pick<CsvSpan, 'line' | 'start' | 'end'>,
  cells: readonly string[] | null,
  reason: string,
): CsvRow {
  return {
    line,
    cells,
    reason,
    text: () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end)),
  };
}

/** Of rows that lie one behind the other; null for one that is no CSV. */
function cellsOf(
  bytes: Uint8Array,
  run: readonly CsvSpan[],
  dialect: CsvDialect,
): readonly (readonly string[] | null)[] {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return [];
  const together = parsedRows(bytes.subarray(first.start, last.end), dialect);
  if (together?.length === run.length) return together;
  // A quote that is sloppy enough is read in two ways: row by row only its own is lost.
  return run.map(({ start, end }) => {
    const alone = parsedRows(bytes.subarray(start, end), dialect);
    return alone?.length === 1 ? (alone[0] ?? null) : null;
  });
}

function parsedRows(
  bytes: Uint8Array,
  { delimiter, escapedBy }: CsvDialect,
): readonly (readonly string[])[] | null {
  try {
    return parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
      delimiter,
      escape: escapedBy,
      bom: true,
      record_delimiter: ['\r\n', '\n'],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 0,
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
