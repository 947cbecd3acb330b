/** Bytes to lines of text, with a bound on how long one may be. */

const LF = 0x0a;
/** Frames hold 4 MiB at most; escaped inside a record they are longer. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024;

export interface SourceLine {
  /** 1-based. */
  readonly number: number;
  /** Without its line end; null where it cannot be read. */
  readonly text: string | null;
  /** Why it cannot be read. */
  readonly reason: string;
}

const TOO_LONG = 'the line is longer than 16 MiB';
const NOT_UTF8 = 'the line is not UTF-8';

/** A batch for each chunk. Line ends are LF or CRLF; a byte order mark at the beginning is taken off. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly SourceLine[]> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): SourceLine => {
    const line =
      length > LINE_BYTES_MAX ? unreadable(number, TOO_LONG) : readLine(number, Buffer.concat(parts));
    parts = [];
    length = 0;
    number += 1;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    const lines: SourceLine[] = [];
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      length += end - start;
      if (length <= LINE_BYTES_MAX) parts.push(chunk.subarray(start, end));
      start = end + 1;
      lines.push(take());
    }
    length += chunk.length - start;
    if (length <= LINE_BYTES_MAX) parts.push(chunk.subarray(start));
    else parts = [];
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [take()];
}

const unreadable = (number: number, reason: string): SourceLine => ({ number, text: null, reason });

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readLine(number: number, bytes: Uint8Array): SourceLine {
  const text = decode(bytes);
  if (text === null) return unreadable(number, NOT_UTF8);
  const bare = number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
  return { number, text: bare.endsWith('\r') ? bare.slice(0, -1) : bare, reason: '' };
}

/** null for what is not UTF-8. */
export function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Colours and cursor moves of a terminal (ECMA-48 CSI sequences). */
export function withoutColours(text: string): string {
  return text.includes('\u001b[') ? text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '') : text;
}
