/** GET /ocpp-logs/site/{id}/stream and GET /ocpp-logs/stream: the live tail as server-sent events. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../errors.ts';
import { callerOf, mayStillRead, siteFor, sitesFor } from './access.ts';
import type { Api } from './api.ts';
import { rawRead } from './auditing.ts';
import { beginEvents, demandsEvents } from './event-stream.ts';
import { tailQuestion } from './live.ts';
import { readTailQuery } from './log-query.ts';
import { AcrossTailQuerySchema, TailQuerySchema } from './log-query-schema.ts';
import { SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { type AskedSites, askedSites, inhabited, scopesOf, seenActions } from './scopes.ts';
import { runTail } from './tail.ts';

const GAP_HOURS = 24;

const operation: Operation = {
  id: 'followOcppLogs',
  summary: 'Live tail of a site',
  description:
    'Server-sent events, each with change_seq as id, a number that goes up with the changes of the site: entry when an entry is committed, update when it changes, as by its answer (data: the entry as on the page). gap when changes were missed: data holds after, through and href, the address of the page that shows them. A comment every 15 s keeps the connection open.',
  tag: 'Logs',
  scope: 'read',
  extension: true,
  path: SitePathSchema,
  query: TailQuerySchema,
  headers: Type.Object({
    'last-event-id': Type.Optional(
      Type.String({
        description:
          'Goes on behind this change, over the last 100,000 changes or 10 minutes; beyond them a gap event comes first.',
      }),
    ),
  }),
  answers: { 200: { description: 'The events.', content: { 'text/event-stream': Type.String() } } },
  problems: ['bad-request', 'site-not-found', 'not-acceptable', 'too-many-requests', 'unavailable'],
};

const { path: _, ...everywhere } = operation;
const acrossOperation: Operation = {
  ...everywhere,
  id: 'followOcppLogsOfSites',
  summary: 'Live tail of several sites',
  description:
    'The same events, with an id that says nothing but where to go on, over all sites that are readable, or some of them. Ends when it could follow more sites, or fewer, than when it began: connect again.',
  query: AcrossTailQuerySchema,
};

/** The page with the same filters, over the last day. `path`: of the page, behind the prefix. */
function gapLink(api: Api, path: string, request: FastifyRequest): string {
  const query = new URLSearchParams((request.raw.url ?? '').split('?')[1] ?? '');
  const now = api.now();
  if (!query.has('from')) query.set('from', new Date(now - GAP_HOURS * 3_600_000).toISOString());
  if (!query.has('to')) query.set('to', new Date(now + 1).toISOString());
  return `${api.publicPath}/rest/v1${path}?${query}`;
}

export function tailRoute(api: Api): AddRoutes {
  const running = new Set<() => void>();
  let open = 0;
  const openOfKey = new Map<string, number>();
  const ofKeyMax = Math.ceil(api.tails / 2);
  api.control.onChange(() => {
    for (const check of running) check();
  });
  const follow = async (
    request: FastifyRequest,
    reply: FastifyReply,
    query: Query,
    { sites, named }: AskedSites,
    path: string,
    own: string | null,
  ): Promise<void> => {
    const caller = callerOf(request);
    demandsEvents(request, 'The live tail is');
    const wanted = await readTailQuery(query, seenActions(api, request));
    if (open >= api.tails) {
      throw new Problem('too-many-requests', `${api.tails} live tails are open already.`, {
        headers: { 'retry-after': '10' },
      });
    }
    const ofKey = openOfKey.get(caller.keyId) ?? 0;
    if (ofKey >= ofKeyMax) {
      throw new Problem('too-many-requests', `${ofKeyMax} live tails of this key are open already.`, {
        headers: { 'retry-after': '10' },
      });
    }
    const lastEventId = request.headers['last-event-id'];
    const stop = new AbortController();
    const allowed = () => {
      const same = named !== null || sitesFor(api.control, caller).length === sites.length;
      return same && sites.every(({ id }) => mayStillRead(api.control, caller, id, api.now()));
    };
    const check = () => {
      if (!allowed()) stop.abort();
    };
    if (wanted.include.raw)
      rawRead(
        api,
        request,
        sites.map(({ id }) => id),
      );
    const response = beginEvents(request, reply);
    if (response === null) return;
    open += 1;
    openOfKey.set(caller.keyId, ofKey + 1);
    running.add(check);
    const leave = await api.live.follow(sites.map(({ id }) => id));
    await runTail(
      api.live,
      response,
      {
        question: tailQuestion(inhabited(scopesOf(sites, wanted, api.now())), own),
        after: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null,
        gapLink: () => gapLink(api, path, request),
        allowed,
        failed: (error) => request.log.warn({ err: error }, 'live tail ended'),
      },
      AbortSignal.any([stop.signal, api.closing]),
    );
    leave();
    running.delete(check);
    open -= 1;
    const left = (openOfKey.get(caller.keyId) ?? 1) - 1;
    if (left > 0) openOfKey.set(caller.keyId, left);
    else openOfKey.delete(caller.keyId);
  };
  return (app) => {
    app.get(
      '/ocpp-logs/site/:id/stream',
      { config: describes(operation), schema: { params: SitePathSchema } },
      async (request, reply) => {
        const site = siteFor(api.control, callerOf(request), request.params.id);
        const query = new Query(request.raw.url ?? '', Object.keys(TailQuerySchema.properties));
        const path = `/ocpp-logs/site/${encodeURIComponent(site.id)}`;
        await follow(request, reply, query, { sites: [site], named: [site.id] }, path, site.id);
      },
    );
    app.get('/ocpp-logs/stream', { config: describes(acrossOperation) }, async (request, reply) => {
      const query = new Query(request.raw.url ?? '', Object.keys(AcrossTailQuerySchema.properties));
      await follow(request, reply, query, askedSites(api, request, query), '/ocpp-logs', null);
    });
  };
}
