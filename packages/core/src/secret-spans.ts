/** Where the secrets stand that a payload holds. Source: extraction rules 1, "Masking". */

import { type Span, type Visitor, walk } from './json-text.ts';
import { PIN_CODE, SECRET_KEY, SECRET_VARIABLE, secretMarks, stringAt } from './secret-marks.ts';
import type { SecretNames } from './secret-names.ts';
import { unescaped } from './unescaped.ts';
import { userInfoSpans } from './url-user-info.ts';

export const MASK = '***';
/** A path that goes further in is told so far: what stands deep in a hostile frame must not take long to name. */
const PATH_DEPTH_MAX = 100;

export interface SecretSpan extends Span {
  /** What stands there instead. */
  readonly mask: string;
  /** `idToken.idToken`, `configurationKey[3].value`. */
  readonly path: string;
}

/** Texts that hold further texts, in which secrets cannot be told from the rest: all or nothing is masked. */
export type Embedding = 'none' | 'data' | 'anywhere';

export interface Search {
  readonly names: SecretNames;
  /** Path of the value itself, before those in it; '' for a payload. */
  readonly root: string;
  readonly embedding: Embedding;
}

/** In the order of the text. The first pass is needed because `type` may come after `idToken`. */
export function secretSpans(text: string, span: Span, search: Search): SecretSpan[] {
  const marks = secretMarks(text, span, search.names);
  const secrets = new Secrets(text, search, marks);
  walk(text, span, secrets);
  return secrets.spans;
}

/** How much of a value is secret: all of it, all but the members named `type`, or the members named `value`. */
type Reach = 'nothing' | 'all' | 'all but type' | 'value members';

interface Container {
  readonly number: number;
  readonly array: boolean;
  /** Reach of the container itself. */
  readonly reach: Reach;
  /** Its own name in what it stands in. */
  readonly as: string;
  /** Member or element that is being read. */
  name: string;
  index: number;
}

const STRUCTURE = /[{[<=]/;

class Secrets implements Visitor {
  readonly spans: SecretSpan[] = [];
  readonly #text: string;
  readonly #search: Search;
  readonly #marks: ReadonlyMap<number, number>;
  readonly #open: Container[] = [];
  #count = 0;

  constructor(text: string, search: Search, marks: ReadonlyMap<number, number>) {
    this.#text = text;
    this.#search = search;
    this.#marks = marks;
  }

  open(array: boolean): void {
    const reach = this.#next();
    // An element is known by the name of its list: `variableAttribute[0]`.
    const around = this.#open.at(-1);
    const as = around === undefined ? '' : around.array ? around.as : around.name;
    this.#open.push({ number: this.#count++, array, reach, as, name: '', index: -1 });
  }

  close(): void {
    this.#open.pop();
  }

  name(start: number, end: number): void {
    const container = this.#open.at(-1);
    if (container !== undefined) container.name = stringAt(this.#text, start, end);
  }

  scalar(start: number, end: number): void {
    const reach = this.#next();
    const first = this.#text.charAt(start);
    if (first === '"') this.#string(start + 1, end - 1, reach);
    else if (reach === 'all' || reach === 'all but type') {
      // A PIN may be a number; true, false and null tell nothing.
      if (first === '-' || (first >= '0' && first <= '9')) this.#add(start, end, `"${MASK}"`);
    }
  }

  #string(start: number, end: number, reach: Reach): void {
    const inside = this.#text.slice(start, end);
    if (inside === MASK || inside === '') return;
    const secret = reach === 'all' || reach === 'all but type';
    if (secret || this.#embeds(inside)) {
      this.#add(start, end, MASK);
      return;
    }
    if (!inside.includes('@') && !inside.includes('\\u')) return;
    const { text, position } = unescaped(inside);
    for (const userInfo of userInfoSpans(text)) {
      const from = start + position(userInfo.start);
      const to = start + position(userInfo.end);
      if (this.#text.slice(from, to) === MASK) continue;
      this.#add(from, to, MASK);
    }
  }

  #embeds(inside: string): boolean {
    const { embedding, names } = this.#search;
    if (embedding === 'none') return false;
    if (embedding === 'data' && !(this.#open.length === 1 && this.#open[0]?.name === 'data')) return false;
    // Once for the string, once more for what is escaped in the text that it holds.
    const text = unescaped(inside).text;
    return STRUCTURE.test(text) && (names.named(text) || names.named(unescaped(text).text));
  }

  /** Reach of the value that comes next. */
  #next(): Reach {
    const container = this.#open.at(-1);
    if (container === undefined) return 'nothing';
    if (container.array) {
      container.index++;
      return container.reach;
    }
    const { name, reach } = container;
    if (reach === 'all') return 'all';
    if (reach === 'all but type') return name === 'type' ? 'nothing' : reach;
    if (reach === 'value members' && name === 'value') return 'all';
    return this.#reachOf(container, name);
  }

  #reachOf({ number, as }: Container, name: string): Reach {
    if (this.#search.names.has(name)) return 'all';
    if (as === 'vpn' && (name === 'password' || name === 'key')) return 'all';
    const marks = this.#marks.get(number) ?? 0;
    if (marks === 0) return 'nothing';
    if (marks & PIN_CODE) {
      if (name === 'idToken' || name === 'additionalIdToken') return 'all';
      if (name === 'additionalInfo') return 'all but type';
    }
    if (marks & SECRET_KEY && name === 'value') return 'all';
    if (marks & SECRET_VARIABLE) {
      if (name === 'attributeValue' || name === 'actualValue' || name === 'value') return 'all';
      if (name === 'variableAttribute') return 'value members';
    }
    return 'nothing';
  }

  #add(start: number, end: number, mask: string): void {
    this.spans.push({ start, end, mask, path: this.#path() });
  }

  #path(): string {
    let path = this.#search.root;
    for (const { array, index, name } of this.#open.slice(0, PATH_DEPTH_MAX)) {
      if (array) path += `[${index}]`;
      else path += path === '' ? name : `.${name}`;
    }
    return this.#open.length > PATH_DEPTH_MAX ? `${path}…` : path;
  }
}
