/** /keys: keys of programs, made once, shown once. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { createKey, KEY_NAME_MAX, type KeyWish, publicKey } from '../auth/keys.ts';
import { Problem } from '../errors.ts';
import { isId } from '../store/control/site-rules.ts';
import { SCOPES, type Scope } from '../store/control.ts';
import type { Api } from './api.ts';
import { noteForAudit } from './auditing.ts';
import type { BodyQuery } from './body-query.ts';
import { readInstant } from './instant.ts';
import { BODY_BYTES, JSON_TYPE, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';

const KEYS_MOST = 10_000;

const OptionalText = Type.Union([Type.String(), Type.Null()]);
const Scopes = Type.Array(Type.Enum([...SCOPES]), { description: 'admin includes the others.' });
const Sites = Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Ids; null: all.' });

const KeySchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    scopes: Scopes,
    sites: Sites,
    state: Type.Enum(['active', 'expired', 'revoked']),
    created: OptionalText,
    expires: OptionalText,
    last_used: OptionalText,
  },
  { title: 'Key' },
);
const KeyListSchema = Type.Object({ keys: Type.Array(KeySchema) });

const NewKeySchema = Type.Object(
  {
    name: Type.String({ description: 'Whose key it is.' }),
    scopes: Type.Optional(Scopes),
    sites: Type.Optional(Sites),
    expires: Type.Optional(Type.String({ description: 'ISO 8601; never unless given.' })),
  },
  { title: 'NewKey' },
);

const ShownKeySchema = Type.Object(
  {
    id: Type.String(),
    api_key: Type.String(),
    secret: Type.String(),
    bearer: Type.String(),
    scopes: Scopes,
    sites: Sites,
    expires: OptionalText,
  },
  { title: 'ShownKey' },
);

const PathSchema = Type.Object({ id: Type.String({ description: 'Id of the key.' }) });

const COMMON = {
  tag: 'Keys',
  scope: 'admin',
  everywhere: true,
  extension: true,
  query: Type.Object({}),
} as const;

const operations = {
  list: {
    ...COMMON,
    id: 'listKeys',
    summary: 'Keys',
    description: 'All that were made, never their secrets.',
    answers: { 200: { description: 'The keys.', content: { [JSON_TYPE]: KeyListSchema } } },
    problems: ['bad-request'],
  },
  make: {
    ...COMMON,
    id: 'makeKey',
    audit: 'key-made',
    summary: 'Make a key',
    description: 'Its secret and its bearer stand in this answer and nowhere else. Scope read unless given.',
    body: { description: 'What the key may do.', content: { [JSON_TYPE]: NewKeySchema } },
    answers: { 201: { description: 'The key, shown this once.', content: { [JSON_TYPE]: ShownKeySchema } } },
    problems: ['bad-request', 'body-too-large', 'body-type', 'too-many', 'unavailable'],
  },
  revoke: {
    ...COMMON,
    id: 'revokeKey',
    audit: 'key-revoked',
    summary: 'Revoke a key',
    description: 'For good; its live tails end. It stays in the list.',
    path: PathSchema,
    answers: { 204: { description: 'It is refused from now on.' } },
    problems: ['bad-request', 'not-found', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

function readKeyWish(body: BodyQuery, now: number, isKnown: (site: string) => boolean): KeyWish {
  const name = body.text('name') ?? '';
  if (name === '' || name.length > KEY_NAME_MAX) {
    body.fault('name', `is required: whose key it is, at most ${KEY_NAME_MAX} characters`);
  }
  const wanted: readonly string[] = body.narrowing('scopes') ?? ['read'];
  const scopes: readonly Scope[] = SCOPES.filter((scope) => wanted.includes(scope));
  const wrong = wanted.find((scope) => !SCOPES.some((known) => known === scope));
  if (wrong !== undefined) body.fault('scopes', `must be any of ${SCOPES.join(', ')}, not "${wrong}"`);
  const sites = sitesIn(body, isKnown);
  return { name, scopes, sites, expires: expiryIn(body, now) };
}

function sitesIn(body: BodyQuery, isKnown: (site: string) => boolean): readonly string[] | null {
  const sites = body.ids('sites');
  if (sites === null) return null;
  const noSite = sites.find((site) => !isId(site));
  const text = body.value('sites');
  // A text may be one id with commas in it, or several.
  const named = typeof text !== 'string' ? sites : isKnown(text) ? [text] : (body.list('sites') ?? []);
  const unknown = named.find((site) => !isKnown(site));
  if (noSite !== undefined) body.fault('sites', `must be ids of sites, not "${noSite}"`);
  else if (unknown !== undefined) body.fault('sites', `names no site: "${unknown}"; null is all of them`);
  return named;
}

function expiryIn(body: BodyQuery, now: number): number | null {
  const text = body.text('expires');
  if (text === null) return null;
  const instant = readInstant(text);
  if ('fault' in instant) body.fault('expires', instant.fault);
  else if (instant.ms > now) return instant.ms;
  else body.fault('expires', `has passed: "${text}"`);
  return null;
}

export function keyRoutes(api: Api): AddRoutes {
  const { control } = api;

  async function make(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = jsonBody(request, NewKeySchema);
    const wish = readKeyWish(body, api.now(), (site) => control.snapshot().sites.has(site));
    body.settle();
    if (control.snapshot().keys.length >= KEYS_MOST) {
      throw new Problem('too-many', `There are ${KEYS_MOST} keys, which is the most.`);
    }
    const { record, shown } = createKey(wish, api.secretKey, api.now());
    await control.putKey(record);
    const { id: target, name } = record;
    noteForAudit(request, { target, details: { name, scopes: record.scopes, sites: record.sites } });
    const { scopes, sites } = shown;
    reply.code(201).send({ ...shown, scopes: [...scopes], sites: sites && [...sites] });
    await reply;
  }

  return (app) => {
    app.get(
      '/keys',
      { config: describes(operations.list), schema: { response: { 200: KeyListSchema } } },
      async (request) => {
        noParameters(request);
        return { keys: control.snapshot().keys.map((key) => publicKey(key, api.now())) };
      },
    );
    app.post(
      '/keys',
      {
        config: describes(operations.make),
        bodyLimit: BODY_BYTES,
        schema: { response: { 201: ShownKeySchema } },
      },
      make,
    );
    app.delete(
      '/keys/:id',
      { config: describes(operations.revoke), schema: { params: PathSchema } },
      async (request, reply) => {
        noParameters(request);
        if (!(await control.revokeKey(request.params.id))) {
          throw new Problem('not-found', 'There is no key of this id.');
        }
        reply.code(204).send();
        await reply;
      },
    );
  };
}
