/** What a search says, as a tree. Frozen by its types; `parse.ts` makes it, `print.ts` writes it, `match.ts` follows it. */

import type { QueryField } from './query-fields.ts';

export type QueryNode = AllNode | AnyNode | NotNode | WordsNode | FieldNode | EntriesNode;

/** AND, which is also what a blank means. Two parts or more. */
export interface AllNode {
  readonly kind: 'all';
  readonly parts: readonly QueryNode[];
}

/** OR. Two parts or more. */
export interface AnyNode {
  readonly kind: 'any';
  readonly parts: readonly QueryNode[];
}

export interface NotNode {
  readonly kind: 'not';
  readonly part: QueryNode;
}

/** Text without a field: looked for in station, action, status, error code and payload. */
export interface WordsNode {
  readonly kind: 'words';
  readonly pattern: Pattern;
}

export interface FieldNode {
  readonly kind: 'field';
  readonly field: QueryField;
  readonly test: FieldTest;
}

/** Instead of a field that no entry tells by itself, once the entries are known of which it holds. */
export interface EntriesNode {
  readonly kind: 'entries';
  readonly of: FieldNode;
  /** Entry ids, as text, at the one site that is searched. */
  readonly ids: readonly string[];
  /** Stations and actions that those have; null: any. */
  readonly chargers: readonly string[] | null;
  readonly actions: readonly string[] | null;
}

export type FieldTest = IsTest | RangeTest | PresentTest;

/** The whole value, whatever the case of its letters. */
export interface IsTest {
  readonly test: 'is';
  readonly pattern: Pattern;
}

/** A bound that is null is open. */
export interface RangeTest {
  readonly test: 'range';
  readonly from: Bound | null;
  readonly to: Bound | null;
}

/** The entry has a value at all. */
export interface PresentTest {
  readonly test: 'present';
}

export interface Bound {
  readonly amount: Amount;
  readonly inclusive: boolean;
}

export interface Amount {
  /** In the unit in which entries hold it: W, A, V, Wh, %, ms. */
  readonly value: number;
  /** As it was typed, such as `3kW`. */
  readonly text: string;
}

/** Pieces of text between wildcards. */
export interface Pattern {
  readonly pieces: readonly PatternPiece[];
}

/** `many`: `*`, any number of characters; `one`: `?`, exactly one. */
export type PatternPiece = { readonly text: string } | { readonly wild: 'many' | 'one' };

export function literal(text: string): Pattern {
  return { pieces: [{ text }] };
}

/** The pattern's text where it has no wildcards, otherwise null. */
export function literalOf({ pieces }: Pattern): string | null {
  if (pieces.length === 0) return '';
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined && 'text' in only ? only.text : null;
}
