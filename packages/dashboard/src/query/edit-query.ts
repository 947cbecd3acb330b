/** Changes a search by its tree: a value is included, excluded, or becomes the only one of its field. */

import type { FieldNode, FieldTest, QueryField, QueryNode } from '@ocpp-logs/core';
import {
  literal,
  literalOf,
  type NamedSite,
  parseQuery,
  printQuery,
  QUERY_FIELDS,
  queryAtSite,
} from '@ocpp-logs/core';

export type Choice = 'include' | 'exclude' | 'only';

export interface Chosen {
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

const NONE: Chosen = { included: [], excluded: [] };

/** null: nothing is asked for. undefined: the text is no search. */
function treeOf(text: string): QueryNode | null | undefined {
  const parsed = parseQuery(text);
  return parsed.kind === 'query' ? parsed.root : undefined;
}

function partsOf(root: QueryNode | null): readonly QueryNode[] {
  if (root === null) return [];
  return root.kind === 'all' ? root.parts : [root];
}

function whole(parts: readonly QueryNode[]): QueryNode | null {
  const [only] = parts;
  if (only === undefined) return null;
  return parts.length === 1 ? only : { kind: 'all', parts };
}

function testOf(field: QueryField, value: string): FieldTest {
  if (QUERY_FIELDS.get(field)?.quantity == null) return { test: 'is', pattern: literal(value) };
  const bound = { amount: { value: Number(value), text: value }, inclusive: true };
  return { test: 'range', from: bound, to: bound };
}

function valueOfField({ test }: FieldNode): string | null {
  if (test.test === 'is') return literalOf(test.pattern);
  if (test.test === 'present') return null;
  const same = test.from !== null && test.from.amount.text === test.to?.amount.text;
  return same && test.from?.inclusive === true && test.to?.inclusive === true ? test.from.amount.text : null;
}

/** Values of a part that is nothing but values of this field, joined by OR; null for any other part. */
function valuesOfPart(part: QueryNode, field: QueryField): readonly string[] | null {
  const nodes = part.kind === 'any' ? part.parts : [part];
  const values = nodes.map((node) =>
    node.kind === 'field' && node.field === field ? valueOfField(node) : null,
  );
  return values.every((value) => value !== null) ? values : null;
}

interface Split {
  readonly chosen: Chosen;
  readonly others: readonly QueryNode[];
}

function split(root: QueryNode | null, field: QueryField): Split {
  let chosen = NONE;
  const others: QueryNode[] = [];
  for (const part of partsOf(root)) {
    const excluded = part.kind === 'not' ? valuesOfPart(part.part, field) : null;
    const included = part.kind === 'not' ? null : valuesOfPart(part, field);
    if (excluded !== null) chosen = { ...chosen, excluded: [...chosen.excluded, ...excluded] };
    // Two parts that include are both demanded: they are no choice among values.
    else if (included !== null && chosen.included.length === 0) chosen = { ...chosen, included };
    else others.push(part);
  }
  return { chosen, others };
}

function joined(field: QueryField, values: readonly string[]): QueryNode | null {
  const nodes = values.map((value): FieldNode => ({ kind: 'field', field, test: testOf(field, value) }));
  const [only] = nodes;
  if (only === undefined) return null;
  return nodes.length === 1 ? only : { kind: 'any', parts: nodes };
}

/** Values of a field that the search includes and excludes as a whole. */
export function chosenOf(text: string, field: QueryField): Chosen {
  const root = treeOf(text);
  return root === undefined ? NONE : split(root, field).chosen;
}

/** The search without what {@link chosenOf} tells. */
export function withoutField(text: string, field: QueryField): string {
  const root = treeOf(text);
  return root === undefined ? text : printQuery(whole(split(root, field).others));
}

const without = (values: readonly string[], value: string) => values.filter((each) => each !== value);

function chosenThen({ included, excluded }: Chosen, choice: Choice, value: string): Chosen {
  if (choice === 'only') return { included: [value], excluded: [] };
  if (choice === 'include') {
    const has = included.includes(value);
    return {
      included: has ? without(included, value) : [...included, value],
      excluded: without(excluded, value),
    };
  }
  const has = excluded.includes(value);
  return {
    included: without(included, value),
    excluded: has ? without(excluded, value) : [...excluded, value],
  };
}

/** The same choice again takes it back. null where the text is no search and so cannot be changed. */
export function choose(text: string, field: QueryField, value: string, choice: Choice): string | null {
  const root = treeOf(text);
  if (root === undefined) return null;
  const { chosen, others } = split(root, field);
  const then = chosenThen(chosen, choice, value);
  const include = joined(field, then.included);
  const exclude = joined(field, then.excluded);
  const parts = [
    ...others,
    ...(include === null ? [] : [include]),
    ...(exclude === null ? [] : [{ kind: 'not' as const, part: exclude }]),
  ];
  return printQuery(whole(parts));
}

/** Values of a field that have this somewhere in them. */
export function containing(field: QueryField, part: string): string {
  const pieces = [{ wild: 'many' }, { text: part }, { wild: 'many' }] as const;
  return printQuery({ kind: 'field', field, test: { test: 'is', pattern: { pieces } } });
}

/** Both searches together; a text that is none counts for nothing. */
export function both(left: string, right: string): string {
  const parts = [...partsOf(treeOf(left) ?? null), ...partsOf(treeOf(right) ?? null)];
  return printQuery(whole(parts));
}

/** The search at these sites alone; none: at all. */
export function withSites(text: string, sites: readonly string[]): string {
  const root = treeOf(text);
  if (root === undefined || sites.length === 0) return text;
  return printQuery(whole([...partsOf(root), ...partsOf(joined('site', sites))]));
}

/** Whether entries of a site can be found by the search; by one that cannot be understood they can. */
export function mayHold(text: string, site: NamedSite): boolean {
  return queryAtSite(treeOf(text) ?? null, site) !== 'none';
}

/** Whether the search names the field anywhere but behind a NOT. */
export function asksFor(text: string, field: QueryField): boolean {
  const names = (node: QueryNode | null | undefined): boolean => {
    if (node?.kind === 'field') return node.field === field;
    return (node?.kind === 'all' || node?.kind === 'any') && node.parts.some(names);
  };
  return names(treeOf(text));
}
