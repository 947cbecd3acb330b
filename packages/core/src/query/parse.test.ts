import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literal, type QueryNode } from './ast.ts';
import { parseQuery, QUERY_LENGTH_MAX } from './parse.ts';
import { printQuery } from './print.ts';

function tree(text: string): QueryNode | null {
  const parsed = parseQuery(text);
  assert.equal(parsed.kind, 'query', parsed.kind === 'fault' ? `${text}: ${parsed.error.message}` : '');
  return parsed.kind === 'query' ? parsed.root : null;
}

function fault(text: string): string {
  const parsed = parseQuery(text);
  return parsed.kind === 'fault' ? `${parsed.error.column}: ${parsed.error.message}` : 'no fault';
}

const printed = (text: string) => printQuery(tree(text));

test('nothing asked is no query', () => {
  assert.equal(tree(''), null);
  assert.equal(tree('  \t '), null);
});

test('a word, a phrase, a field', () => {
  assert.deepEqual(tree('Faulted'), { kind: 'words', pattern: literal('Faulted') });
  assert.deepEqual(tree('"free text"'), { kind: 'words', pattern: literal('free text') });
  assert.deepEqual(tree('action:Reset'), {
    kind: 'field',
    field: 'action',
    test: { test: 'is', pattern: literal('Reset') },
  });
  assert.deepEqual(tree('charger:CP0*'), {
    kind: 'field',
    field: 'station',
    test: { test: 'is', pattern: { pieces: [{ text: 'CP0' }, { wild: 'many' }] } },
  });
});

test('amounts are read in the unit in which entries hold them', () => {
  const bounds = (text: string) => {
    const node = tree(text);
    if (node?.kind !== 'field' || node.test.test !== 'range') return null;
    const { from, to } = node.test;
    return [from?.amount.value ?? null, from?.inclusive, to?.amount.value ?? null, to?.inclusive];
  };
  assert.deepEqual(bounds('latency:>5s'), [5000, false, null, undefined]);
  assert.deepEqual(bounds('power:[3kW TO 7kW]'), [3000, true, 7000, true]);
  assert.deepEqual(bounds('power:{-3.5kW TO *}'), [-3500, false, null, undefined]);
  assert.deepEqual(bounds('soc:<=80%'), [null, undefined, 80, true]);
  assert.deepEqual(bounds('connector:2'), [2, true, 2, true]);
  assert.deepEqual(bounds('extracted_power_phase1:=1e3W'), [1000, true, 1000, true]);
});

function hints(text: string): readonly string[] {
  const parsed = parseQuery(text);
  return parsed.kind === 'query' ? parsed.hints.map(({ column, message }) => `${column}: ${message}`) : [];
}

test('a keyword in lower case is a word, and it is said what to write', () => {
  assert.equal(printed('status:Faulted or error:*'), 'status:Faulted or has:error');
  assert.deepEqual(hints('status:Faulted or error:*'), ['16: or is searched as a word; write OR']);
  assert.deepEqual(hints('a And b oR c'), [
    '3: And is searched as a word; write AND',
    '9: oR is searched as a word; write OR',
  ]);
  assert.deepEqual(hints('not a (b or c)'), [
    '1: not is searched as a word; write NOT',
    '10: or is searched as a word; write OR',
  ]);
  assert.deepEqual(hints('action:(Reset or Heartbeat)'), ['15: or is taken for a value of action; write OR']);
  assert.deepEqual(hints('a || b && c'), [
    '3: || is searched as a word; write OR',
    '8: && is searched as a word; write AND',
  ]);
});

test('no hint where no keyword could stand, nor for what is quoted or spelled right', () => {
  for (const text of [
    'or',
    'or a',
    'a or',
    'a not',
    '(a) OR (or)',
    'a "or" b',
    'a OR b',
    'a order b',
    '-or b',
    'a or*',
  ]) {
    assert.deepEqual(hints(text), [], text);
  }
});

