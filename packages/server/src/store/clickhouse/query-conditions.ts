/**
 * A search as SQL. Every part has two conditions: one that holds wherever the part does, one that holds only where it
 * does. Rows between both are left to the matcher of core; where the conditions are the same, there are none.
 */

import type {
  EntriesNode,
  FieldNode,
  FieldTest,
  Pattern,
  QueryNode,
  RangeTest,
  ValueSource,
} from '@ocpp-logs/core';
import {
  FIELDS,
  findingCandidates,
  KINDS,
  literalOf,
  matches,
  OUTCOMES,
  QUERY_FIELDS,
} from '@ocpp-logs/core';
import { nameText } from './names.ts';
import type { Parameters } from './parameters.ts';

export interface QueryConditions {
  /** Holds for every row that the search holds for. */
  readonly over: string;
  /** Holds for no other row. */
  readonly under: string;
  /** Whether texts of entries have to be read for it. */
  readonly texts: boolean;
}

export const ALWAYS = '1';
export const NEVER = '0';
const UNKNOWN: QueryConditions = { over: ALWAYS, under: NEVER, texts: true };
/** Where ClickHouse sees letters as JavaScript does. */
const PLAIN = 'NOT odd';

export function queryConditions(node: QueryNode, bound: Parameters): QueryConditions {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const parts = node.parts.map((part) => queryConditions(part, bound));
      const join = node.kind === 'all' ? allOf : anyOf;
      return {
        over: join(parts.map(({ over }) => over)),
        under: join(parts.map(({ under }) => under)),
        texts: parts.some(({ texts }) => texts),
      };
    }
    case 'not': {
      const { over, under, texts } = queryConditions(node.part, bound);
      return { over: not(under), under: not(over), texts };
    }
    case 'words':
      return wordConditions(node.pattern, bound);
    case 'field':
      return fieldConditions(node, bound);
    case 'entries':
      return entriesConditions(node, bound);
  }
}

/** Which entries they are, the matcher tells: so many ids have no room in the address of a request. */
function entriesConditions({ ids, chargers, actions }: EntriesNode, bound: Parameters): QueryConditions {
  if (ids.length === 0) return exactly(NEVER);
  const over = allOf([
    among('kind', ['exchange'], bound),
    chargers === null ? ALWAYS : among('charger', chargers.map(nameText), bound),
    actions === null ? ALWAYS : among('action', actions.map(nameText), bound),
  ]);
  return { over, under: NEVER, texts: true };
}

/** Of the request; of what is not a message its whole text. */
const PAYLOAD =
  'if(payload_start < 0, request, substring(request, payload_start + 1, payload_end - payload_start))';

function wordConditions(pattern: Pattern, bound: Parameters): QueryConditions {
  const asked = like(pattern, true, bound);
  const found = (text: string) => asked.holds(`lower(${text})`);
  const anywhere = anyOf([
    `(charger != '' AND ${found('charger')})`,
    `(action != '' AND ${found('action')})`,
    `arrayExists(text -> ${found('text')}, statuses)`,
    `arrayExists(text -> ${found('text')}, errors)`,
    found(PAYLOAD),
  ]);
  return unsure(ALWAYS, anywhere, asked.exact, true);
}

function fieldConditions({ field, test }: FieldNode, bound: Parameters): QueryConditions {
  const source = QUERY_FIELDS.get(field)?.source;
  // What is said of sites was settled before.
  if (source === undefined || source.of === 'site') return exactly(NEVER);
  if (source.of === 'column') return columnConditions(source.column, test, bound);
  if (source.of === 'head') return headConditions(source.member, test, bound);
  const names = source.names.join();
  if (names === 'connector_id') return connectorConditions(test, bound);
  if (names === 'request_status,response_id_tag_info_status') return listConditions('statuses', test, bound);
  const parts = source.names.map((name) => derivedConditions(name, test, bound));
  return {
    over: anyOf(parts.map(({ over }) => over)),
    under: anyOf(parts.map(({ under }) => under)),
    texts: true,
  };
}

function columnConditions(
  column: 'station' | 'action' | 'kind' | 'outcome',
  test: FieldTest,
  bound: Parameters,
): QueryConditions {
  if (test.test === 'range') return UNKNOWN;
  switch (column) {
    case 'kind':
    case 'outcome': {
      const holds = (name: string) => test.test === 'present' || matches(test.pattern, name);
      return exactly(among(column, (column === 'kind' ? KINDS : OUTCOMES).filter(holds), bound));
    }
    case 'station':
      return textConditions('charger', test, bound);
    case 'action':
      return textConditions('action', test, bound);
  }
}

