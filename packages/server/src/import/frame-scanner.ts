/** Finds where a frame ends, over any number of lines, looking at each character once. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

export class FrameScanner {
  #depth = 0;
  /** Of the depth, those that are `[`. */
  #arrays = 0;
  #inString = false;
  /** The string went on to the next line behind a backslash. */
  #escaped = false;
  #crossed = false;

  get inString(): boolean {
    return this.#inString;
  }

  /** Brackets that do not belong together were seen: where the frame ends is a guess. */
  get crossed(): boolean {
    return this.#crossed;
  }

  /** Where in `text` the frame ends, the scanning taken up at `from`; -1 where it goes on. */
  feed(text: string, from: number): number {
    let at = from;
    if (this.#inString) at = this.#string(text, at);
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#inString = true;
        at = this.#string(text, at + 1) - 1;
      } else if (code === OPEN) {
        this.#depth += 1;
        this.#arrays += 1;
      } else if (code === OPEN_BRACE) this.#depth += 1;
      else if (code === CLOSE || code === CLOSE_BRACE) {
        this.#depth -= 1;
        if (code === CLOSE) this.#arrays -= 1;
        if (this.#depth <= 0) return at + 1;
        // The outermost of a frame is an array.
        if (this.#arrays <= 0) this.#crossed = true;
      }
    }
    return -1;
  }

  /** Behind the quote that ends the string; the text's length where it goes on. */
  #string(text: string, from: number): number {
    let at = from;
    if (this.#escaped) {
      // An empty line leaves it as it is.
      if (at >= text.length) return text.length;
      this.#escaped = false;
      at += 1;
    }
    for (let start = at; ; ) {
      const quote = text.indexOf('"', start);
      const end = quote < 0 ? text.length : quote;
      const escaped = (end - backslashesFrom(text, at, end)) % 2 === 1;
      if (quote < 0) {
        this.#escaped = escaped;
        return text.length;
      }
      if (!escaped) {
        this.#inString = false;
        return quote + 1;
      }
      start = quote + 1;
      at = start;
    }
  }
}

/** Where the backslashes begin that end at `end`. */
function backslashesFrom(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
  return at;
}
