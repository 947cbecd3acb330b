/**
 * A quoted cell with JSON in it that a terminal broke in a pair of quotes: its line ends as a row may, and the next one
 * begins as a row may. It is one cell where the brackets that are open at that place are all closed at its own end, and
 * two rows otherwise.
 */

export interface WrappedCell {
  /** Where the line ends are that part two quotes. */
  readonly breaks: readonly number[];
  /** Behind its closing quote. */
  readonly end: number;
  /** Line ends in it from the first of them on. */
  readonly lines: number;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS = new Set([0x5b, 0x7b]);
const CLOSES = new Set([0x5d, 0x7d]);
/** So many lines are looked at: what is torn must not cost looking at all that follows, for each line of it. */
export const WRAPPED_LINES_MAX = 256;

export function beginsJson(byte: number | undefined): boolean {
  return byte !== undefined && OPENS.has(byte);
}

/**
 * `opened` is inside the quote that opens the cell, `beginsRow` tells of where a line begins; nothing from `limit` on is
 * looked at. null where it is no such cell, undefined where that shows only behind the limit.
 */
export function wrappedCell(
  bytes: Uint8Array,
  opened: number,
  limit: number,
  beginsRow: (at: number) => boolean,
): WrappedCell | null | undefined {
  const json = new OpenJson();
  const breaks: number[] = [];
  let lines = 0;
  for (let at = opened; at < limit; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== QUOTE && byte !== LF) {
      json.take(byte);
      continue;
    }
    const lineEnd = lineEndAt(bytes, byte === LF ? at : at + 1);
    const parted = byte === QUOTE && lineEnd !== null && bytes[lineEnd + 1] === QUOTE && json.depth > 0;
    if (parted) breaks.push(lineEnd);
    if (breaks.length > 0 && lineEnd !== null && (parted || byte === LF)) {
      lines += 1;
      if (lines > WRAPPED_LINES_MAX || beginsRow(lineEnd + 1)) return null;
    }
    if (byte === LF) continue;
    if (parted) at = lineEnd + 1;
    else if (bytes[at + 1] === QUOTE) at += 1;
    else return json.depth === 0 && breaks.length > 0 ? { breaks, end: at + 1, lines } : null;
    json.take(QUOTE);
  }
  return undefined;
}

/** How many brackets are open. */
class OpenJson {
  depth = 0;
  #inText = false;
  #escaped = false;

  take(byte: number): void {
    if (byte === CR) return;
    if (this.#escaped) this.#escaped = false;
    else if (byte === QUOTE) this.#inText = !this.#inText;
    else if (this.#inText) this.#escaped = byte === BACKSLASH;
    else if (OPENS.has(byte)) this.depth += 1;
    else if (CLOSES.has(byte)) this.depth -= 1;
  }
}

function lineEndAt(bytes: Uint8Array, at: number): number | null {
  if (bytes[at] === LF) return at;
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 1 : null;
}
