/** A request that could be right, before something is done to it. */

import { type ApiDocument, type ApiOperation, resolved, type Schema } from './api-document.ts';
import type { Dice } from './dice.ts';
import { escaped } from './hostile-values.ts';
import type { WireRequest } from './wire.ts';

export interface Draft {
  readonly operation: ApiOperation;
  method: string;
  /** Texts as they stand in the address. */
  readonly path: Map<string, string>;
  readonly query: [name: string, value: string][];
  readonly headers: [name: string, value: string][];
  credentials: readonly (readonly [name: string, value: string])[];
  type: string | null;
  /** JSON texts of the members of an object, or a body as it is. */
  body: [name: string, json: string][] | Buffer | null;
  length?: string;
  /** Behind the path, before the query. */
  tail: string;
}

/** What is there, by the collection it is in: changes while requests make more. */
export class Known {
  readonly #ids = new Map<string, string[]>();

  constructor(ids: Readonly<Record<string, readonly string[]>>) {
    for (const [name, all] of Object.entries(ids)) this.#ids.set(name, [...all]);
  }

  add(collection: string, id: string): void {
    const ids = this.#ids.get(collection) ?? [];
    this.#ids.set(collection, [...ids.slice(-19), id]);
  }

  one(collection: string, dice: Dice): string {
    const ids = this.#ids.get(collection) ?? [];
    return ids.length === 0 ? 'nothing' : dice.one(ids);
  }
}

/** `/ocpp-logs/site/{id}` is of sites as `/sites/{id}` is. */
export const collectionOf = (path: string): string =>
  /\/sites?\/\{id\}/.test(path) || path === '/sites' ? 'sites' : (path.split('/')[1] ?? '');

const NAMED: Readonly<Record<string, (dice: Dice, known: Known) => string>> = {
  from: (dice) => dice.one(['2020-01-01', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00+01:00']),
  to: () => '2100-01-01',
  start: () => '2026-01-05T10:00:00Z',
  date: () => '2026-01-05',
  time_zone: () => 'Europe/Berlin',
  timezone: () => 'Europe/Berlin',
  site: (dice, known) => known.one('sites', dice),
  id: (dice) => `s${dice.below(50)}`,
  site_id: (dice, known) => known.one('sites', dice),
  entry_id: (dice, known) => known.one('entries', dice),
  charger: (dice) => dice.one(['CP1', 'CP2']),
  charger_id: (dice) => dice.one(['CP1', 'CP2', 'CP1,CP2']),
  connector_id: (dice) => dice.one(['0', '1', '1,2']),
  actions: (dice) => dice.one(['Heartbeat', 'Heartbeat,StatusNotification']),
  kinds: (dice) => dice.one(['exchange', 'exchange,gap', 'connection']),
  include: (dice) => dice.one(['exchange', 'raw', 'exchange,raw,validation']),
  fields: (dice) => dice.one(['action', 'station,status']),
  q: (dice) => dice.one(['status:Faulted', '-station:CP0*', 'latency:>5s "free text"']),
  version: (dice) => dice.one(['1.6', '2.0.1', '2.1']),
  cursor: () => '',
  action: (dice) => dice.one(['Reset', 'Heartbeat', 'TriggerMessage']),
  user: () => 'nobody',
  run: () => 'false',
  format: (dice) => dice.one(['csv', 'ndjson', 'xlsx', 'parquet', 'trace', 'bundle']),
  upstream: () => 'wss://csms.example/{charger}',
  'last-event-id': (dice) => String(dice.below(100)),
  range: () => 'bytes=0-10',
  'content-encoding': () => 'identity',
};

export function draftOf(document: ApiDocument, operation: ApiOperation, known: Known, dice: Dice): Draft {
  const draft: Draft = {
    operation,
    method: operation.method,
    path: new Map(),
    query: [],
    headers: [],
    credentials: [],
    type: null,
    body: null,
    tail: '',
  };
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (!required && !dice.chance(0.25)) continue;
    // A request that could be right has one of the two: docs/api.md.
    if (name === 'cursor' && draft.query.some(([other]) => other === 'skip')) continue;
    const own = place === 'path' && name === 'id' ? known.one(collectionOf(operation.path), dice) : null;
    const value = own ?? plainValue(name, schema, known, dice);
    if (place === 'path') draft.path.set(name, escaped(value));
    else if (place === 'query') draft.query.push([name, escaped(value)]);
    else draft.headers.push([name, Buffer.from(value).toString('latin1')]);
  }
  const [type, media] = dice.one(Object.entries(operation.requestBody?.content ?? { '': null }));
  if (media !== null && type !== '') {
    draft.type = type;
    draft.body = type === 'application/json' ? members(document, media.schema, known, dice) : file(type);
    if (type === 'multipart/form-data') draft.type = 'multipart/form-data; boundary=XX';
  }
  return draft;
}

function plainValue(name: string, schema: Schema, known: Known, dice: Dice): string {
  const named = NAMED[name];
  const choice = schema.enum?.filter((each) => typeof each === 'string');
  if (choice !== undefined && choice.length > 0) return dice.one(choice);
  if (named !== undefined) return named(dice, known);
  if (schema.type === 'integer') return String(dice.one([schema.minimum ?? 1, schema.maximum ?? 5, 5]));
  return dice.one([...(schema.examples?.map(String) ?? []), 'a text']);
}

function members(document: ApiDocument, given: Schema, known: Known, dice: Dice): [string, string][] {
  const schema = resolved(document, given);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]): [string, string][] => {
    if (!schema.required?.includes(name) && !dice.chance(0.4)) return [];
    return [[name, JSON.stringify(plainJson(document, name, member, known, dice))]];
  });
}

