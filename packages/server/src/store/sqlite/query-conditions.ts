/**
 * A search as SQL over one file. What a column tells goes into SQL; what only texts tell is left to the matcher of
 * core. So every part has two conditions: one that holds wherever the part does, one that holds only where it does.
 */

import type {
  Candidates,
  EntriesNode,
  FieldNode,
  FieldTest,
  Pattern,
  QueryNode,
  ValueSource,
} from '@ocpp-logs/core';
import { findingCandidates, KINDS, matches, OUTCOMES, QUERY_FIELDS } from '@ocpp-logs/core';
import { kindCode, outcomeCode } from './codes.ts';
import { latencyIn } from './latency-class.ts';
import type { ReaderFile } from './reader-files.ts';
import type { Value } from './sql.ts';
import { type Trait, UNTOLD } from './trait.ts';

/** Two-valued: a NULL in a column makes it false, never NULL. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Value[];
}

export interface QueryConditions {
  /** Holds for every row that the search holds for. */
  readonly over: Sql;
  /** Holds for no other row. */
  readonly under: Sql;
  /** Whether both are the same, so that no text needs to be looked at. */
  readonly exact: boolean;
  /** Whether stations or connectors matter. */
  readonly plugs: boolean;
}

export const ALWAYS: Sql = { text: '1', values: [] };
const NEVER: Sql = { text: '0', values: [] };
const UNKNOWN: QueryConditions = { over: ALWAYS, under: NEVER, exact: false, plugs: false };

export function queryConditions(file: ReaderFile, node: QueryNode): QueryConditions {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const parts = node.parts.map((part) => queryConditions(file, part));
      const join = node.kind === 'all' ? allOf : anyOf;
      return {
        over: join(parts.map(({ over }) => over)),
        under: join(parts.map(({ under }) => under)),
        exact: parts.every(({ exact }) => exact),
        plugs: parts.some(({ plugs }) => plugs),
      };
    }
    case 'not': {
      const { over, under, exact, plugs } = queryConditions(file, node.part);
      return { over: not(under), under: not(over), exact, plugs };
    }
    case 'words':
      return UNKNOWN;
    case 'field':
      return fieldConditions(file, node);
    case 'entries':
      return entriesConditions(file, node);
  }
}

function fieldConditions(file: ReaderFile, { field, test }: FieldNode): QueryConditions {
  const source = QUERY_FIELDS.get(field)?.source;
  if (source === undefined) return exactly(NEVER);
  if (source.of === 'column') return columnConditions(file, source.column, test);
  if (source.of === 'fields' && source.names.length === 1 && source.names[0] === 'connector_id') {
    return connectorConditions(test);
  }
  if (source.of === 'head' && source.member === 'latency') return latencyConditions(file, test);
  const values = traitValues(source);
  if (values === null) return UNKNOWN;
  const told = traitConditions(file, values, test);
  return field === 'finding' ? orDerived(file, told, test) : told;
}

/** Roll-ups hold no ids: which entries they are, the matcher tells. */
function entriesConditions(file: ReaderFile, { ids, chargers, actions }: EntriesNode): QueryConditions {
  if (ids.length === 0) return exactly(NEVER);
  const over = exchangesOf(file, { actions, outcomes: null });
  if (chargers === null) return { over, under: NEVER, exact: false, plugs: false };
  const stations = among(
    'charger',
    chargers.flatMap((name) => file.chargers.find(name) ?? []),
  );
  return { over: allOf([over, stations]), under: NEVER, exact: false, plugs: true };
}

/** Findings that are made when an entry is looked at: which entries those can be. */
function orDerived(file: ReaderFile, recorded: QueryConditions, test: FieldTest): QueryConditions {
  const candidates = findingCandidates(test);
  if (candidates.length === 0) return recorded;
  const over = anyOf([recorded.over, ...candidates.map((some) => exchangesOf(file, some))]);
  return { ...recorded, over, exact: false };
}

function exchangesOf(file: ReaderFile, { actions, outcomes }: Candidates): Sql {
  const parts = [among('kind', [kindCode('exchange')])];
  if (actions !== null) {
    const ids = actions.flatMap((name) => file.actions.find(name) ?? []);
    parts.push(among('action', ids));
  }
  if (outcomes !== null) parts.push(among('outcome', outcomes.map(outcomeCode)));
  return allOf(parts);
}

/** Of sources that traits hold; null for others. */
function traitValues(source: ValueSource): ((trait: Trait) => readonly string[]) | null {
  if (source.of === 'fields') {
    return source.names.join() === 'request_status,response_id_tag_info_status' ? (of) => of.statuses : null;
  }
  if (source.of !== 'head') return null;
  const some = (value: string | null) => (value === null ? [] : [value]);
  switch (source.member) {
    case 'direction':
      return ({ direction }) => some(direction);
    case 'version':
      return ({ version }) => some(version);
    case 'error':
      return ({ errors }) => errors;
    case 'finding':
      return ({ findings }) => findings;
    default:
      return null;
  }
}

