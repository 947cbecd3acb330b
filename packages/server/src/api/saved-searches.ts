/** /saved-searches: views of the log that people keep, for themselves or for everyone. */

import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { mayEverywhere } from '../auth/caller.ts';
import { nameFault } from '../auth/user.ts';
import { Problem } from '../errors.ts';
import { type SavedSearch, SEARCH_BYTES_MAX } from '../store/people.ts';
import { callerOf } from './access.ts';
import type { Api } from './api.ts';
import { BODY_BYTES, JSON_TYPE, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { toldAsProblem } from './people-problems.ts';

const QuerySchema = Type.Object(
  {},
  {
    additionalProperties: true,
    description: `What is searched and how it is shown: q, columns, from, to, facets, sites. At most ${SEARCH_BYTES_MAX} bytes of JSON.`,
  },
);

const WishSchema = Type.Object(
  {
    name: Type.String(),
    shared: Type.Optional(Type.Boolean({ default: false, description: 'Whether everyone may read it.' })),
    query: QuerySchema,
  },
  { title: 'NewSavedSearch' },
);

const SearchSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    shared: Type.Boolean(),
    owner: Type.String({ description: 'Id of the user or key that made it.' }),
    owner_name: Type.Union([Type.String(), Type.Null()], { description: 'null where the owner is gone.' }),
    editable: Type.Boolean({ description: 'Whether the caller may change it.' }),
    changed: Type.String({ description: 'ISO 8601 UTC.' }),
    query: QuerySchema,
  },
  { title: 'SavedSearch' },
);
const ListSchema = Type.Object({ saved_searches: Type.Array(SearchSchema) });
const PathSchema = Type.Object({ id: Type.String({ description: 'Id of the search.' }) });

const COMMON = { tag: 'People', scope: 'read', extension: true, query: Type.Object({}) } as const;
const OF_BODY = ['bad-request', 'body-too-large', 'body-type', 'unavailable'] as const;
const SEARCH = { [JSON_TYPE]: SearchSchema };
const BODY = { description: 'The search.', content: { [JSON_TYPE]: WishSchema } };

const operations = {
  list: {
    ...COMMON,
    id: 'listSavedSearches',
    summary: 'Saved searches',
    description: 'Those of the caller, by name, and those that others share.',
    answers: { 200: { description: 'The searches.', content: { [JSON_TYPE]: ListSchema } } },
    problems: ['bad-request', 'unavailable'],
  },
  save: {
    ...COMMON,
    id: 'saveSearch',
    summary: 'Save a search',
    description: 'At most 200 for each person.',
    body: BODY,
    answers: { 201: { description: 'It is saved.', content: SEARCH } },
    problems: [...OF_BODY, 'too-many'],
  },
  replace: {
    ...COMMON,
    id: 'replaceSavedSearch',
    summary: 'Change a saved search',
    description: 'By its owner, or an admin of all sites where it is shared.',
    path: PathSchema,
    body: BODY,
    answers: { 200: { description: 'The search as it is now.', content: SEARCH } },
    problems: [...OF_BODY, 'not-found'],
  },
  remove: {
    ...COMMON,
    id: 'removeSavedSearch',
    summary: 'Remove a saved search',
    description: 'By its owner, or an admin of all sites where it is shared.',
    path: PathSchema,
    answers: { 204: { description: 'It is gone.' } },
    problems: ['bad-request', 'not-found', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

type OfSearch = FastifyRequest<{ Params: { id: string } }>;

function readWish(request: FastifyRequest): Pick<SavedSearch, 'name' | 'shared' | 'query'> {
  const body = jsonBody(request, WishSchema);
  const name = body.text('name');
  const fault = name === null ? 'is required' : nameFault(name);
  if (fault !== null) body.fault('name', fault);
  const shared = body.flag('shared');
  const asked = body.value('query');
  const query = JSON.stringify(asked) ?? '';
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) {
    body.fault('query', 'must be an object');
  } else if (Buffer.byteLength(query) > SEARCH_BYTES_MAX) {
    body.fault('query', `must have at most ${SEARCH_BYTES_MAX} bytes of JSON`);
  }
  body.settle();
  return { name: name ?? '', shared, query };
}

export function savedSearchRoutes(api: Api): AddRoutes {
  const { people } = api.control;

  function ownerName(owner: string): string | null {
    const { users, keys } = api.control.snapshot();
    return users.get(owner)?.name ?? keys.find(({ id }) => id === owner)?.name ?? null;
  }

  function isEditable(request: FastifyRequest, { owner }: SavedSearch): boolean {
    const caller = callerOf(request);
    return owner === caller.keyId || mayEverywhere(caller, 'admin');
  }

  function searchBody(request: FastifyRequest, search: SavedSearch): Static<typeof SearchSchema> {
    const { id, name, shared, owner, query, changed } = search;
    return {
      id,
      name,
      shared,
      owner,
      owner_name: ownerName(owner),
      editable: isEditable(request, search),
      changed: new Date(changed).toISOString(),
      query: JSON.parse(query),
    };
  }

  /** One that is to be changed. Of somebody's own nothing is told to others, admins too. */
  async function editable(request: OfSearch): Promise<SavedSearch> {
    const search = await people.search(request.params.id);
    if (!search || !(search.shared || search.owner === callerOf(request).keyId)) {
      throw new Problem('not-found', 'No saved search of this id is yours to see.');
    }
    if (!isEditable(request, search)) {
      throw new Problem(
        'scope-missing',
        'A shared search is changed by its owner, or an admin of all sites.',
      );
    }
    return search;
  }

  async function save(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const id = `search_${randomBytes(8).toString('hex')}`;
    const search = { id, owner: callerOf(request).keyId, changed: api.now(), ...readWish(request) };
    await toldAsProblem(people.putSearch(search));
    reply.code(201).send(searchBody(request, search));
    await reply;
  }

  async function replace(request: OfSearch): Promise<Static<typeof SearchSchema>> {
    const wish = readWish(request);
    const search = { ...(await editable(request)), ...wish, changed: api.now() };
    await toldAsProblem(people.putSearch(search));
    return searchBody(request, search);
  }

  return (app) => {
    app.get(
      '/saved-searches',
      { config: describes(operations.list), schema: { response: { 200: ListSchema } } },
      async (request) => {
        noParameters(request);
        const searches = await people.searches(callerOf(request).keyId);
        return { saved_searches: searches.map((search) => searchBody(request, search)) };
      },
    );
    app.post(
      '/saved-searches',
      {
        config: describes(operations.save),
        bodyLimit: BODY_BYTES,
        schema: { response: { 201: SearchSchema } },
      },
      save,
    );
    app.put(
      '/saved-searches/:id',
      {
        config: describes(operations.replace),
        bodyLimit: BODY_BYTES,
        schema: { params: PathSchema, response: { 200: SearchSchema } },
      },
      replace,
    );
    app.delete(
      '/saved-searches/:id',
      { config: describes(operations.remove), schema: { params: PathSchema } },
      async (request, reply) => {
        noParameters(request);
        await people.removeSearch((await editable(request)).id);
        reply.code(204).send();
        await reply;
      },
    );
  };
}
