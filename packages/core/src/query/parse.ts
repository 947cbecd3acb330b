/**
 * The search grammar: text to tree, or the column at which it goes wrong and what to do about it.
 * AND is implied and binds closer than OR; NOT or a minus before a term turns it round; keywords are upper case.
 */

import type { FieldTest, QueryNode } from './ast.ts';
import { unknownField } from './query-fault.ts';
import type { QueryField } from './query-fields.ts';
import { queryFieldNamed } from './query-fields.ts';
import { readValue } from './read-value.ts';
import { QueryFault, Scan } from './scan.ts';

export const QUERY_LENGTH_MAX = 4000;
const DEPTH_MAX = 32;
const TERMS_MAX = 200;

export interface QueryError {
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
}

/** What is understood, though something else was probably meant. */
export interface QueryHint extends QueryError {
  /** What stands at the column. */
  readonly word: string;
  /** What would say what was probably meant. */
  readonly keyword: string;
}

export type ParsedQuery =
  | {
      readonly kind: 'query' /** null: nothing was asked for, which everything matches. */;
      readonly root: QueryNode | null;
      readonly hints: readonly QueryHint[];
    }
  | { readonly kind: 'fault'; readonly error: QueryError };

export function parseQuery(text: string): ParsedQuery {
  if (text.length > QUERY_LENGTH_MAX) {
    const message = `a search holds at most ${QUERY_LENGTH_MAX} characters, not ${text.length}`;
    return { kind: 'fault', error: { column: QUERY_LENGTH_MAX + 1, message } };
  }
  try {
    return { kind: 'query', ...readSearch(new Scan(text), []) };
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    return { kind: 'fault', error: { column: error.at + 1, message: error.message } };
  }
}

export interface ReadSearch {
  readonly root: QueryNode | null;
  readonly hints: readonly QueryHint[];
}

/**
 * A search that goes on to the end or, inside a larger text, to one of `keywords`, which stays to be read. Throws a
 * QueryFault, also where one of them is written in lower case: nobody looks for it there as a word.
 */
export function readSearch(scan: Scan, keywords: readonly string[]): ReadSearch {
  const parser = new Parser(scan, keywords);
  const root = parser.whole();
  return { root, hints: parser.hints };
}

class Parser {
  readonly hints: QueryHint[] = [];
  readonly #scan: Scan;
  readonly #keywords: readonly string[];
  #terms = 0;

  constructor(scan: Scan, keywords: readonly string[]) {
    this.#scan = scan;
    this.#keywords = keywords;
  }

  whole(): QueryNode | null {
    if (this.#ends()) return null;
    const node = this.#any(0, null);
    if (this.#ends()) return node;
    throw new QueryFault(this.#scan.at, 'this ) closes nothing: remove it, or open with ( before');
  }

  #ends(): boolean {
    return this.#scan.atEnd() || this.#keywords.some((keyword) => this.#scan.sees(keyword));
  }

  /** `field`: inside `field:( ... )` every value belongs to that field. */
  #any(depth: number, field: QueryField | null): QueryNode {
    if (depth > DEPTH_MAX) throw new QueryFault(this.#scan.at, `parentheses nest at most ${DEPTH_MAX} deep`);
    const parts = [this.#all(depth, field)];
    while (this.#scan.keyword('OR')) parts.push(this.#all(depth, field));
    return joined('any', parts);
  }

  #all(depth: number, field: QueryField | null): QueryNode {
    const scan = this.#scan;
    const parts: QueryNode[] = [];
    const ends = () => this.#ends() || scan.peek() === ')' || scan.sees('OR');
    do {
      const at = scan.at;
      const meant = scan.almostKeyword();
      parts.push(this.#term(depth, field));
      // Between terms; `not` stands before one.
      if (meant !== null && !ends() && (parts.length > 1 || meant.keyword === 'NOT')) {
        const message = hintText(meant.word, meant.keyword, field);
        this.hints.push({ column: at + 1, message, ...meant });
      }
    } while (scan.keyword('AND') || !ends());
    return joined('all', parts);
  }

  #term(depth: number, field: QueryField | null): QueryNode {
    const scan = this.#scan;
    let negated = false;
    while (scan.keyword('NOT') || scan.minus()) negated = !negated;
    const node = this.#primary(depth, field);
    if (!negated) return node;
    return node.kind === 'not' ? node.part : { kind: 'not', part: node };
  }

  #primary(depth: number, field: QueryField | null): QueryNode {
    const scan = this.#scan;
    if (this.#ends()) throw new QueryFault(scan.at, 'something to look for must follow');
    const meant = scan.inLowerCase(this.#keywords);
    if (meant !== null) {
      throw new QueryFault(scan.at, `write ${meant}, or put it in quotes to look for the word`);
    }
    if (scan.peek() === '(') return this.#group(depth, field);
    for (const keyword of ['AND', 'OR']) {
      if (scan.sees(keyword)) {
        throw new QueryFault(
          scan.at,
          `${keyword} needs a term before and behind it; put it in quotes to look for the word`,
        );
      }
    }
    if (scan.peek() === ')') throw new QueryFault(scan.at, 'something to look for must stand before this )');
    this.#terms += 1;
    if (this.#terms > TERMS_MAX) throw new QueryFault(scan.at, `a search holds at most ${TERMS_MAX} terms`);
    if (field !== null) return { kind: 'field', field, test: readValue(scan, field) };
    const start = scan.at;
    const name = scan.fieldName();
    if (name === null) return { kind: 'words', pattern: scan.pattern() };
    if (name.toLowerCase() === 'has') return { kind: 'field', field: this.#presence(), test: PRESENT };
    const named = queryFieldNamed(name);
    if (named === null) throw unknownField(start, name);
    if (scan.peek() === '(') return this.#group(depth, named);
    return { kind: 'field', field: named, test: readValue(scan, named) };
  }

  #presence(): QueryField {
    const start = this.#scan.at;
    const name = this.#scan.word();
    const named = queryFieldNamed(name);
    if (named === null) throw unknownField(start, name);
    return named;
  }

  #group(depth: number, field: QueryField | null): QueryNode {
    const start = this.#scan.at;
    this.#scan.take('(');
    if (this.#scan.peek() === ')')
      throw new QueryFault(this.#scan.at, 'there is nothing in these parentheses');
    const node = this.#any(depth + 1, field);
    if (!this.#scan.take(')')) throw new QueryFault(start, 'this ( is never closed: add a )');
    return node;
  }
}

function hintText(word: string, keyword: string, field: QueryField | null): string {
  const taken = field === null ? 'is searched as a word' : `is taken for a value of ${field}`;
  return `${word} ${taken}; write ${keyword}`;
}

const PRESENT: FieldTest = { test: 'present' };

/** What is joined in the same way needs no parentheses. */
function joined(kind: 'all' | 'any', parts: readonly QueryNode[]): QueryNode {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind, parts: flat };
}