function headConditions(
  member: (ValueSource & { readonly of: 'head' })['member'],
  test: FieldTest,
  bound: Parameters,
): QueryConditions {
  switch (member) {
    case 'direction':
      return textConditions('direction', test, bound);
    case 'version':
      return textConditions('ocpp', test, bound);
    case 'error':
      return listConditions('errors', test, bound);
    case 'finding':
      return findingConditions(test, bound);
    case 'latency':
      return latencyConditions(test, bound);
    case 'connection':
      return headTextConditions(3, test, bound);
    case 'message':
      return headTextConditions(4, test, bound);
    case 'payload':
      return wholeTextConditions(PAYLOAD, `${PAYLOAD} != ''`, test, bound);
    case 'answer':
      return wholeTextConditions('answer', 'bitTest(texts, 1)', test, bound);
  }
}

/** Columns in which '' is none. */
function textConditions(column: string, test: FieldTest, bound: Parameters): QueryConditions {
  const present = `${column} != ''`;
  if (test.test === 'present') return exactly(present);
  if (test.test === 'range') return UNKNOWN;
  const asked = like(test.pattern, false, bound);
  return unsure(present, asked.holds(`lower(${column})`), asked.exact, false);
}

function listConditions(column: string, test: FieldTest, bound: Parameters): QueryConditions {
  const present = `notEmpty(${column})`;
  if (test.test === 'present') return exactly(present);
  if (test.test === 'range') return UNKNOWN;
  const asked = like(test.pattern, false, bound);
  return unsure(present, `arrayExists(text -> ${asked.holds('lower(text)')}, ${column})`, asked.exact, false);
}

/** Besides those that were recorded, what is found when an entry is looked at: which entries those can be. */
function findingConditions(test: FieldTest, bound: Parameters): QueryConditions {
  const recorded = listConditions('findings', test, bound);
  const candidates = findingCandidates(test).map(({ actions, outcomes }) =>
    allOf([
      among('kind', ['exchange'], bound),
      actions === null ? ALWAYS : among('action', actions.map(nameText), bound),
      outcomes === null ? ALWAYS : among('outcome', outcomes, bound),
    ]),
  );
  if (candidates.length === 0) return recorded;
  return { over: anyOf([recorded.over, ...candidates]), under: recorded.under, texts: true };
}

/** A place in the head, from 1 on. */
function headTextConditions(place: number, test: FieldTest, bound: Parameters): QueryConditions {
  const text = `JSONExtract(head, ${place}, 'Nullable(String)')`;
  const present = `isNotNull(${text})`;
  if (test.test === 'present') return { ...exactly(present), texts: true };
  if (test.test === 'range') return UNKNOWN;
  const asked = like(test.pattern, false, bound);
  return unsure(present, `ifNull(${asked.holds(`lower(${text})`)}, 0)`, asked.exact, true);
}

function wholeTextConditions(
  text: string,
  present: string,
  test: FieldTest,
  bound: Parameters,
): QueryConditions {
  if (test.test === 'present') return unsure(ALWAYS, present, true, true);
  if (test.test === 'range') return UNKNOWN;
  const asked = like(test.pattern, true, bound);
  return unsure(present, asked.holds(`lower(${text})`), asked.exact, true);
}

function latencyConditions(test: FieldTest, bound: Parameters): QueryConditions {
  if (test.test === 'is') return UNKNOWN;
  if (test.test === 'present') return exactly('isNotNull(latency)');
  // Stored in microseconds, asked for in milliseconds.
  return exactly(`ifNull(${within('latency / 1000', test, bound)}, 0)`);
}

function connectorConditions(test: FieldTest, bound: Parameters): QueryConditions {
  if (test.test === 'is') return UNKNOWN;
  if (test.test === 'present') return exactly('isNotNull(connector)');
  // The column holds connectors beyond 2^53 as the largest number of their sign.
  const safe = [test.from, test.to].every(
    (end) => end === null || Number.isSafeInteger(Math.trunc(end.amount.value)),
  );
  return safe
    ? exactly(`ifNull(${within('connector', test, bound)}, 0)`)
    : { ...UNKNOWN, over: 'isNotNull(connector)' };
}