function traitConditions(
  file: ReaderFile,
  valuesOf: (trait: Trait) => readonly string[],
  test: FieldTest,
): QueryConditions {
  if (test.test === 'range') return UNKNOWN;
  const { told, untold } = file.traits();
  const numbers: number[] = [];
  for (const [number, trait] of told) {
    const values = valuesOf(trait);
    const holds =
      test.test === 'present' ? values.length > 0 : values.some((value) => matches(test.pattern, value));
    if (holds) numbers.push(number);
  }
  const under = among('trait', numbers);
  if (!untold) return exactly(under);
  return { over: among('trait', [UNTOLD, ...numbers]), under, exact: false, plugs: false };
}

function latencyConditions(file: ReaderFile, test: FieldTest): QueryConditions {
  if (test.test === 'is') return UNKNOWN;
  const { told, untold } = file.traits();
  const over: number[] = untold ? [UNTOLD] : [];
  const under: number[] = [];
  for (const [number, { latency }] of told) {
    if (latency === null) continue;
    const { some, all } = test.test === 'present' ? { some: true, all: true } : latencyIn(latency, test);
    if (some) over.push(number);
    if (all) under.push(number);
  }
  const sure = among('trait', under);
  if (over.length === under.length) return exactly(sure);
  return { over: among('trait', over), under: sure, exact: false, plugs: false };
}

function columnConditions(
  file: ReaderFile,
  column: 'station' | 'action' | 'kind' | 'outcome',
  test: FieldTest,
): QueryConditions {
  // Of text no range is asked for; the matcher of core then decides.
  if (test.test === 'range') return UNKNOWN;
  const holds = (name: string) => test.test === 'present' || matches(test.pattern, name);
  switch (column) {
    case 'station': {
      // An entry of the whole site has no station.
      const stations = file.chargers.idsWhere((name) => name !== '' && holds(name));
      return exactly(among('charger', stations), true);
    }
    case 'action':
      return exactly(test.test === 'present' ? { text: 'action > 0', values: [] } : actionsLike(file, test));
    case 'kind':
      return exactly(among('kind', KINDS.filter(holds).map(kindCode)));
    case 'outcome':
      return exactly(among('outcome', OUTCOMES.filter(holds).map(outcomeCode)));
  }
}

function actionsLike(file: ReaderFile, { pattern }: { readonly pattern: Pattern }): Sql {
  return among('action', actionIds(file, pattern));
}

export function actionIds(file: ReaderFile, pattern: Pattern): readonly number[] {
  return file.actions.idsWhere((name) => matches(pattern, name));
}

/** Roll-ups hold a text where there is no connector, rows NULL; any number is below a text in SQLite. */
const CONNECTOR = `typeof(connector) IN ('integer', 'real')`;

function connectorConditions(test: FieldTest): QueryConditions {
  if (test.test === 'is') return UNKNOWN;
  if (test.test === 'present') return exactly({ text: CONNECTOR, values: [] }, true);
  const parts: Sql[] = [{ text: CONNECTOR, values: [] }];
  for (const [bound, sign] of [
    [test.from, '>'],
    [test.to, '<'],
  ] as const) {
    if (bound === null) continue;
    // Columns hold connectors beyond 2^53 as the largest number of their sign.
    if (!Number.isSafeInteger(Math.trunc(bound.amount.value))) return UNKNOWN;
    parts.push({ text: `connector ${sign}${bound.inclusive ? '=' : ''} ?`, values: [bound.amount.value] });
  }
  return exactly(allOf(parts), true);
}

function exactly(sql: Sql, plugs = false): QueryConditions {
  return { over: sql, under: sql, exact: true, plugs };
}

export function among(column: string, numbers: readonly number[]): Sql {
  const [only] = numbers;
  if (only === undefined) return NEVER;
  if (numbers.length === 1) return { text: `${column} = ?`, values: [only] };
  return { text: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(numbers)] };
}

function allOf(parts: readonly Sql[]): Sql {
  return joined(parts, ' AND ', ALWAYS, NEVER);
}

function anyOf(parts: readonly Sql[]): Sql {
  return joined(parts, ' OR ', NEVER, ALWAYS);
}

/** `neutral` says nothing among the others, `absorbing` says all. */
function joined(parts: readonly Sql[], by: string, neutral: Sql, absorbing: Sql): Sql {
  if (parts.some(({ text }) => text === absorbing.text)) return absorbing;
  const left = parts.filter(({ text }) => text !== neutral.text);
  const [only] = left;
  if (only === undefined) return neutral;
  if (left.length === 1) return only;
  return { text: `(${left.map(({ text }) => text).join(by)})`, values: left.flatMap(({ values }) => values) };
}

function not({ text, values }: Sql): Sql {
  if (text === ALWAYS.text) return NEVER;
  if (text === NEVER.text) return ALWAYS;
  return { text: `NOT (${text})`, values };
}
