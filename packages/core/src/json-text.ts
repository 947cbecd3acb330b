/**
 * Positions inside JSON text. The text is known to be valid, or to be the beginning of a longer one: then every
 * function that needs what was cut off gives -1 or null.
 */

/** A range of UTF-16 code units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function skipBlanks(text: string, at: number): number {
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** From an opening quote to behind the closing one. */
function stringEnd(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (quote > 0) {
    let slash = quote - 1;
    while (text.charCodeAt(slash) === BACKSLASH) slash--;
    if ((quote - slash) % 2 === 1) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

/** Behind a number, true, false or null. */
function literalEnd(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE || isBlank(code)) return at;
  }
  return -1;
}

function containerEnd(text: string, at: number): number {
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      if (at < 0) return -1;
      continue;
    }
    at++;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return -1;
}

/** Behind the value that begins at `at`. */
function valueEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === QUOTE) return stringEnd(text, at);
  if (code === OPEN_BRACE || code === OPEN_BRACKET) return containerEnd(text, at);
  return literalEnd(text, at);
}

/** Where element `index` of the array that is the text begins; -1 if there is none. */
export function elementStart(text: string, index: number): number {
  let at = skipBlanks(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACKET) return -1;
  at = skipBlanks(text, at + 1);
  for (; index > 0; index--) {
    const end = valueEnd(text, at);
    if (end < 0) return -1;
    at = skipBlanks(text, end);
    if (text.charCodeAt(at) !== COMMA) return -1;
    at = skipBlanks(text, at + 1);
  }
  return at < text.length && text.charCodeAt(at) !== CLOSE_BRACKET ? at : -1;
}

/** Element `index` of the array that is the text. */
export function elementSpan(text: string, index: number): Span | null {
  const start = elementStart(text, index);
  if (start < 0) return null;
  const end = valueEnd(text, start);
  return end < 0 ? null : { start, end };
}

/** The same for an element known to be the last one of a valid text: what it holds is not scanned. */
export function lastElementSpan(text: string, index: number): Span | null {
  const start = elementStart(text, index);
  if (start < 0) return null;
  let end = text.lastIndexOf(']');
  while (isBlank(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** What {@link walk} meets, in the order of the text. */
export interface Visitor {
  open(array: boolean, start: number): void;
  close(end: number): void;
  /** The name of the member whose value comes next; the span includes the quotes. */
  name(start: number, end: number): void;
  /** A string with its quotes, a number, true, false or null. */
  scalar(start: number, end: number): void;
}

/** Visits a valid value and all it holds, to any depth. */
export function walk(text: string, span: Span, visitor: Visitor): void {
  const containers: boolean[] = [];
  let naming = false;
  let at = span.start;
  while (at < span.end) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = stringEnd(text, at);
      if (end < 0) return;
      if (naming) visitor.name(at, end);
      else visitor.scalar(at, end);
      naming = false;
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      naming = code === OPEN_BRACE;
      containers.push(naming);
      visitor.open(!naming, at);
      at++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      containers.pop();
      naming = false;
      visitor.close(at + 1);
      at++;
    } else if (code === COMMA) {
      naming = containers.at(-1) === true;
      at++;
    } else if (code === COLON || isBlank(code)) {
      at++;
    } else {
      const end = literalEnd(text, at);
      const stop = end < 0 ? span.end : end;
      visitor.scalar(at, stop);
      at = stop;
    }
  }
}

/**
 * Range in UTF-8 bytes of a span of well-formed `text` that is `byteLength` bytes long. Looks only at what stands
 * around the span.
 */
export function byteSpan(text: string, byteLength: number, span: Span): Span {
  if (byteLength === text.length) return span;
  return {
    start: utf8Length(text, 0, span.start),
    end: byteLength - utf8Length(text, span.end, text.length),
  };
}

function utf8Length(text: string, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair is two of its four bytes.
    if (code < 0x80) length += 1;
    else if (code < 0x800 || (code >= 0xd800 && code < 0xe000)) length += 2;
    else length += 3;
  }
  return length;
}
