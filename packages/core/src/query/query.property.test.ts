import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../entry.ts';
import { encodeEntry } from '../entry-text.ts';
import { NO_CONTEXT } from '../fields.ts';
import type { Amount, FieldTest, Pattern, QueryNode } from './ast.ts';
import { queryAtSite } from './at-site.ts';
import { completionAt } from './complete.ts';
import { matcherOf } from './match.ts';
import { parseQuery } from './parse.ts';
import { found, matches } from './pattern.ts';
import { printQuery } from './print.ts';
import { QUERY_FIELDS, type QueryField } from './query-fields.ts';

const awkward = fc.constantFrom(
  'OR',
  'AND',
  'NOT',
  'has:',
  'a:b',
  '-x',
  '(',
  ')',
  '"',
  '\\',
  '[',
  '{',
  '>',
  '=',
  ' ',
  '\t',
  '\u00e9',
  '\ud83d\ude00',
);
const someText = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), awkward);

const pattern: fc.Arbitrary<Pattern> = fc
  .array(fc.oneof(someText, fc.constantFrom('many', 'one')), { minLength: 1, maxLength: 4 })
  .map((parts) => {
    const pieces: Pattern['pieces'][number][] = [];
    for (const part of parts) {
      const last = pieces.at(-1);
      if (part === 'many' || part === 'one') {
        if (part === 'one' || last === undefined || !('wild' in last) || last.wild !== 'many')
          pieces.push({ wild: part });
      } else if (last !== undefined && 'text' in last) pieces[pieces.length - 1] = { text: last.text + part };
      else pieces.push({ text: part });
    }
    return { pieces };
  })
  // As a value a lone asterisk asks whether there is one.
  .filter(({ pieces }) => !(pieces.length === 1 && 'wild' in (pieces[0] ?? {})));

const textFields = [...QUERY_FIELDS].flatMap(([name, row]) =>
  row.quantity === null && row.values === null ? [name] : [],
);
const amountFields = [...QUERY_FIELDS].flatMap(([name, row]) => (row.quantity === null ? [] : [name]));

const amount: fc.Arbitrary<Amount> = fc
  .integer({ min: -99, max: 99 })
  .map((value) => ({ value, text: String(value) }));
const bound = fc.tuple(amount, fc.boolean()).map(([of, inclusive]) => ({ amount: of, inclusive }));
const plain: fc.Arbitrary<FieldTest> = fc
  .tuple(fc.option(bound), fc.option(bound))
  .filter(([from, to]) => from !== null || to !== null)
  .filter(([from, to]) => from === null || to === null || from.amount.value <= to.amount.value)
  .map(([from, to]) => ({ test: 'range', from, to }));

function fieldNode(field: fc.Arbitrary<QueryField>, given: fc.Arbitrary<FieldTest>): fc.Arbitrary<QueryNode> {
  return fc.tuple(field, given).map(([name, wanted]) => ({ kind: 'field', field: name, test: wanted }));
}

/** Trees as the parser makes them: nothing joined within what is joined alike, nothing turned round twice. */
const { node } = fc.letrec<{ node: QueryNode }>((tie) => {
  const joined = (kind: 'all' | 'any') =>
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(
      (parts): QueryNode => ({
        kind,
        parts: parts.flatMap((part) => (part.kind === kind ? part.parts : [part])),
      }),
    );
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      pattern.map((words): QueryNode => ({ kind: 'words', pattern: words })),
      fieldNode(
        fc.constantFrom(...textFields),
        fc.oneof(
          pattern.map((is): FieldTest => ({ test: 'is', pattern: is })),
          fc.constant<FieldTest>({ test: 'present' }),
        ),
      ),
      fieldNode(fc.constantFrom(...amountFields), plain),
      tie('node').map((part): QueryNode => (part.kind === 'not' ? part : { kind: 'not', part })),
      joined('all'),
      joined('any'),
    ),
  };
});

