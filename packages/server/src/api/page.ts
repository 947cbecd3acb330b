/** GET /ocpp-logs/site/{id}: a page of JSON, or the whole range as NDJSON or CSV. */

import { Readable } from 'node:stream';
import { OcppLogSchema } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../errors.ts';
import type { Site } from '../store/control.ts';
import { retentionCut } from '../store/retention.ts';
import type { EntryFilter, Page, Rendering } from '../store/store.ts';
import { negotiate } from './accept.ts';
import { callerOf, siteFor, sitesFor } from './access.ts';
import type { Api } from './api.ts';
import { writeCursor } from './cursor.ts';
import { type LogQuery, type PageRequest, readPageQuery } from './log-query.ts';
import { PageQuerySchema, TAKE } from './log-query-schema.ts';
import { PageSchema, SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';

const FORMS = ['application/json', 'application/x-ndjson', 'text/csv'] as const;
const OPENING = Buffer.from('{"ocpp_logs":[');
const EMPTY: Page = { body: new Uint8Array(), entries: 0, count: 0, last: null, more: false };

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

/** The filter that the store is asked with: nothing older than the site keeps. */
export function kept(filter: EntryFilter, site: Site, now: number): EntryFilter {
  return { ...filter, from: Math.max(filter.from, retentionCut(now, site.retentionDays)) };
}

export function renderingOf(site: Site, include: LogQuery['include']): Rendering {
  return { siteName: site.name, ...include };
}

/** Every action that was seen on the sites of this caller. */
export function seenActions(api: Api, request: FastifyRequest): () => Promise<readonly string[]> {
  return () => api.reader.actions(sitesFor(api.control, callerOf(request)).map((site) => site.id));
}

function pageBody(page: Page, nextCursor: string | null | undefined): Buffer {
  const next = nextCursor === undefined ? '' : `,"next_cursor":${JSON.stringify(nextCursor)}`;
  return Buffer.concat([OPENING, page.body, Buffer.from(`],"count":${page.count}${next}}`)]);
}

async function sendPage(api: Api, site: Site, wanted: PageRequest, reply: FastifyReply): Promise<void> {
  const filter = kept(wanted.filter, site, api.now());
  const query = {
    filter,
    order: wanted.order,
    rendering: renderingOf(site, wanted.include),
    take: wanted.take ?? TAKE.default,
    skip: wanted.skip,
    after: wanted.cursor && 'last' in wanted.cursor ? wanted.cursor.last : null,
  };
  const page = filter.from < filter.to ? await api.reader.page(query) : EMPTY;
  const next = page.more && page.last !== null ? writeCursor(wanted.filter, wanted.order, page.last) : null;
  reply.type('application/json; charset=utf-8').send(pageBody(page, wanted.paged ? next : undefined));
  await reply;
}

async function sendStream(
  api: Api,
  site: Site,
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
    const chunks = api.reader.stream({
      filter: kept(wanted.filter, site, api.now()),
      order: wanted.order,
      rendering: { ...renderingOf(site, wanted.include), guard: wanted.guard },
      format,
      take: wanted.take,
    });
    // Destroyed when the client goes away, which ends the iteration and with it the query.
    reply.send(Readable.from(chunks, { objectMode: false, highWaterMark: 64 * 1024 }));
  }
  await reply;
}

export function pageRoute(api: Api): AddRoutes {
  return (app) => {
    app.get(
      '/ocpp-logs/site/:id',
      { config: describes(operation), schema: { params: SitePathSchema } },
      async (request, reply) => {
        const site = siteFor(api.control, callerOf(request), request.params.id);
        const form = negotiate(request.headers.accept, FORMS);
        if (!form) throw new Problem('not-acceptable', `The logs are given as ${FORMS.join(', ')}.`);
        const wanted = await readPageQuery(
          request.raw.url ?? '',
          site.id,
          form !== 'application/json',
          seenActions(api, request),
        );
        reply.header('vary', 'accept');
        if (form === 'application/json') await sendPage(api, site, wanted, reply);
        else await sendStream(api, site, wanted, form === 'text/csv' ? 'csv' : 'ndjson', request, reply);
      },
    );
  };
}
