/** /session/preferences: how a person wants things shown, wherever that one signs in. */

import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { PREFERENCES_BYTES_MAX, type Preferences } from '../store/people.ts';
import { callerOf } from './access.ts';
import type { Api } from './api.ts';
import type { BodyQuery } from './body-query.ts';
import { BODY_BYTES, JSON_TYPE, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';

const COLUMNS_MAX = 200;
const NAME_MAX = 100;
const WIDTH_MAX = 10_000;
const ZONES = ['browser', 'site', 'utc'] as const;
const THEMES = ['system', 'light', 'dark'] as const;

const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S, description: string) =>
  Type.Union([schema, Type.Null()], { description });

const MEMBERS = {
  columns: orNull(
    Type.Array(Type.String(), { maxItems: COLUMNS_MAX }),
    'Columns of the table of logs, in their order.',
  ),
  widths: orNull(Type.Record(Type.String(), Type.Number()), 'Widths of columns that were sized, in pixels.'),
  zone: orNull(Type.Enum([...ZONES]), 'The clock of times.'),
  theme: orNull(Type.Enum([...THEMES]), 'Light or dark.'),
  quiet: orNull(Type.Boolean(), 'Whether Heartbeat and MeterValues are left out when the logs open.'),
};

const WishSchema = Type.Object(
  {
    columns: Type.Optional(MEMBERS.columns),
    widths: Type.Optional(MEMBERS.widths),
    zone: Type.Optional(MEMBERS.zone),
    theme: Type.Optional(MEMBERS.theme),
    quiet: Type.Optional(MEMBERS.quiet),
  },
  { title: 'NewPreferences' },
);
type Wish = Omit<Static<typeof PreferencesSchema>, 'changed'>;

const PreferencesSchema = Type.Object(
  {
    ...MEMBERS,
    changed: orNull(Type.String(), 'ISO 8601 UTC; null: nothing was kept yet.'),
  },
  { title: 'Preferences' },
);

const COMMON = { tag: 'People', scope: 'read', extension: true, query: Type.Object({}) } as const;
const ANSWER = { [JSON_TYPE]: PreferencesSchema };

const operations = {
  read: {
    ...COMMON,
    id: 'getPreferences',
    summary: 'How the caller wants things shown',
    description: 'Of the user who is signed in, or of the key. null is what nobody has chosen.',
    answers: { 200: { description: 'The preferences.', content: ANSWER } },
    problems: ['bad-request', 'unavailable'],
  },
  replace: {
    ...COMMON,
    id: 'putPreferences',
    summary: 'Keep how the caller wants things shown',
    description: `All of it: what is absent is chosen no more. The last one that is kept counts. At most ${COLUMNS_MAX} columns, and ${PREFERENCES_BYTES_MAX} bytes of JSON.`,
    body: { description: 'The preferences.', content: { [JSON_TYPE]: WishSchema } },
    answers: { 200: { description: 'The preferences as they are now.', content: ANSWER } },
    problems: ['bad-request', 'body-too-large', 'body-type', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= NAME_MAX;

function readColumns(body: BodyQuery): readonly string[] | null {
  const value = body.value('columns');
  if (value === undefined) return null;
  const names: readonly unknown[] = Array.isArray(value) ? value : [null];
  if (names.length <= COLUMNS_MAX && names.every(isName)) return [...new Set(names)];
  body.fault('columns', `must be an array of at most ${COLUMNS_MAX} names`);
  return null;
}

function readWidths(body: BodyQuery): Readonly<Record<string, number>> | null {
  const value = body.value('widths');
  if (value === undefined) return null;
  const sizes =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  const isSize = ([name, width]: readonly [string, unknown]) =>
    isName(name) && typeof width === 'number' && width > 0 && width <= WIDTH_MAX;
  if (sizes !== null && sizes.length <= COLUMNS_MAX && sizes.every(isSize)) return Object.fromEntries(sizes);
  body.fault('widths', `must be an object of at most ${COLUMNS_MAX} widths, each of 1 to ${WIDTH_MAX}`);
  return null;
}

function choiceOf<C extends string>(body: BodyQuery, name: string, known: readonly [C, ...C[]]): C | null {
  return body.value(name) === undefined ? null : body.choice(name, known, known[0]);
}

function readWish(request: FastifyRequest): string {
  const body = jsonBody(request, WishSchema);
  const wish = {
    columns: readColumns(body),
    widths: readWidths(body),
    zone: choiceOf(body, 'zone', ZONES),
    theme: choiceOf(body, 'theme', THEMES),
    quiet: body.value('quiet') === undefined ? null : body.flag('quiet'),
  };
  const value = JSON.stringify(wish);
  if (Buffer.byteLength(value) > PREFERENCES_BYTES_MAX) {
    body.fault('widths', `and columns must have at most ${PREFERENCES_BYTES_MAX} bytes of JSON together`);
  }
  body.settle();
  return value;
}

const NOTHING: Wish = { columns: null, widths: null, zone: null, theme: null, quiet: null };

function preferencesBody(kept: Preferences | null): Static<typeof PreferencesSchema> {
  if (kept === null) return { ...NOTHING, changed: null };
  // Safe: only readWish writes it.
  const wish = JSON.parse(kept.value) as Wish;
  return { ...NOTHING, ...wish, changed: new Date(kept.changed).toISOString() };
}

export function preferenceRoutes(api: Api): AddRoutes {
  const { people } = api.control;
  const schema = { response: { 200: PreferencesSchema } };
  return (app) => {
    app.get('/session/preferences', { config: describes(operations.read), schema }, async (request) => {
      noParameters(request);
      return preferencesBody(await people.preferences(callerOf(request).keyId));
    });
    app.put(
      '/session/preferences',
      { config: describes(operations.replace), bodyLimit: BODY_BYTES, schema },
      async (request) => {
        const kept = { value: readWish(request), changed: api.now() };
        await people.putPreferences(callerOf(request).keyId, kept);
        return preferencesBody(kept);
      },
    );
  };
}