test('what is printed reads as the tree it was printed from', () => {
  fc.assert(
    fc.property(node, (root) => {
      const parsed = parseQuery(printQuery(root));
      if (parsed.kind === 'fault' && /at most/.test(parsed.error.message)) return;
      assert.deepEqual(parsed.kind === 'query' ? parsed.root : parsed, root, printQuery(root));
    }),
    { numRuns: 500 },
  );
});

const DEPOT = { id: 'depot', name: 'Depot North' };
const RESET: Entry = {
  kind: 'exchange',
  at: 1_767_607_200_000,
  charger: 'CP_01',
  connection: 'c-1',
  direction: 'csms_to_station',
  version: '1.6',
  messageId: 'm-7',
  action: 'Reset',
  outcome: 'pending',
  request: null,
  answer: null,
  rejection: null,
  error: null,
  answeredAt: null,
  latency: null,
  context: NO_CONTEXT,
  fields: {},
  findings: [],
  event: null,
};

test('what a search asks at a site is what the whole of it finds there', () => {
  const anywhere = fc.constantFrom(
    'site:depot',
    'site:"depot N*"',
    'site:yard',
    'has:site',
    'Reset',
    'CP_02',
  );
  const term = fc.oneof(
    anywhere.map((text) => {
      const parsed = parseQuery(text);
      assert.ok(parsed.kind === 'query' && parsed.root !== null);
      return parsed.root;
    }),
    node,
  );
  const { tree } = fc.letrec<{ tree: QueryNode }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      term,
      tie('tree').map((part): QueryNode => ({ kind: 'not', part })),
      fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));
  const entry = encodeEntry(1n << 21n, RESET);
  fc.assert(
    fc.property(tree, (root) => {
      const left = queryAtSite(root, DEPOT);
      const found = typeof left === 'string' ? left === 'all' : matcherOf(left)(entry);
      assert.equal(found, matcherOf(root, DEPOT)(entry), printQuery(root));
      assert.equal(typeof left === 'string' || !printQuery(left).includes('site:'), true);
    }),
    { numRuns: 500 },
  );
});

test('any text is read or refused within itself, and prints stably', () => {
  const fragments = fc.constantFrom(
    'a',
    'action:',
    'latency:',
    '>',
    '5s',
    '[',
    ']',
    ' TO ',
    ' OR ',
    '-',
    '(',
    ')',
    '"',
    '*',
    '?',
    '\\',
    ' ',
    'has:',
    'outcome:',
    'timeout',
  );
  const anyText = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseQuery(text);
      if (parsed.kind === 'fault') {
        assert.ok(
          parsed.error.column >= 1 && parsed.error.column <= text.length + 1,
          `${parsed.error.column}`,
        );
        return;
      }
      const printed = printQuery(parsed.root);
      const again = parseQuery(printed);
      assert.deepEqual(again.kind === 'query' ? again.root : again, parsed.root, printed);
      assert.equal(printQuery(parsed.root), printed);
    }),
    { numRuns: 1000 },
  );
});

test('completion never throws and replaces only what stands before the cursor', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.nat(30), (text, at) => {
      const cursor = Math.min(at, text.length);
      const completion = completionAt(text, cursor);
      if (completion === null) return;
      assert.equal(completion.to, cursor);
      assert.equal(text.slice(completion.from, completion.to), completion.prefix);
    }),
  );
});

test('wildcards match as a regular expression of the same meaning', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '\n'), maxLength: 8 });
  fc.assert(
    fc.property(
      pattern,
      letters,
      fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 6 }),
      (_, text, parts) => {
        const pieces = parts.map((part) =>
          part === '*' ? { wild: 'many' as const } : part === '?' ? { wild: 'one' as const } : { text: part },
        );
        const source = parts.map((part) => (part === '*' ? '[^]*' : part === '?' ? '[^]' : part)).join('');
        assert.equal(matches({ pieces }, text), new RegExp(`^${source}$`, 'i').test(text));
        assert.equal(found({ pieces }, text), new RegExp(source, 'i').test(text));
      },
    ),
    { numRuns: 1000 },
  );
});
