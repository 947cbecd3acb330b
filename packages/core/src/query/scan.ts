/** Reads a search from left to right: blanks, keywords, words with wildcards, quoted text. */

import type { Pattern, PatternPiece } from './ast.ts';

/** Something in a search that cannot be understood. */
export class QueryFault extends Error {
  override readonly name = 'QueryFault';
  /** 0-based. */
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const BLANK = /\s/;
/** What ends a word, unless a backslash stands before it. */
const ENDS_WORD = /[\s()"]/;
const FIELD = /[A-Za-z_][A-Za-z0-9_]*(?=:)/y;

/** What people write where they mean a keyword. */
const ALMOST = /(?:or|and|not|\|\||&&)(?![^\s()"])/iy;
const MEANT: Readonly<Record<string, string>> = { '||': 'OR', '&&': 'AND' };

const WORD = /^[^\s()"]+/;
/** No keyword is longer. */
const WORD_MAX = 16;

export class Scan {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Of the next character that is no blank. */
  get at(): number {
    while (this.#at < this.#text.length && BLANK.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#at;
  }

  atEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** Next character that is no blank; empty at the end. */
  peek(): string {
    return this.#text[this.at] ?? '';
  }

  /** The very next character, a blank too. */
  next(): string {
    return this.#text[this.#at] ?? '';
  }

  take(token: string): boolean {
    if (!this.#text.startsWith(token, this.at)) return false;
    this.#at += token.length;
    return true;
  }

  /** Whether an upper-case keyword stands here, as a word of its own. */
  sees(keyword: string): boolean {
    const at = this.at;
    if (!this.#text.startsWith(keyword, at)) return false;
    const behind = this.#text[at + keyword.length];
    return behind === undefined || /[\s()"]/.test(behind);
  }

  keyword(keyword: string): boolean {
    return this.sees(keyword) && this.take(keyword);
  }

  /** Takes what a sticky expression finds here; null where it finds nothing. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  /** A word that was probably meant as a keyword; it is none, so it means itself. */
  almostKeyword(): { readonly word: string; readonly keyword: string } | null {
    ALMOST.lastIndex = this.at;
    const word = ALMOST.exec(this.#text)?.[0];
    if (word === undefined) return null;
    const keyword = MEANT[word] ?? word.toUpperCase();
    return word === keyword ? null : { word, keyword };
  }

  /** The keyword that stands here with letters of another case; null where there is none. */
  inLowerCase(keywords: readonly string[]): string | null {
    const [word = ''] = WORD.exec(this.#text.slice(this.at, this.at + WORD_MAX)) ?? [];
    return keywords.find((keyword) => keyword !== word && keyword === word.toUpperCase()) ?? null;
  }

  /** A minus that stands directly before a term. */
  minus(): boolean {
    const behind = this.#text[this.at + 1];
    return this.peek() === '-' && behind !== undefined && !BLANK.test(behind) && this.take('-');
  }

  /** `name` of `name:`, with its colon taken; null where there is none. */
  fieldName(): string | null {
    FIELD.lastIndex = this.at;
    const name = FIELD.exec(this.#text)?.[0];
    if (name === undefined) return null;
    this.#at += name.length + 1;
    return name;
  }

  /** Up to a blank, a parenthesis or one of `ends`; what is escaped is kept with its backslash. Empty where there is none. */
  word(ends = ''): string {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (char === '\\') this.#at += 2;
      else if (ENDS_WORD.test(char) || ends.includes(char)) break;
      else this.#at += 1;
    }
    this.#at = Math.min(this.#at, this.#text.length);
    return this.#text.slice(start, this.#at);
  }

  /** Quoted text as it is, or a word in which `*` and `?` are wildcards. */
  pattern(): Pattern {
    const start = this.at;
    if (this.next() === '"') return { pieces: textPieces(this.#quoted(start)) };
    return patternOf(this.word());
  }

  #quoted(start: number): string {
    let text = '';
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const char = this.#text[at] ?? '';
      if (char === '"') {
        this.#at = at + 1;
        return text;
      }
      if (char === '\\') at += 1;
      text += this.#text[at] ?? '';
    }
    throw new QueryFault(start, 'this quote is never closed: add a "');
  }
}

function textPieces(text: string): readonly PatternPiece[] {
  return text === '' ? [] : [{ text }];
}

export function patternOf(word: string): Pattern {
  const pieces: PatternPiece[] = [];
  let text = '';
  const flush = () => {
    pieces.push(...textPieces(text));
    text = '';
  };
  for (let at = 0; at < word.length; at += 1) {
    const char = word[at] ?? '';
    if (char === '*' || char === '?') {
      flush();
      // Two asterisks say no more than one.
      const last = pieces.at(-1);
      if (char === '?' || last === undefined || !('wild' in last) || last.wild !== 'many') {
        pieces.push({ wild: char === '*' ? 'many' : 'one' });
      }
      continue;
    }
    if (char === '\\' && at + 1 < word.length) at += 1;
    text += word[at] ?? '';
  }
  flush();
  return { pieces };
}
