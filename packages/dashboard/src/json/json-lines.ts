/**
 * JSON as indented lines, each with its path; every name, digit and escape as it was written. Nothing here calls itself:
 * what a station sends may be nested as deep as it likes.
 */

import { countText } from '../ui/count-text.ts';
import { endOfText } from './text-end.ts';

export type TokenKind = 'name' | 'text' | 'number' | 'word' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export interface JsonLine {
  readonly indent: number;
  /** `meterValue[0].sampledValue[1].unit`; empty for the whole. */
  readonly path: string;
  readonly tokens: readonly Token[];
}

const PLAIN = /-?\d[\d.eE+-]*|true|false|null/y;
const BRACKET = /["{}[\]]/g;
const BLANKS = /\s*/y;
/** Short lists of plain values stay on one line. */
const ON_ONE_LINE = 72;
/** What lies deeper stands on one line, and of that no more than its beginning. */
const DEPTH_MAX = 200;
const DEEP_SHOWN = 400;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  peek(): string {
    BLANKS.lastIndex = this.#at;
    this.#at += BLANKS.exec(this.#text)?.[0].length ?? 0;
    return this.#text[this.#at] ?? '';
  }

  take(): string {
    const char = this.peek();
    this.#at += 1;
    return char;
  }

  scalar(): string {
    const from = this.at;
    if (this.peek() === '"') {
      const start = this.#at;
      this.#at = endOfText(this.#text, start);
      return this.#text.slice(start, this.#at);
    }
    PLAIN.lastIndex = this.#at;
    this.#at += PLAIN.exec(this.#text)?.[0].length ?? 0;
    return this.#text.slice(from, this.#at).trimStart();
  }

  /** Goes behind the value that comes next. */
  skip(): void {
    if (!isOpening(this.peek())) {
      this.scalar();
      return;
    }
    let depth = 0;
    BRACKET.lastIndex = this.#at;
    for (let found = BRACKET.exec(this.#text); found !== null; found = BRACKET.exec(this.#text)) {
      if (found[0] === '"') {
        BRACKET.lastIndex = endOfText(this.#text, found.index);
        continue;
      }
      depth += isOpening(found[0]) ? 1 : -1;
      this.#at = found.index + 1;
      if (depth === 0) return;
    }
  }

  slice(from: number): string {
    return this.#text.slice(from, this.#at);
  }
}

function isOpening(char: string): boolean {
  return char === '{' || char === '[';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    // A browser may take what is nested too deep for no text at all.
    if (error instanceof SyntaxError || error instanceof RangeError) return false;
    throw error;
  }
}

interface Place {
  readonly indent: number;
  readonly path: string;
  /** Tokens that stand before the value on its line: its name. */
  readonly before: readonly Token[];
}

/** An object or an array whose end has not come yet. */
interface Open extends Omit<Place, 'before'> {
  readonly closing: string;
  /** Number of its first line. */
  readonly first: number;
  index: number;
}

/** null for what is no JSON. It ends soon behind `most` lines. */
export function jsonLines(text: string, most: number = Number.POSITIVE_INFINITY): readonly JsonLine[] | null {
  if (!isJson(text)) return null;
  const reader = new Reader(text);
  const lines: JsonLine[] = [];
  const opened: Open[] = [];
  let place: Place = { indent: 0, path: '', before: [] };
  while (lines.length <= most) {
    const inside = open(reader, lines, place, opened.length);
    if (inside !== null) {
      opened.push(inside);
      place = placeIn(reader, inside);
      continue;
    }
    const around = closeEnded(reader, lines, opened);
    if (around === null) break;
    comma(lines);
    place = placeIn(reader, around);
  }
  return lines;
}

/** Writes a value; null where all of it is written. */
function open(reader: Reader, lines: JsonLine[], place: Place, depth: number): Open | null {
  const opening = reader.peek();
  if (!isOpening(opening)) {
    put(lines, place, scalarToken(reader.scalar()));
    return null;
  }
  if (depth >= DEPTH_MAX) {
    const from = reader.at;
    reader.skip();
    put(lines, place, mark(shortened(reader.slice(from))));
    return null;
  }
  const closing = opening === '{' ? '}' : ']';
  reader.take();
  if (reader.peek() === closing) {
    reader.take();
    put(lines, place, mark(opening + closing));
    return null;
  }
  const { indent, path } = place;
  const inside = { closing, first: lines.length, indent, path, index: -1 };
  put(lines, place, mark(opening));
  return inside;
}

function shortened(text: string): string {
  if (text.length <= DEEP_SHOWN) return text;
  const left = text.length - DEEP_SHOWN;
  return `${text.slice(0, DEEP_SHOWN)}… ${countText(left, 'character')} more`;
}

/** Ends what ends behind a value; answers what goes on, null for nothing. */
function closeEnded(reader: Reader, lines: JsonLine[], opened: Open[]): Open | null {
  for (let inside = opened.at(-1); inside !== undefined; inside = opened.at(-1)) {
    if (reader.take() === ',') return inside;
    opened.pop();
    const { indent, path, closing, first } = inside;
    lines.push({ indent, path, tokens: [mark(closing)] });
    if (closing === ']') join(lines, first);
  }
  return null;
}

/** Of the next member. */
function placeIn(reader: Reader, inside: Open): Place {
  const indent = inside.indent + 1;
  inside.index += 1;
  if (inside.closing === ']') return { indent, path: `${inside.path}[${inside.index}]`, before: [] };
  const name = reader.scalar();
  reader.take();
  // Safe: a name of JSON is a JSON string.
  const step = JSON.parse(name) as string;
  const path = inside.path === '' ? step : `${inside.path}.${step}`;
  return { indent, path, before: [{ kind: 'name', text: name }, mark(': ')] };
}

const mark = (text: string): Token => ({ kind: 'mark', text });

function scalarToken(text: string): Token {
  if (text.startsWith('"')) return { kind: 'text', text };
  return { kind: /^[-\d]/.test(text) ? 'number' : 'word', text };
}

function put(lines: JsonLine[], { indent, path, before }: Place, token: Token): void {
  lines.push({ indent, path, tokens: [...before, token] });
}

function comma(lines: JsonLine[]): void {
  const last = lines.pop();
  if (last !== undefined) lines.push({ ...last, tokens: [...last.tokens, mark(',')] });
}

/** `[1, 2, 3]` where all are plain and short. */
function join(lines: JsonLine[], first: number): void {
  if (lines.length - first > ON_ONE_LINE) return;
  const own = lines.slice(first);
  const inside = own.slice(1, -1);
  const head = own[0];
  if (head === undefined || inside.some(({ tokens }) => tokens.length > 2 || tokens[0]?.kind === 'mark'))
    return;
  const tokens = own.flatMap((line, place) =>
    place > 1 && place < own.length - 1 ? [mark(' '), ...line.tokens] : line.tokens,
  );
  if (tokens.reduce((sum, { text }) => sum + text.length, 0) > ON_ONE_LINE) return;
  lines.splice(first, own.length, { ...head, tokens });
}

/** Texts of the elements of an array, such as a frame; null for what is none. */
export function arrayElements(text: string): readonly string[] | null {
  if (!isJson(text) || !/^\s*\[/.test(text)) return null;
  const reader = new Reader(text);
  reader.take();
  if (reader.peek() === ']') return [];
  const elements: string[] = [];
  do {
    reader.peek();
    const start = reader.at;
    reader.skip();
    elements.push(reader.slice(start));
  } while (reader.take() === ',');
  return elements;
}

/** The line that a path names, or the nearest around it; -1 where nothing of it is there. */
export function lineOfPath(lines: readonly JsonLine[], path: string): number {
  for (let wanted = path; wanted !== ''; wanted = wanted.replace(/(?:\[\d*\]|(?:^|\.)[^.[\]]+)$/, '')) {
    const at = lines.findIndex((line) => line.path === wanted);
    if (at >= 0) return at;
    if (!/[.[]/.test(wanted)) break;
  }
  return -1;
}
