/** GET /ocpp-logs/site/{id}/entry/{entry_id}: one entry. */

import { KINDS, OcppLogSchema } from '@ocpp-logs/core';
import { Type } from 'typebox';
import { Problem } from '../errors.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { rawRead } from './auditing.ts';
import { readInclude } from './log-query.ts';
import { EntryQuerySchema, PAGE_INCLUDES } from './log-query-schema.ts';
import { SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { kept, renderingOf } from './scopes.ts';

const PathSchema = Type.Object({
  ...SitePathSchema.properties,
  entry_id: Type.String({ description: 'exchange.id of the entry.' }),
});

const operation: Operation = {
  id: 'getOcppLog',
  summary: 'One entry',
  description: 'An entry by its id, of whatever kind it is.',
  tag: 'Logs',
  scope: 'read',
  extension: true,
  path: PathSchema,
  query: EntryQuerySchema,
  answers: { 200: { description: 'The entry.', content: { 'application/json': OcppLogSchema } } },
  problems: ['bad-request', 'site-not-found', 'not-found', 'unavailable'],
};

const TIME_END = 2 ** 42;
const ANY = {
  from: 0,
  to: TIME_END,
  kinds: KINDS,
  actions: null,
  chargers: null,
  connectors: null,
  query: null,
};
/** Ids have 63 bits. */
const ID = /^\d{1,19}$/;

export function entryRoute(api: Api): AddRoutes {
  return (app) => {
    app.get(
      '/ocpp-logs/site/:id/entry/:entry_id',
      { config: describes(operation), schema: { params: PathSchema } },
      async (request, reply) => {
        const { id, entry_id: entry } = request.params;
        const site = siteFor(api.control, callerOf(request), id);
        const query = new Query(request.raw.url ?? '', Object.keys(EntryQuerySchema.properties));
        const include = readInclude(query, PAGE_INCLUDES);
        query.settle();
        const now = api.now();
        const found = ID.test(entry)
          ? await api.reader.pick(kept(ANY, site, now), renderingOf(site, include, now), [BigInt(entry)])
          : [];
        const [only] = found;
        if (only === undefined) throw new Problem('not-found', 'No entry of this id is kept.');
        rawRead(api, request, [site.id]);
        return reply.type('application/json; charset=utf-8').send(Buffer.from(only.body));
      },
    );
  };
}