/** A field of `fields`: a line that begins with its mark and goes on with its JSON; '' where it is not there. */
function derivedConditions(
  name: (typeof FIELDS)[number],
  test: FieldTest,
  bound: Parameters,
): QueryConditions {
  // See encodeFields of core: '0' is field 0, '1' field 1.
  const mark = bound.text(String.fromCharCode(48 + FIELDS.indexOf(name)));
  const json = `substring(arrayFirst(line -> startsWith(line, ${mark}), splitByChar('\\n', fields)), 2)`;
  const present = `${json} != ''`;
  if (test.test === 'present') return { ...exactly(present), texts: true };
  if (test.test === 'range') {
    // A text may say a number, too.
    const holds = `ifNull(${within(`toFloat64OrNull(${json})`, test, bound)}, 0)`;
    return { over: anyOf([holds, `startsWith(${json}, '"')`]), under: holds, texts: true };
  }
  const asked = like(test.pattern, false, bound);
  const text = `if(startsWith(${json}, '"'), substring(${json}, 2, length(${json}) - 2), ${json})`;
  const { over, under } = unsure(present, asked.holds(`lower(${text})`), asked.exact, true);
  // Where JSON had to escape something, its text is not the text itself.
  const escapes = `position(${json}, '\\\\') > 0`;
  return { over: anyOf([over, `(${escapes})`]), under: allOf([under, not(escapes)]), texts: true };
}

interface Like {
  /** Of a text in small letters. */
  readonly holds: (text: string) => string;
  /** Whether it holds wherever the pattern does. Otherwise nothing is known. */
  readonly exact: boolean;
}

const ASCII = /^[\0-\x7f]*$/;

/** `part`: found somewhere in the text. */
function like(pattern: Pattern, part: boolean, bound: Parameters): Like {
  const texts = pattern.pieces.flatMap((piece) => ('text' in piece ? [piece.text] : []));
  // Which letters are the same beyond ASCII, JavaScript decides.
  if (!texts.every((text) => ASCII.test(text))) return { holds: () => ALWAYS, exact: false };
  const literal = literalOf(pattern);
  if (literal !== null) {
    if (part && literal === '') return { holds: () => ALWAYS, exact: true };
    const text = bound.text(literal.toLowerCase());
    return {
      holds: (column) => (part ? `position(${column}, ${text}) > 0` : `${column} = ${text}`),
      exact: true,
    };
  }
  const pieces = pattern.pieces.map((piece) => {
    if ('text' in piece) return piece.text.toLowerCase().replace(/[\\%_]/g, '\\$&');
    return piece.wild === 'one' ? '_' : '%';
  });
  const text = bound.text(part ? `%${pieces.join('')}%` : pieces.join(''));
  return { holds: (column) => `${column} LIKE ${text}`, exact: true };
}

/** Where texts are odd, whatever is present may hold. */
function unsure(present: string, holds: string, exact: boolean, texts: boolean): QueryConditions {
  if (!exact) return { over: present, under: NEVER, texts };
  return {
    over: allOf([present, anyOf([holds, 'odd'])]),
    under: allOf([present, holds, PLAIN]),
    texts,
  };
}

function within(number: string, { from, to }: RangeTest, bound: Parameters): string {
  const parts = [`isNotNull(${number})`];
  if (from !== null)
    parts.push(`${number} ${from.inclusive ? '>=' : '>'} ${bound.double(from.amount.value)}`);
  if (to !== null) parts.push(`${number} ${to.inclusive ? '<=' : '<'} ${bound.double(to.amount.value)}`);
  return `(${parts.join(' AND ')})`;
}

function exactly(sql: string): QueryConditions {
  return { over: sql, under: sql, texts: false };
}

export function among(column: string, names: readonly string[], bound: Parameters): string {
  return names.length === 0 ? NEVER : `${column} IN ${bound.texts(names)}`;
}

export function allOf(parts: readonly string[]): string {
  return joined(parts, ' AND ', ALWAYS, NEVER);
}

export function anyOf(parts: readonly string[]): string {
  return joined(parts, ' OR ', NEVER, ALWAYS);
}

/** `neutral` says nothing among the others, `absorbing` says all. */
function joined(parts: readonly string[], by: string, neutral: string, absorbing: string): string {
  if (parts.includes(absorbing)) return absorbing;
  const left = parts.filter((part) => part !== neutral);
  return left.length < 2 ? (left[0] ?? neutral) : `(${left.join(by)})`;
}

function not(sql: string): string {
  if (sql === ALWAYS) return NEVER;
  return sql === NEVER ? ALWAYS : `NOT (${sql})`;
}
