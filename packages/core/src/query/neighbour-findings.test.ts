import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATION_CHECKS } from '../validate/checks.ts';
import type { QueryNode } from './ast.ts';
import { type NeighbourFound, neighbourCodes, stationPart, withNeighbours } from './neighbour-findings.ts';
import { parseQuery } from './parse.ts';
import { printQuery } from './print.ts';

function tree(text: string): QueryNode {
  const parsed = parseQuery(text);
  assert.ok(parsed.kind === 'query' && parsed.root !== null, text);
  return parsed.root;
}

test('a search says which findings of neighbours it asks for; has:finding asks for none', () => {
  const cases: readonly (readonly [text: string, codes: readonly string[]])[] = [
    ['finding:Seq-Gap', ['seq-gap']],
    ['-(finding:offline-queue OR a) finding:seq-*', ['seq-gap', 'seq-out-of-order', 'offline-queue']],
    ['finding:?*', Object.keys(STATION_CHECKS)],
    ['finding:t*', ['transaction-mismatch']],
    ['has:finding', []],
    ['finding:*', []],
    ['finding:clock-skew status:seq-gap "seq-gap"', []],
  ];
  for (const [text, codes] of cases) assert.deepEqual(neighbourCodes(tree(text)), codes, text);
  assert.deepEqual(neighbourCodes(null), []);
});

const FOUND: readonly NeighbourFound[] = [
  { code: 'seq-gap', entry: '1', charger: 'A' },
  { code: 'seq-gap', entry: '1', charger: 'A' },
  { code: 'transaction-mismatch', entry: '2', charger: 'B' },
  { code: 'message-id-repeated', entry: '3', charger: 'A' },
];

test('what was found stands in the place of what asked for it, and prints as that', () => {
  const gap = withNeighbours(tree('finding:seq-gap'), FOUND);
  assert.deepEqual(gap, {
    kind: 'entries',
    of: tree('finding:seq-gap'),
    ids: ['1'],
    chargers: ['A'],
    actions: ['TransactionEvent'],
  });
  const repeated = withNeighbours(tree('finding:message-id-repeated'), FOUND);
  assert.ok(repeated.kind === 'entries' && repeated.actions === null);
  // What else the pattern means, an entry tells by itself.
  const any = withNeighbours(tree('finding:t*'), FOUND);
  assert.ok(any.kind === 'any' && any.parts[0]?.kind === 'field' && any.parts[1]?.kind === 'entries');
  assert.deepEqual(any.parts[1].ids, ['2']);
  const text = 'action:A (status:b OR -finding:seq-gap) word';
  assert.equal(printQuery(withNeighbours(tree(text), FOUND)), text);
  assert.deepEqual(withNeighbours(tree('has:finding word'), FOUND), tree('has:finding word'));
});

test('more stations than can be named are left open', () => {
  const many = Array.from({ length: 201 }, (_, at) => ({
    code: 'seq-gap' as const,
    entry: `${at}`,
    charger: `CP${at}`,
  }));
  const node = withNeighbours(tree('finding:seq-gap'), many);
  assert.ok(node.kind === 'entries' && node.chargers === null && node.ids.length === 201);
});

test('what a search says of stations narrows what is read', () => {
  const part = (text: string) => {
    const found = stationPart(tree(text));
    return found === null ? null : printQuery(found);
  };
  assert.equal(part('finding:seq-gap station:CP_1'), 'station:CP_1');
  assert.equal(part('finding:seq-gap station:CP* -station:CP9 a'), 'station:CP* -station:CP9');
  assert.equal(part('(station:A OR station:B) finding:seq-gap'), 'station:A OR station:B');
  assert.equal(part('finding:seq-gap OR station:CP_1'), null);
  assert.equal(part('finding:seq-gap (station:A OR status:Faulted)'), null);
  assert.equal(part('finding:seq-gap'), null);
});
