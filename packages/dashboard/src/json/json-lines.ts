/** JSON as indented lines, each with its path; every name, digit and escape as it was written. */

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

const SCALAR = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;
const BLANKS = /\s*/y;
/** Short lists of plain values stay on one line. */
const ON_ONE_LINE = 72;

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
    this.peek();
    SCALAR.lastIndex = this.#at;
    const text = SCALAR.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  slice(from: number): string {
    return this.#text.slice(from, this.#at);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** null for what is no JSON. */
export function jsonLines(text: string): readonly JsonLine[] | null {
  if (!isJson(text)) return null;
  const lines: JsonLine[] = [];
  write(new Reader(text), { lines, indent: 0, path: '', before: [] });
  return lines;
}

interface Place {
  readonly lines: JsonLine[];
  readonly indent: number;
  readonly path: string;
  /** Tokens that stand before the value on its line: its name. */
  readonly before: readonly Token[];
}

const mark = (text: string): Token => ({ kind: 'mark', text });

function scalarToken(text: string): Token {
  if (text.startsWith('"')) return { kind: 'text', text };
  return { kind: /^[-\d]/.test(text) ? 'number' : 'word', text };
}

/** Writes one value; the comma behind it is added by {@link comma}. */
function write(reader: Reader, place: Place): void {
  const opening = reader.peek();
  if (opening !== '{' && opening !== '[') {
    put(place, [scalarToken(reader.scalar())]);
    return;
  }
  const closing = opening === '{' ? '}' : ']';
  reader.take();
  if (reader.peek() === closing) {
    reader.take();
    put(place, [mark(opening + closing)]);
    return;
  }
  const first = place.lines.length;
  put(place, [mark(opening)]);
  for (let index = 0; ; index += 1) {
    let before: readonly Token[] = [];
    let path = `${place.path}[${index}]`;
    if (opening === '{') {
      const name = reader.scalar();
      reader.take();
      // Safe: a name of JSON is a JSON string.
      const step = JSON.parse(name) as string;
      path = place.path === '' ? step : `${place.path}.${step}`;
      before = [{ kind: 'name', text: name }, mark(': ')];
    }
    write(reader, { lines: place.lines, indent: place.indent + 1, path, before });
    if (reader.take() !== ',') break;
    comma(place.lines);
  }
  place.lines.push({ indent: place.indent, path: place.path, tokens: [mark(closing)] });
  if (opening === '[') join(place.lines, first);
}

function put({ lines, indent, path, before }: Place, tokens: readonly Token[]): void {
  lines.push({ indent, path, tokens: [...before, ...tokens] });
}

function comma(lines: JsonLine[]): void {
  const last = lines.pop();
  if (last !== undefined) lines.push({ ...last, tokens: [...last.tokens, mark(',')] });
}

/** `[1, 2, 3]` where all are plain and short. */
function join(lines: JsonLine[], first: number): void {
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
    skip(reader);
    elements.push(reader.slice(start));
  } while (reader.take() === ',');
  return elements;
}

function skip(reader: Reader): void {
  const opening = reader.peek();
  if (opening !== '{' && opening !== '[') {
    reader.scalar();
    return;
  }
  reader.take();
  const closing = opening === '{' ? '}' : ']';
  if (reader.peek() === closing) {
    reader.take();
    return;
  }
  do {
    if (opening === '{') {
      reader.scalar();
      reader.take();
    }
    skip(reader);
  } while (reader.take() === ',');
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
