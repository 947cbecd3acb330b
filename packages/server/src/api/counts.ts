/** GET /ocpp-logs/facets and GET /ocpp-logs/histogram: how many entries there are, by their values and by time. */

import { OUTCOMES } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { FACET_FIELDS, type FacetField, type Histogram } from '../store/store.ts';
import type { Api } from './api.ts';
import { binsOf, stepFor } from './histogram-steps.ts';
import { type LogQuery, readChoices, readLogQuery } from './log-query.ts';
import { BINS, FacetsQuerySchema, HistogramQuerySchema, TOP } from './log-query-schema.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { type AskedSites, askedSites, inhabited, scopesOf, seenActions, whileThere } from './scopes.ts';

const EXACT = 'false: a search over texts took longer than 2 s; the counts are lower bounds.';

const FacetsSchema = Type.Object({
  facets: Type.Array(
    Type.Object({
      field: Type.Enum([...FACET_FIELDS]),
      values: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }), {
        description: 'Most frequent first.',
      }),
      distinct: Type.Integer({ description: 'How many values there are.' }),
      more: Type.Boolean({ description: 'Whether there are more than are given.' }),
    }),
  ),
  count: Type.Integer({ description: 'Entries that match.' }),
  exact: Type.Boolean({ description: EXACT }),
});

const HistogramSchema = Type.Object({
  from: Type.String(),
  to: Type.String(),
  step_ms: Type.Integer({ description: 'Width of a bin. Bins begin at multiples of it since 1970, UTC.' }),
  bins: Type.Array(
    Type.Object({
      time: Type.String({ description: 'Where it begins.' }),
      count: Type.Integer(),
      outcomes: Type.Object(
        Object.fromEntries(OUTCOMES.map((outcome) => [outcome, Type.Optional(Type.Integer())])),
        { description: 'Of those entries that have an outcome.' },
      ),
    }),
  ),
  exact: Type.Boolean({ description: EXACT }),
});

const operations = {
  facets: {
    id: 'countOcppLogs',
    summary: 'Values of fields, and how many entries have them',
    description:
      'Each field is counted with the whole filter. An entry without a value is in none, one with several in each of them.',
    tag: 'Logs',
    scope: 'read',
    extension: true,
    query: FacetsQuerySchema,
    answers: { 200: { description: 'The values.', content: { 'application/json': FacetsSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
  histogram: {
    id: 'histogramOfOcppLogs',
    summary: 'Entries over time, by outcome',
    description:
      'The step is the finest that makes no more bins than asked for; bins without entries are told, too.',
    tag: 'Logs',
    scope: 'read',
    extension: true,
    query: HistogramQuerySchema,
    answers: { 200: { description: 'The bins.', content: { 'application/json': HistogramSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

interface Counted extends AskedSites {
  readonly query: Query;
  readonly log: LogQuery;
}

async function read(api: Api, request: FastifyRequest, names: readonly string[]): Promise<Counted> {
  const query = new Query(request.raw.url ?? '', names);
  const asked = askedSites(api, request, query);
  return { ...asked, query, log: await readLogQuery(query, true, seenActions(api, request)) };
}

function filtersOf(api: Api, { sites, log }: Counted) {
  return inhabited(scopesOf(sites, log, api.now())).map(({ filter }) => filter);
}

async function sendFacets(api: Api, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const asked = await read(api, request, Object.keys(FacetsQuerySchema.properties));
  const { query } = asked;
  const fields: readonly FacetField[] = readChoices(query, 'fields', FACET_FIELDS) ?? FACET_FIELDS;
  const top = query.integer('top', TOP.minimum, TOP.maximum, TOP.default);
  query.settle();
  const filters = filtersOf(api, asked);
  const found = await whileThere(reply, (signal) => api.reader.facets({ filters, fields, top }, signal));
  if (found === null) return reply;
  const facets = found.facets.map((facet) => ({ ...facet, more: facet.distinct > facet.values.length }));
  return { ...found, facets };
}

async function sendHistogram(api: Api, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const asked = await read(api, request, Object.keys(HistogramQuerySchema.properties));
  const { query, log } = asked;
  const bins = query.integer('bins', BINS.minimum, BINS.maximum, BINS.default);
  query.settle();
  const { from, to } = log.filter;
  const step = stepFor(from, to, bins);
  const filters = filtersOf(api, asked);
  const found: Histogram | null = await whileThere(reply, (signal) =>
    api.reader.histogram({ filters, step }, signal),
  );
  if (found === null) return reply;
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    from: iso(from),
    to: iso(to),
    step_ms: step,
    bins: binsOf(from, to, step, found.bins).map((bin) => ({ ...bin, time: iso(bin.time) })),
    exact: found.exact,
  };
}

export function countRoutes(api: Api): AddRoutes {
  return (app) => {
    app.get('/ocpp-logs/facets', { config: describes(operations.facets) }, (request, reply) =>
      sendFacets(api, request, reply),
    );
    app.get('/ocpp-logs/histogram', { config: describes(operations.histogram) }, (request, reply) =>
      sendHistogram(api, request, reply),
    );
  };
}
