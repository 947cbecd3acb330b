/** From the query of a request to the filter of the store. */

import {
  ACTIONS,
  KINDS,
  type Kind,
  nearest,
  nearestAction,
  neighbourCodes,
  parseQuery,
  type QueryNode,
} from '@ocpp-logs/core';
import type { EntryFilter, Rendering, SortOrder } from '../store/store.ts';
import { type ReadCursor, readCursor } from './cursor.ts';
import { readInstant } from './instant.ts';
import { INCLUDES, PAGE_INCLUDES, TAKE } from './log-query-schema.ts';
import type { Asked, Query } from './query-string.ts';

/** Entry ids hold 42 bits of milliseconds, up to the year 2109. */
const TIME_MAX = 2 ** 42 - 1;
const CONNECTOR_MAX = 2_147_483_647;

/** Actions beyond the catalogue; asked for only when a name is not in it. */
export type SeenActions = () => Promise<readonly string[]>;

/** As asked for; of no site yet, and retention is not applied. */
export type AskedFilter = Omit<EntryFilter, 'site'>;

export interface AskedRendering extends Pick<Rendering, 'exchange' | 'raw' | 'validation' | 'guard'> {
  readonly session?: true;
  /** With `validation`, where entries around can be read for it. */
  readonly neighbours?: true;
}

export interface LogQuery {
  readonly filter: AskedFilter;
  readonly include: AskedRendering;
}

export interface PageRequest extends LogQuery {
  readonly order: SortOrder;
  /** null: not given. */
  readonly take: number | null;
  readonly skip: number;
  /** Whether the cursor parameter was given: the answer then carries next_cursor. */
  readonly paged: boolean;
  readonly cursor: ReadCursor | null;
  /** null: all that are readable. */
  readonly sites: readonly string[] | null;
  /** Whether a search over texts is counted no further than the page. */
  readonly quick: boolean;
  /** Whether texts of CSV that begin like a formula get an apostrophe. */
  readonly guard: boolean;
}

function instant(query: Asked, name: string, required: boolean): number | null {
  const text = query.text(name);
  if (text === null) {
    if (required) query.fault(name, 'is required: an ISO 8601 time, for example 2026-01-05T00:00:00Z');
    return null;
  }
  const read = readInstant(text);
  if ('ms' in read) return read.ms;
  query.fault(name, read.fault);
  return null;
}

function timeRange(query: Asked, required: boolean): { readonly from: number; readonly to: number } {
  const from = instant(query, 'from', required);
  const to = instant(query, 'to', required);
  if (from !== null && to !== null && to <= from) query.fault('to', 'must be after from');
  const within = (ms: number) => Math.min(Math.max(ms, 0), TIME_MAX);
  return { from: within(from ?? 0), to: within(to ?? TIME_MAX) };
}

export function readChoices<C extends string>(
  query: Asked,
  name: string,
  known: readonly C[],
): readonly C[] | null {
  const wanted = query.narrowing(name);
  for (const item of wanted ?? []) {
    if (known.some((choice) => choice === item)) continue;
    const meant = nearest(item, known);
    const list = `known are ${known.join(', ')}`;
    query.fault(name, `"${item}" is unknown here; ${meant ? `did you mean ${meant}? ${list}` : list}`);
  }
  return wanted && known.filter((choice) => wanted.includes(choice));
}

async function actions(query: Asked, seenActions: SeenActions): Promise<readonly string[] | null> {
  const wanted = query.narrowing('actions');
  if (!wanted?.some((action) => !ACTIONS.has(action))) return wanted;
  const seen = await seenActions();
  const known = new Set([...ACTIONS.keys(), ...seen]);
  for (const action of wanted) {
    if (known.has(action)) continue;
    const meant = nearestAction(action, known);
    query.fault('actions', `"${action}" is no known action${meant ? `; did you mean ${meant}?` : ''}`);
  }
  return wanted;
}

export function readConnectors(query: Asked): readonly number[] | null {
  const wanted = query.narrowing('connector_id');
  for (const item of wanted ?? []) {
    if (!/^\d{1,10}$/.test(item) || Number(item) > CONNECTOR_MAX) {
      query.fault('connector_id', `must be whole numbers of 0 or more, not "${item}"`);
    }
  }
  return wanted?.map(Number) ?? null;
}

