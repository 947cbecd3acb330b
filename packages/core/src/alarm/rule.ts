/** What an alarm waits for, as a tree. `parse.ts` makes it, the watches follow it. */

import type { QueryNode } from '../query/ast.ts';
import type { QueryField } from '../query/query-fields.ts';

export type AlarmRule = FoundRule | FollowedRule | SilentRule;

/** Every entry that a search finds. */
export interface FoundRule {
  readonly kind: 'found';
  readonly a: QueryNode;
}

/** A, and of the same station B within so many ms of it; or, where `absent`, no B. */
export interface FollowedRule {
  readonly kind: 'followed';
  readonly a: QueryNode;
  readonly b: QueryNode;
  readonly absent: boolean;
  readonly within: number;
  /** All of them hold between an A and its B. */
  readonly where: readonly Comparison[];
}

/** Nothing was recorded of a station for so many ms. */
export interface SilentRule {
  readonly kind: 'silent';
  readonly after: number;
  /** Of stations and sites alone; null: every station. */
  readonly stations: QueryNode | null;
}

export interface Comparison {
  readonly left: ComparedField;
  readonly right: ComparedField;
  /** false: both have a value, and none in common. */
  readonly equal: boolean;
}

export interface ComparedField {
  readonly of: 'A' | 'B';
  readonly field: QueryField;
}
