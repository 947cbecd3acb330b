/** /erasures: takes one id tag out of all that is stored of a site, and tells where else it may be. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { NODE_STATES } from '../erasure/all-nodes.ts';
import { TooManyErasuresError } from '../erasure/room.ts';
import { tagFault } from '../erasure/tag-fault.ts';
import type { ErasureView } from '../erasure/view.ts';
import { Problem } from '../errors.ts';
import { ENGINE_STATES, type EngineErased } from '../store/erasure.ts';
import { callerOf, sessionOf } from './access.ts';
import type { Api } from './api.ts';
import { BODY_BYTES, JSON_TYPE, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { recordFirst } from './recorded-first.ts';

const count = (description: string) => Type.Integer({ description });

const EngineSchema = Type.Object({
  state: Type.Enum([...ENGINE_STATES], {
    description:
      'shipping: it is to take what was changed. merging: readers see nothing of it any more; months are merged, so that their parts hold no row of before. removing: no row is left, and parts that were merged are still on its disk, for about a minute. done: nothing of it is left.',
  }),
  months: Type.Array(Type.String(), { description: 'Whose parts held such rows.' }),
  rows_left: Type.Union([Type.Null(), Type.Integer()], {
    description: 'Rows of before that parts still hold; null: not asked yet.',
  }),
  parts_left: Type.Array(Type.String(), {
    description:
      'Parts that were merged and are still on the disk, the first hundred; on a cluster with their host.',
  }),
  detached_parts: Type.Union([Type.Null(), Type.Array(Type.String())], {
    description:
      'Detached parts of these months, the first hundred: nobody looks into them, and they may hold it. null: not known, as the user may not read system.detached_parts.',
  }),
  problem: Type.Union([Type.Null(), Type.String()], {
    description: 'Why the last try failed; it is tried again.',
  }),
});

const WishSchema = Type.Object(
  {
    site: Type.String({ description: 'Id of the site.' }),
    id_tag: Type.String({ description: 'As a station sends it; letter case does not count.' }),
    dry_run: Type.Optional(
      Type.Boolean({ default: false, description: 'Only count; nothing is changed or remembered.' }),
    ),
  },
  { title: 'NewErasure' },
);

const ErasureSchema = Type.Object(
  {
    id: Type.String(),
    site: Type.String(),
    replacement: Type.String({ description: 'What stands in the place of the id tag.' }),
    dry_run: Type.Boolean(),
    state: Type.Enum(['running', 'shipping', 'done', 'incomplete', 'failed'], {
      description:
        'shipping: the files are done, and something of it is still in ClickHouse, see report.clickhouse. incomplete: something could not be read or written anew, or a node has not done its part. failed: ask again.',
    }),
    asked: Type.String({ description: 'ISO 8601 UTC.' }),
    by: Type.String(),
    ended: Type.Union([Type.String(), Type.Null()]),
    percent: Type.Number({ minimum: 0, maximum: 100 }),
    entries: count('Entries that held it.'),
    occurrences: count('How often it stood in their texts.'),
    files: count('Files of the store that held it, and were written anew.'),
    unreadable: count('Entries whose texts cannot be read.'),
    files_kept: count('Files that could not be written anew.'),
    first: Type.Union([Type.String(), Type.Null()], { description: 'Time of the first entry that held it.' }),
    nodes: Type.Union(
      [
        Type.Null(),
        Type.Array(
          Type.Object({
            node: Type.Integer({ description: 'Its number.' }),
            folder: Type.String({ description: 'Name of its data folder.' }),
            state: Type.Enum([...NODE_STATES], {
              description:
                'waiting: it does its part when it is back. shipping: as above. gone: its number was given back before it did; of what it recorded nothing was erased.',
            }),
            ended: Type.Union([Type.String(), Type.Null()]),
          }),
        ),
      ],
      {
        description:
          'Each erases in its own data folder, whichever was asked; null without control data in PostgreSQL. A dry run counts at the node that is asked alone.',
      },
    ),
    report: Type.Union([
      Type.Null(),
      Type.Object({
        exports_removed: count('Kept exports of the site, all of which go.'),
        control: Type.Record(Type.String(), Type.Integer(), {
          description: 'Rows of control.db that held it, by table.',
        }),
        backups: Type.Array(
          Type.Object({
            path: Type.String(),
            made: Type.String(),
            there: Type.Boolean({ description: 'Whether it is still found where it was made.' }),
          }),
          { description: 'Back-ups that were made since the first entry, and may still hold it.' },
        ),
        downloads: count(
          'How often exports that are known to have the site were fetched since the first entry, as far as the audit log reaches back.',
        ),
        unclear_downloads: count(
          'How often exports of more sites than the audit log names were fetched since then: this may be one of them.',
        ),
        set_aside: count('Files in set-aside, which nobody looks into.'),
        clickhouse: Type.Union([Type.Null(), EngineSchema], {
          description: 'What is left of it in ClickHouse; null where entries are not shipped there.',
        }),
      }),
    ]),
  },
  { title: 'Erasure' },
);
const ListSchema = Type.Object({ erasures: Type.Array(ErasureSchema) });
const PathSchema = Type.Object({ id: Type.String({ description: 'Id of the erasure.' }) });

const COMMON = {
  tag: 'Server',
  scope: 'admin',
  everywhere: true,
  extension: true,
  query: Type.Object({}),
} as const;
const ERASURE = { [JSON_TYPE]: ErasureSchema };

const operations = {
  list: {
    ...COMMON,
    id: 'listErasures',
    summary: 'Erasures',
    description: 'Newest first. The id tags themselves are not kept.',
    answers: { 200: { description: 'The erasures.', content: { [JSON_TYPE]: ListSchema } } },
    problems: ['bad-request'],
  },
  create: {
    ...COMMON,
    id: 'createErasure',
    audit: 'id-tag-erased',
    summary: 'Erase an id tag',
    description:
      'Replaces it in all that is stored of the site, and in all that comes, by a value that tells nothing. Kept exports of the site are removed. Asked again it gives the same replacement. Goes on after a restart.',
    body: { description: 'What is to be erased.', content: { [JSON_TYPE]: WishSchema } },
    answers: { 202: { description: 'It has begun, or waits for others.', content: ERASURE } },
    problems: [
      'bad-request',
      'site-not-found',
      'body-too-large',
      'body-type',
      'too-many-requests',
      'unavailable',
    ],
  },
  one: {
    ...COMMON,
    id: 'getErasure',
    summary: 'One erasure',
    description: 'How far it is; at its end, what was found, and where the id tag may still be.',
    path: PathSchema,
    answers: { 200: { description: 'The erasure.', content: ERASURE } },
    problems: ['bad-request', 'not-found'],
  },
} as const satisfies Record<string, Operation>;

const RETRY = { headers: { 'retry-after': '30' } };

export function erasureBody(erasure: ErasureView): Static<typeof ErasureSchema> {
  const { id, site, replacement, dry, state, by, progress, nodes, report } = erasure;
  const { looked, of, entries, occurrences, files, unreadable, kept, first } = progress;
  const running = state === 'running';
  return {
    id,
    site,
    replacement,
    dry_run: dry,
    state,
    asked: instant(erasure.asked) ?? '',
    by,
    ended: instant(erasure.ended),
    percent: running
      ? of === 0
        ? 0
        : Math.min(99, Math.floor((looked / of) * 100))
      : state === 'shipping'
        ? 99
        : 100,
    entries,
    occurrences,
    files,
    unreadable,
    files_kept: kept,
    first: instant(first),
    nodes:
      nodes?.map(({ number, ended, ...node }) => ({ node: number, ...node, ended: instant(ended) })) ?? null,
    report: report && {
      exports_removed: report.exports,
      control: { ...report.texts },
      backups: report.backups.map((backup) => ({ ...backup })),
      downloads: report.downloads,
      unclear_downloads: report.unclearDownloads ?? 0,
      set_aside: report.setAside,
      clickhouse: engineBody(report.engine),
    },
  };
}

function engineBody(engine: EngineErased | undefined): Static<typeof EngineSchema> | null {
  if (engine === undefined) return null;
  const { rows, ofSite: _, parts, detached, months, ...told } = engine;
  return {
    ...told,
    months: [...months],
    rows_left: rows,
    parts_left: [...parts],
    detached_parts: detached === null ? null : [...detached],
  };
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

export function erasureRoutes(api: Api): AddRoutes {
  const { control, erasures } = api;

  function nameOf(request: FastifyRequest): string {
    const { keyId } = callerOf(request);
    if (keyId === 'run-token') return 'command line';
    const key = control.snapshot().keys.find(({ id }) => id === keyId);
    return sessionOf(request)?.user.name ?? key?.name ?? keyId;
  }

  async function create(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = jsonBody(request, WishSchema);
    const [site, tag] = [body.text('site') ?? '', body.text('id_tag') ?? ''];
    if (site === '') body.fault('site', 'is required: the id of a site');
    const fault = tagFault(tag);
    if (fault !== null) body.fault('id_tag', fault);
    const dry = body.flag('dry_run');
    body.settle();
    if (!control.snapshot().sites.has(site))
      throw new Problem('site-not-found', 'There is no site of this id.');
    try {
      const before = (target: string) => {
        const note = { site, target, details: { asked: true, dry_run: dry } };
        return recordFirst(api, request, { place: null, note });
      };
      const erasure = await erasures.create({ site, tag, dry, by: nameOf(request), before });
      reply.code(202).send(erasureBody(erasure));
    } catch (error) {
      if (error instanceof TooManyErasuresError)
        throw new Problem('too-many-requests', `${error.message}.`, RETRY);
      throw error;
    }
    await reply;
  }

  return (app) => {
    app.get(
      '/erasures',
      { config: describes(operations.list), schema: { response: { 200: ListSchema } } },
      async (request) => {
        noParameters(request);
        return { erasures: (await erasures.list()).map(erasureBody) };
      },
    );
    app.post(
      '/erasures',
      {
        config: describes(operations.create),
        bodyLimit: BODY_BYTES,
        schema: { response: { 202: ErasureSchema } },
      },
      create,
    );
    app.get(
      '/erasures/:id',
      {
        config: describes(operations.one),
        schema: { params: PathSchema, response: { 200: ErasureSchema } },
      },
      async (request) => {
        noParameters(request);
        const erasure = await erasures.get(request.params.id);
        if (erasure === null) throw new Problem('not-found', 'There is no erasure of this id.');
        return erasureBody(erasure);
      },
    );
  };
}