function plainJson(document: ApiDocument, name: string, given: Schema, known: Known, dice: Dice): unknown {
  const schema = resolved(document, given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return dice.one(schema.enum.filter((each) => each !== undefined));
  if (schema.anyOf !== undefined) return plainJson(document, name, dice.one(schema.anyOf), known, dice);
  if (schema.type === 'object')
    return Object.fromEntries(
      members(document, schema, known, dice).map(([key, json]) => [key, JSON.parse(json)]),
    );
  if (schema.type === 'array')
    return schema.items ? [plainJson(document, name, schema.items, known, dice)] : [];
  if (schema.type === 'boolean') return dice.chance(0.5);
  if (schema.type === 'null') return null;
  if (schema.type === 'integer' || schema.type === 'number')
    return dice.one([schema.minimum ?? 1, schema.maximum ?? 5, 5]);
  return plainValue(name, schema, known, dice);
}

const LINE = (frame: string) =>
  `{"charger_id":"CP2","occurrence_time":"2026-01-05T10:00:00Z","direction":"station_to_csms","frame":${frame}}`;
const LOG = '2026-01-05T10:00:00Z >> [2,"1","Heartbeat",{}]\n2026-01-05T10:00:01Z << [3,"1",{}]\n';

function file(type: string): Buffer {
  if (type === 'application/x-ndjson')
    return Buffer.from(`${LINE('[2,"1","Heartbeat",{}]')}\n${LINE('"[3,\\"1\\",{}]"')}\n`);
  if (type !== 'multipart/form-data') return Buffer.from(LOG);
  const head = 'Content-Disposition: form-data; name="file"; filename="a.log"\r\n\r\n';
  return Buffer.from(`--XX\r\n${head}${LOG}\r\n--XX--\r\n`);
}

export function wireOf(draft: Draft): WireRequest {
  const path = draft.operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => draft.path.get(name) ?? '');
  const query = draft.query.map(([name, value]) => `${name}=${value}`).join('&');
  const type = draft.type === null ? [] : ([['content-type', draft.type]] as const);
  const { body, length } = draft;
  return {
    method: draft.method,
    target: `${path}${draft.tail}${query === '' ? '' : `?${query}`}`,
    headers: [...draft.credentials, ...type, ...draft.headers],
    body:
      body === null || Buffer.isBuffer(body)
        ? body
        : Buffer.from(`{${body.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`),
    ...(length === undefined ? {} : { length }),
  };
}
