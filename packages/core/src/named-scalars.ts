/** The strings and numbers of a JSON text, each with what its name, and what stands beside it, say of it. */

import { type Span, type Visitor, walk } from './json-text.ts';
import { isWord } from './known-values.ts';
import { isOcmfName, isPluralOfIds, namingOf } from './pseudonym-names.ts';
import { unescaped } from './unescaped.ts';

/**
 * `id`: the value is one; `ids`: one, or several separated by commas; `opaque`: holds ids that cannot be searched;
 * `words`: any text; `fixed`: a word of the protocol, or a measured value.
 */
export type Reading = 'id' | 'ids' | 'opaque' | 'words' | 'fixed';

export interface NamedScalar extends Span {
  /** Of the member; of elements that of their list; of a frame's own elements `[1]`. */
  readonly member: string;
  /** What says so: the member, its list, its key or variable. */
  named: string;
  reading: Reading;
}

export type Root = 'frame' | 'value' | 'ocmf';

/** In the order of the text, which is valid JSON. Names of members are told as `words`; of literals none. */
export function namedScalars(text: string, span: Span, root: Root): readonly NamedScalar[] {
  const scalars = new Scalars(text, root);
  walk(text, span, scalars);
  return scalars.found;
}

/** OCPP-J: `[type, id, action or code, ...]`. */
const ACTION_ELEMENT = 2;

interface Container {
  readonly array: boolean;
  /** Its own name in what it stands in; elements are known by the name of their list. */
  readonly as: string;
  name: string;
  index: number;
  /** `key` of a configuration key, `variable.name` of a variable. */
  key: string | null;
  signed: boolean;
  /** By this name its texts are ids, whatever their own names are. */
  readonly ids: string | null;
  values: NamedScalar[];
}

const TIME = /^\d{4}-\d\d-\d\d/;
const VALUES: ReadonlySet<string> = new Set(['value', 'attributeValue', 'actualValue']);

class Scalars implements Visitor {
  readonly found: NamedScalar[] = [];
  readonly #text: string;
  readonly #root: Root;
  readonly #open: Container[] = [];

  constructor(text: string, root: Root) {
    this.#text = text;
    this.#root = root;
  }

  open(array: boolean): void {
    const around = this.#open.at(-1);
    if (around?.array) around.index++;
    const as = around === undefined ? '' : around.array ? around.as : around.name;
    const plural = around?.array === false && isPluralOfIds(around.name) ? around.name : null;
    const ids = array ? (around?.ids ?? null) : plural;
    this.#open.push({ array, as, name: '', index: -1, key: null, signed: false, ids, values: [] });
  }

  close(): void {
    const closed = this.#open.pop();
    if (closed === undefined || closed.values.length === 0) return;
    const reading = readingOfValues(closed);
    if (reading !== null) {
      for (const value of closed.values) {
        value.reading = reading;
        value.named = closed.signed ? 'SignedData' : (closed.key ?? value.named);
      }
    } else if (closed.as === 'variableAttribute') {
      // Its variable may be named behind it.
      const around = this.#open.at(-1);
      if (around !== undefined) around.values = together(around.values, closed.values);
    }
  }

  name(start: number, end: number): void {
    const container = this.#open.at(-1);
    if (container !== undefined) container.name = unescaped(this.#text.slice(start + 1, end - 1)).text;
    this.found.push({ start, end, member: '', named: '', reading: 'words' });
  }

  scalar(start: number, end: number): void {
    const container = this.#open.at(-1);
    if (container?.array) container.index++;
    const first = this.#text.charCodeAt(start);
    const text = first === 0x22;
    if (!text && first !== 0x2d && !(first >= 0x30 && first <= 0x39)) return;
    const member = this.#member(container);
    const reading = this.#reading(member);
    const plural = text && reading === 'words' ? (container?.ids ?? null) : null;
    const id = plural !== null && this.#isId(start, end);
    const scalar: NamedScalar = {
      start,
      end,
      member,
      named: id ? plural : member,
      reading: id ? 'id' : reading,
    };
    this.found.push(scalar);
    if (container === undefined || container.array) return;
    if (VALUES.has(member)) container.values.push(scalar);
    if (text) this.#remember(container, member, start, end);
  }

  #member(container: Container | undefined): string {
    if (container === undefined) return '';
    if (!container.array) return container.name;
    return this.#open.length === 1 && this.#root === 'frame' ? `[${container.index}]` : container.as;
  }

  #reading(member: string): Reading {
    if (member === `[${ACTION_ELEMENT}]`) return 'fixed';
    if (this.#root === 'ocmf' && isOcmfName(member)) return 'id';
    return namingOf(member) ?? 'words';
  }

  /** Of a text among others that are ids. */
  #isId(start: number, end: number): boolean {
    const { text } = unescaped(this.#text.slice(start + 1, end - 1));
    return !isWord(text) && !TIME.test(text);
  }

  #remember(container: Container, member: string, start: number, end: number): void {
    const signs = member === 'format' && container.as === 'sampledValue';
    const names = member === 'name' && container.as === 'variable';
    if (!signs && !names && member !== 'key') return;
    const value = unescaped(this.#text.slice(start + 1, end - 1)).text;
    if (signs) container.signed = value.toLowerCase() === 'signeddata';
    else if (!names) container.key = value;
    else {
      const around = this.#open.at(-2);
      if (around !== undefined) around.key = value;
    }
  }
}

/** In any order. The fewer ones are moved: through many lists in lists all would be moved as often as there are lists. */
function together(some: NamedScalar[], others: NamedScalar[]): NamedScalar[] {
  const [most, fewest] = some.length < others.length ? [others, some] : [some, others];
  for (const value of fewest) most.push(value);
  return most;
}

/** null: nothing beside them says what they are. */
function readingOfValues({ key, as, signed }: Container): Reading | null {
  if (as === 'sampledValue') return signed ? 'opaque' : 'fixed';
  const naming = key === null ? null : namingOf(key);
  if (naming === null) return null;
  return naming === 'id' ? 'ids' : naming;
}
