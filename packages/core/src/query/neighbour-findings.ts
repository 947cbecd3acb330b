/**
 * Findings that only the entries around an entry tell: what a search asks of them, and the search once it is known of
 * which entries they hold. `has:finding` is not among them: it asks what entries tell by themselves.
 */

import { FINDINGS } from '../finding.ts';
import { STATION_CHECKS, type StationCheckCode } from '../validate/checks.ts';
import type { FieldNode, QueryNode } from './ast.ts';
import { matches } from './pattern.ts';

// Safe: the keys of the table are what StationCheckCode is made of.
const CODES = Object.keys(STATION_CHECKS) as StationCheckCode[];
const OTHERS = Object.keys(FINDINGS).filter((code) => !Object.hasOwn(STATION_CHECKS, code));
/** Of what such a finding can be told; null: of any call. */
const ACTIONS: Readonly<Record<StationCheckCode, readonly string[] | null>> = {
  'seq-gap': ['TransactionEvent'],
  'seq-out-of-order': ['TransactionEvent'],
  'message-id-repeated': null,
  'transaction-mismatch': ['MeterValues', 'TransactionEvent'],
  'offline-queue': ['MeterValues', 'StartTransaction', 'StopTransaction', 'TransactionEvent'],
};
/** More are not named to the store one by one. */
const CHARGERS_MAX = 200;

export interface NeighbourFound {
  readonly code: StationCheckCode;
  /** Entry id, as text. */
  readonly entry: string;
  readonly charger: string;
}

/** Each once, in the order of the table. */
export function neighbourCodes(root: QueryNode | null): readonly StationCheckCode[] {
  if (root === null) return [];
  const found = new Set(codesIn(root));
  return CODES.filter((code) => found.has(code));
}

function codesIn(node: QueryNode): readonly StationCheckCode[] {
  switch (node.kind) {
    case 'all':
    case 'any':
      return node.parts.flatMap(codesIn);
    case 'not':
      return codesIn(node.part);
    case 'field':
      return codesOf(node);
    default:
      return [];
  }
}

function codesOf({ field, test }: FieldNode): readonly StationCheckCode[] {
  if (field !== 'finding' || test.test !== 'is') return [];
  return CODES.filter((code) => matches(test.pattern, code));
}

/** The search of one site with what was found there in the place of what asks for it. */
export function withNeighbours(root: QueryNode, found: readonly NeighbourFound[]): QueryNode {
  switch (root.kind) {
    case 'all':
    case 'any':
      return { kind: root.kind, parts: root.parts.map((part) => withNeighbours(part, found)) };
    case 'not':
      return { kind: 'not', part: withNeighbours(root.part, found) };
    case 'field':
      return entriesOf(root, found);
    default:
      return root;
  }
}

function entriesOf(node: FieldNode, found: readonly NeighbourFound[]): QueryNode {
  const codes = codesOf(node);
  const { test } = node;
  if (codes.length === 0 || test.test !== 'is') return node;
  const own = found.filter(({ code }) => codes.includes(code));
  const chargers = [...new Set(own.map(({ charger }) => charger))];
  const actions = codes.map((code) => ACTIONS[code]);
  const entries: QueryNode = {
    kind: 'entries',
    of: node,
    ids: [...new Set(own.map(({ entry }) => entry))],
    chargers: chargers.length > CHARGERS_MAX ? null : chargers,
    actions: actions.includes(null) ? null : [...new Set(actions.flatMap((some) => some ?? []))],
  };
  const others = OTHERS.some((code) => matches(test.pattern, code));
  return others ? { kind: 'any', parts: [node, entries] } : entries;
}

/** What a search says of stations wherever it holds; null: nothing. */
export function stationPart(root: QueryNode): QueryNode | null {
  const parts = root.kind === 'all' ? root.parts.filter(isOfStations) : [root].filter(isOfStations);
  const [only] = parts;
  if (only === undefined) return null;
  return parts.length === 1 ? only : { kind: 'all', parts };
}

function isOfStations(node: QueryNode): boolean {
  switch (node.kind) {
    case 'all':
    case 'any':
      return node.parts.every(isOfStations);
    case 'not':
      return isOfStations(node.part);
    case 'field':
      return node.field === 'station';
    default:
      return false;
  }
}
