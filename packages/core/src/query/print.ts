/** A search as text that reads the same: `parseQuery(printQuery(tree))` is the tree. */

import type { Bound, FieldNode, FieldTest, Pattern, QueryNode } from './ast.ts';
import { literalOf } from './ast.ts';

export function printQuery(root: QueryNode | null): string {
  return root === null ? '' : printNode(root);
}

function printNode(node: QueryNode): string {
  if (node.kind === 'any') return node.parts.map(printNode).join(' OR ');
  if (node.kind === 'all') return node.parts.map((part) => enclosed(part, part.kind === 'any')).join(' ');
  if (node.kind === 'not')
    return `-${enclosed(node.part, node.part.kind === 'any' || node.part.kind === 'all')}`;
  if (node.kind === 'words') return printPattern(node.pattern, true);
  return printField(node.kind === 'entries' ? node.of : node);
}

function enclosed(node: QueryNode, parentheses: boolean): string {
  return parentheses ? `(${printNode(node)})` : printNode(node);
}

function printField({ field, test }: FieldNode): string {
  return test.test === 'present' ? `has:${field}` : `${field}:${printTest(test)}`;
}

function printTest(test: Exclude<FieldTest, { readonly test: 'present' }>): string {
  if (test.test === 'is') return printPattern(test.pattern, false);
  const { from, to } = test;
  if (from !== null && to !== null && from.inclusive && to.inclusive && from.amount.text === to.amount.text) {
    return from.amount.text;
  }
  if (to === null && from !== null) return `>${from.inclusive ? '=' : ''}${from.amount.text}`;
  if (from === null && to !== null) return `<${to.inclusive ? '=' : ''}${to.amount.text}`;
  const opening = from?.inclusive === false ? '{' : '[';
  const closing = to?.inclusive === false ? '}' : ']';
  return `${opening}${boundText(from)} TO ${boundText(to)}${closing}`;
}

function boundText(bound: Bound | null): string {
  return bound === null ? '*' : bound.amount.text;
}

/** Characters that mean something where they stand. */
const SPECIAL = /[\s()"\\*?]/g;
/** What a word of its own, or a value, would be taken for something else by. */
const TAKEN_AS_TERM = /^-|^(?:AND|OR|NOT)$|^[A-Za-z_][A-Za-z0-9_]*:/;
const TAKEN_AS_VALUE = /^[[{<>=(]|^-|^(?:AND|OR|NOT)$/;

function printPattern(pattern: Pattern, term: boolean): string {
  const text = literalOf(pattern);
  const taken = term ? TAKEN_AS_TERM : TAKEN_AS_VALUE;
  if (text !== null) {
    const bare = text !== '' && text.search(SPECIAL) < 0 && !taken.test(text);
    return bare ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
  }
  const pieces = pattern.pieces.map((piece) => {
    if ('wild' in piece) return piece.wild === 'many' ? '*' : '?';
    return piece.text.replace(SPECIAL, '\\$&');
  });
  const printed = pieces.join('');
  if (!taken.test(printed)) return printed;
  // A backslash takes a character as itself; a colon ends a name only where none stands before it.
  return /^[-[{<>=(]/.test(printed) ? `\\${printed}` : printed.replace(':', '\\:');
}