test('AND is implied and binds closer than OR; NOT and minus turn a term round', () => {
  const cases = [
    ['a b', 'a b'],
    ['a AND b', 'a b'],
    ['a b OR c d', 'a b OR c d'],
    ['a AND (b OR c)', 'a (b OR c)'],
    ['(a b) (c)', 'a b c'],
    ['NOT a -b', '-a -b'],
    ['NOT NOT a', 'a'],
    ['-(a OR b)', '-(a OR b)'],
    ['-(a b)', '-(a b)'],
    ['- a', '"-" a'],
    ['status:(Faulted OR Unavailable)', 'status:Faulted OR status:Unavailable'],
    ['x status:(A OR -B)', 'x (status:A OR -status:B)'],
    ['station:*', 'has:station'],
    ['has:finding', 'has:finding'],
    ['outcome:TIMEOUT', 'outcome:timeout'],
    ['latency:[5s TO 5s]', 'latency:5s'],
    ['and or not', 'and or not'],
    ['"OR" "a:b" "-x" "a*b"', '"OR" "a:b" "-x" "a*b"'],
    ['a\\*b*', 'a\\*b*'],
    ['a**b', 'a*b'],
    ['payload:"{\\"a\\":1}"', 'payload:"{\\"a\\":1}"'],
    ['10:15 payload:10:15', '10:15 payload:10:15'],
  ] as const;
  for (const [given, expected] of cases) {
    assert.equal(printed(given), expected);
    assert.deepEqual(tree(expected), tree(given), `${expected} reads as ${given}`);
  }
});

test('a fault names its column and what to do', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['acton:Reset', /^1: there is no field acton; did you mean action\?$/],
    ['a zzzzzz:1', /^3: there is no field zzzzzz; to look for the text put it in quotes/],
    ['outcome:timeuot', /^9: outcome is never "timeuot"; did you mean timeout\?$/],
    ['finding:seq-gaps', /^9: finding is never "seq-gaps"; did you mean seq-gap\?$/],
    ['kind:zzzzzzzz', /^6: kind is never "zzzzzzzz"; it is one of exchange, orphan/],
    [
      'latency:>5kW',
      /^10: "5kW" is no value of latency: it takes a number with or without us, ms, s, min, h$/,
    ],
    ['latency:fast', /^9: "fast" is no value of latency/],
    ['connector:>', /^12: connector needs a number$/],
    ['status:>5', /^8: status is text: comparisons and ranges are for numbers/],
    ['power:[1 2]', /^10: TO must follow, such as power:\[1 TO 5\]$/],
    ['power:[1 TO 2', /^7: this range is never closed: add a \]$/],
    ['power:[7kW TO 3kW]', /^7: the range is empty: 7kW is more than 3kW$/],
    ['(a OR b', /^1: this \( is never closed: add a \)$/],
    ['a) b', /^2: this \) closes nothing/],
    ['a "b', /^3: this quote is never closed/],
    ['a OR', /^5: something to look for must follow$/],
    ['OR a', /^1: OR needs a term before and behind it/],
    ['a AND AND b', /^7: AND needs a term/],
    ['()', /^2: there is nothing in these parentheses$/],
    ['status:', /^8: a value of status must follow$/],
    ['has:', /^5: the name of a field must follow$/],
    ['has:fidning', /^5: there is no field fidning; did you mean finding\?$/],
    ['NOT', /^4: something to look for must follow$/],
  ];
  for (const [given, expected] of cases) assert.match(fault(given), expected, given);
});

test('length, terms and depth are bounded', () => {
  assert.match(
    fault('a'.repeat(QUERY_LENGTH_MAX + 1)),
    /^4001: a search holds at most 4000 characters, not 4001$/,
  );
  assert.match(fault('a '.repeat(201)), /^401: a search holds at most 200 terms$/);
  assert.match(fault(`${'('.repeat(40)}a${')'.repeat(40)}`), /nest at most 32 deep$/);
});
