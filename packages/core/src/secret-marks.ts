/** Which objects of a JSON text hold a secret, by what stands beside it. First of two passes; see {@link secretSpans}. */

import { type Span, type Visitor, walk } from './json-text.ts';
import type { SecretNames } from './secret-names.ts';
import { unescaped } from './unescaped.ts';

/** Has `type` KeyCode. */
export const PIN_CODE = 1;
/** Has `key` with the name of a secret. */
export const SECRET_KEY = 2;
/** Has `variable.name` with the name of a secret. */
export const SECRET_VARIABLE = 4;

/** The inside of a JSON string; the span includes its quotes. */
export function stringAt(text: string, start: number, end: number): string {
  return unescaped(text.slice(start + 1, end - 1)).text;
}

/** Marks of the containers that have any, by their number in the order of the text. */
export function secretMarks(text: string, span: Span, names: SecretNames): ReadonlyMap<number, number> {
  const marks = new Marks(text, names);
  walk(text, span, marks);
  return marks.marks;
}

class Marks implements Visitor {
  readonly marks = new Map<number, number>();
  readonly #text: string;
  readonly #names: SecretNames;
  /** Numbers of the open containers, and the names of their members that are being read. */
  readonly #open: number[] = [];
  readonly #members: string[] = [];
  #count = 0;

  constructor(text: string, names: SecretNames) {
    this.#text = text;
    this.#names = names;
  }

  open(): void {
    this.#open.push(this.#count++);
    this.#members.push('');
  }

  close(): void {
    this.#open.pop();
    this.#members.pop();
  }

  name(start: number, end: number): void {
    this.#members[this.#members.length - 1] = stringAt(this.#text, start, end);
  }

  scalar(start: number, end: number): void {
    const member = this.#members.at(-1);
    if (member !== 'type' && member !== 'key' && member !== 'name') return;
    if (this.#text.charAt(start) !== '"') return;
    const value = stringAt(this.#text, start, end);
    if (member === 'type' && this.#names.isPinCode(value)) this.#mark(this.#open.at(-1), PIN_CODE);
    if (member === 'key' && this.#names.has(value)) this.#mark(this.#open.at(-1), SECRET_KEY);
    if (member === 'name' && this.#members.at(-2) === 'variable' && this.#names.has(value)) {
      this.#mark(this.#open.at(-2), SECRET_VARIABLE);
    }
  }

  #mark(container: number | undefined, mark: number): void {
    if (container !== undefined) this.marks.set(container, (this.marks.get(container) ?? 0) | mark);
  }
}
