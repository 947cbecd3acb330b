/** GET /ocpp-logs/site/{id} and GET /ocpp-logs: a page of JSON, or the whole range as NDJSON or CSV. */

import { Readable } from 'node:stream';
import { EntryCsvWriter, OcppLogSchema } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../errors.ts';
import type { Site } from '../store/control.ts';
import type { Page } from '../store/store.ts';
import { negotiate } from './accept.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { rawRead } from './auditing.ts';
import { writeCursor } from './cursor.ts';
import { type LogQuery, type PageRequest, readPageQuery } from './log-query.ts';
import { AcrossPageQuerySchema, PageQuerySchema, TAKE } from './log-query-schema.ts';
import { PageSchema, SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { askedSites, inhabited, scopesOf, seenActions, whileThere } from './scopes.ts';

const FORMS = ['application/json', 'application/x-ndjson', 'text/csv'] as const;
const OPENING = Buffer.from('{"ocpp_logs":[');
const EMPTY: Page = {
  body: new Uint8Array(),
  entries: 0,
  count: 0,
  countExact: true,
  last: null,
  more: false,
};

const operation: Operation = {
  id: 'listOcppLogs',
  summary: 'OCPP logs of a site',
  description:
    'Entries of a time range, newest first unless sort_order says otherwise. Pages never overlap. With Accept: application/x-ndjson or text/csv the whole range is streamed, one entry a line.',
  tag: 'Logs',
  scope: 'read',
  extension: false,
  path: SitePathSchema,
  query: PageQuerySchema,
  answers: {
    200: {
      description: 'The entries, and how many match.',
      content: {
        'application/json': PageSchema,
        'application/x-ndjson': OcppLogSchema,
        'text/csv': Type.String({
          description: 'RFC 4180 with a header line; payload and lists as JSON text.',
        }),
      },
    },
  },
  problems: ['bad-request', 'site-not-found', 'not-acceptable', 'unavailable'],
};

const { path: _, ...everywhere } = operation;
const acrossOperation: Operation = {
  ...everywhere,
  id: 'listOcppLogsOfSites',
  summary: 'OCPP logs of several sites',
  description:
    'The same page over all sites that are readable, or some of them: by occurrence_time, then entry id, then site.',
  extension: true,
  query: AcrossPageQuerySchema,
};

function pageBody(page: Page, nextCursor: string | null | undefined): Buffer {
  const exact = page.countExact ? '' : ',"count_exact":false';
  const next = nextCursor === undefined ? '' : `,"next_cursor":${JSON.stringify(nextCursor)}`;
  return Buffer.concat([OPENING, page.body, Buffer.from(`],"count":${page.count}${exact}${next}}`)]);
}

async function sendPage(
  api: Api,
  sites: readonly Site[],
  wanted: PageRequest,
  reply: FastifyReply,
): Promise<void> {
  const take = wanted.take ?? TAKE.default;
  const query = {
    scopes: inhabited(scopesOf(sites, wanted, api.now())),
    order: wanted.order,
    take,
    skip: wanted.skip,
    ...(wanted.quick ? { quick: true } : {}),
    after: wanted.cursor && 'last' in wanted.cursor ? wanted.cursor.last : null,
  };
  const page =
    query.scopes.length === 0 ? EMPTY : await whileThere(reply, (signal) => api.reader.page(query, signal));
  if (page === null) return;
  const next =
    page.more && page.last !== null
      ? writeCursor({ sites: wanted.sites, ...wanted.filter }, wanted.order, page.last)
      : null;
  // Where not all is counted, the cursor tells where to go on, asked for or not.
  const untold = page.more && (page.entries < take || !page.countExact);
  reply
    .type('application/json; charset=utf-8')
    .send(pageBody(page, wanted.paged || (untold && next !== null) ? next : undefined));
  await reply;
}

function headerOf(include: LogQuery['include']): Uint8Array {
  const { session: _, neighbours: __, ...columns } = include;
  const writer = new EntryCsvWriter('', { siteName: '', ...columns });
  writer.header();
  return writer.take();
}

async function sendStream(
  api: Api,
  sites: readonly Site[],
  wanted: PageRequest,
  format: 'ndjson' | 'csv',
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson');
  if (format === 'csv') reply.header('content-disposition', 'attachment; filename="ocpp-logs.csv"');
  if (request.method === 'HEAD') {
    reply.send();
  } else {
    const { guard, include } = wanted;
    const asked = { ...wanted, include: { ...include, guard } };
    const scopes = scopesOf(sites, asked, api.now());
    const gone = new AbortController();
    // A chunk may be long in coming; destroying the stream alone would wait for it.
    reply.raw.once('close', () => gone.abort());
    const chunks =
      scopes.length > 0
        ? api.reader.stream({ scopes, order: wanted.order, format, take: wanted.take }, gone.signal)
        : [format === 'csv' ? headerOf(include) : ''];
    // Destroyed when the client goes away, which ends the iteration and with it the query.
    reply.send(Readable.from(chunks, { objectMode: false, highWaterMark: 64 * 1024 }));
  }
  await reply;
}

async function answer(
  api: Api,
  request: FastifyRequest,
  reply: FastifyReply,
  query: Query,
  { sites, named }: { readonly sites: readonly Site[]; readonly named: readonly string[] | null },
): Promise<void> {
  const form = negotiate(request.headers.accept, FORMS);
  if (!form) throw new Problem('not-acceptable', `The logs are given as ${FORMS.join(', ')}.`);
  const wanted = await readPageQuery(query, named, form !== 'application/json', seenActions(api, request));
  // A stream takes away whole sites; the payloads of calls are in it whatever is included.
  if (wanted.include.raw || (form !== 'application/json' && request.method !== 'HEAD')) {
    rawRead(
      api,
      request,
      sites.map(({ id }) => id),
    );
  }
  reply.header('vary', 'accept');
  if (form === 'application/json') await sendPage(api, sites, wanted, reply);
  else await sendStream(api, sites, wanted, form === 'text/csv' ? 'csv' : 'ndjson', request, reply);
}

export function pageRoute(api: Api): AddRoutes {
  return (app) => {
    app.get(
      '/ocpp-logs/site/:id',
      { config: describes(operation), schema: { params: SitePathSchema } },
      async (request, reply) => {
        const site = siteFor(api.control, callerOf(request), request.params.id);
        const query = new Query(request.raw.url ?? '', Object.keys(PageQuerySchema.properties));
        await answer(api, request, reply, query, { sites: [site], named: [site.id] });
      },
    );
    app.get('/ocpp-logs', { config: describes(acrossOperation) }, async (request, reply) => {
      const query = new Query(request.raw.url ?? '', Object.keys(AcrossPageQuerySchema.properties));
      await answer(api, request, reply, query, askedSites(api, request, query));
    });
  };
}