function search(query: Asked): QueryNode | null {
  const parsed = parseQuery(query.text('q') ?? '');
  if (parsed.kind === 'query') return parsed.root;
  const { column, message } = parsed.error;
  query.fault('q', `${message} (column ${column})`, { column });
  return null;
}

function namesKind(node: QueryNode | null): boolean {
  if (node === null || node.kind === 'words' || node.kind === 'entries') return false;
  if (node.kind === 'field') return node.field === 'kind';
  return node.kind === 'not' ? namesKind(node.part) : node.parts.some(namesKind);
}

export async function readLogQuery(
  query: Asked,
  timesRequired: boolean,
  seenActions: SeenActions,
  includes: readonly Include[] = INCLUDES,
): Promise<LogQuery> {
  const { from, to } = timeRange(query, timesRequired);
  const root = search(query);
  // Who searches for kinds means to find them.
  const usual: readonly Kind[] = namesKind(root) ? KINDS : ['exchange'];
  const kinds = readChoices(query, 'kinds', KINDS) ?? usual;
  return {
    filter: {
      from,
      to,
      kinds,
      actions: await actions(query, seenActions),
      chargers: query.ids('charger_id'),
      connectors: readConnectors(query),
      query: root,
    },
    include: readInclude(query, includes),
  };
}

type Include = (typeof PAGE_INCLUDES)[number];

export function readInclude(query: Asked, includes: readonly Include[] = INCLUDES): AskedRendering {
  const include = readChoices(query, 'include', includes) ?? [];
  return {
    exchange: include.includes('exchange'),
    raw: include.includes('raw'),
    ...(include.includes('validation') ? { validation: true } : {}),
    // As with sessions, those that are written out one by one as they come have no neighbours yet.
    ...(include.includes('validation') && includes.includes('session') ? { neighbours: true } : {}),
    ...(include.includes('session') ? { session: true } : {}),
  };
}

/** `whole`: NDJSON or CSV, which know no pages. `sites`: ids of those that are asked for; null: all that are readable. */
export async function readPageQuery(
  query: Query,
  sites: readonly string[] | null,
  whole: boolean,
  seenActions: SeenActions,
): Promise<PageRequest> {
  const log = await readLogQuery(query, true, seenActions, whole ? INCLUDES : PAGE_INCLUDES);
  const order = query.text('sort_order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') query.fault('sort_order', `must be asc or desc, not "${order}"`);
  const sortOrder = order === 'asc' ? 'asc' : 'desc';
  const cursorText = query.text('cursor');
  const cursor = cursorText ? readCursor(cursorText, { sites, ...log.filter }, sortOrder) : null;
  if (cursorText !== null && query.has('skip')) query.fault('cursor', 'cannot be combined with skip');
  for (const name of whole ? ['skip', 'cursor'] : []) {
    if (query.has(name)) query.fault(name, 'is for pages of JSON; NDJSON and CSV give the whole range');
  }
  const guard = query.text('guard');
  if (guard !== null && guard !== 'none') query.fault('guard', `must be none, not "${guard}"`);
  if (guard !== null && !whole) query.fault('guard', 'is for CSV');
  const count = query.text('count');
  if (count !== null && count !== 'quick') query.fault('count', `must be quick, not "${count}"`);
  const request = {
    ...log,
    quick: count !== null,
    sites,
    guard: guard === null,
    order: sortOrder,
    take: query.integer('take', TAKE.minimum, TAKE.maximum, null),
    skip: query.integer('skip', 0, Number.MAX_SAFE_INTEGER, 0),
    paged: cursorText !== null,
    cursor,
  } as const;
  // Of a query that is wrong elsewhere the cursor's hash says nothing.
  query.settle();
  if (cursor && 'fault' in cursor) query.fault('cursor', cursor.fault);
  query.settle();
  return request;
}

/** The live tail: the filters of the page; times are optional. */
export async function readTailQuery(query: Query, seenActions: SeenActions): Promise<LogQuery> {
  const log = await readLogQuery(query, false, seenActions);
  const [code] = neighbourCodes(log.filter.query);
  if (code !== undefined) {
    query.fault(
      'q',
      `${code} is told by the entries around, later ones too, and cannot be followed live; ask for pages`,
    );
  }
  query.settle();
  return log;
}
