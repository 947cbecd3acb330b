/** GET /fleet/noisy: which stations make most of what there is to record. */

import { type Kind, parseQuery, type QueryNode } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { SessionSite } from '../store/sessions/question.ts';
import type { Api } from './api.ts';
import type { FleetRange } from './fleet-days.ts';
import { iso } from './fleet-json.ts';
import { type FleetSites, readFleetSites } from './fleet-question.ts';
import { NOISE_LIMIT, NOISE_SORTS, type NoiseSort, NoisyQuerySchema, NoisySchema } from './fleet-schemas.ts';
import { readChoices } from './log-query.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { whileThere } from './scopes.ts';

const operation: Operation = {
  id: 'getNoisyStations',
  summary: 'Stations by their share of what there is',
  description:
    'Entries, connections, errors and unanswered calls are counted, bytes are estimated from a sample. Of whole UTC days.',
  tag: 'Fleet',
  scope: 'read',
  extension: true,
  query: NoisyQuerySchema,
  answers: { 200: { description: 'The stations.', content: { 'application/json': NoisySchema } } },
  problems: ['bad-request', 'site-not-found', 'unavailable'],
};

/** Stations of one site. */
const STATIONS_MAX = 10_000;
/** Entries of one site of which the length is looked at, and of a station for its bytes to be told. */
const SAMPLE = 20_000;
const SAMPLED_LEAST = 30;
/** ms after which no further site is counted. */
const PATIENCE_MS = 10_000;
const MESSAGES: readonly Kind[] = ['exchange', 'orphan', 'malformed'];

const ERRORS = searchFor('outcome:(error OR result_rejected)');
const UNANSWERED = searchFor('outcome:(timeout OR connection_lost OR replaced OR unanswered)');

function searchFor(text: string): QueryNode | null {
  const parsed = parseQuery(text);
  if (parsed.kind === 'fault') throw new Error(parsed.error.message);
  return parsed.root;
}

interface Noise {
  readonly site: string;
  readonly charger: string;
  entries: number;
  connections: number;
  errors: number;
  unanswered: number;
  /** null: too few of its entries were looked at. */
  bytes: number | null;
  sampled: number;
}

type Counted = 'entries' | 'connections' | 'errors' | 'unanswered';

async function noiseOf(
  api: Api,
  site: SessionSite,
  { from, to }: FleetRange,
  signal: AbortSignal,
): Promise<readonly Noise[]> {
  const stations = new Map<string, Noise>();
  const of = (charger: string): Noise => {
    const none = { entries: 0, connections: 0, errors: 0, unanswered: 0, bytes: null, sampled: 0 };
    const known = stations.get(charger) ?? { site: site.id, charger, ...none };
    stations.set(charger, known);
    return known;
  };
  const filter = {
    site: site.id,
    from: Math.max(from, site.kept),
    to,
    actions: null,
    chargers: null,
    connectors: null,
  };
  if (filter.from >= to) return [];
  const count = async (what: Counted, kinds: readonly Kind[], query: QueryNode | null) => {
    const filters = [{ ...filter, kinds, query }];
    const { facets } = await api.reader.facets({ filters, fields: ['station'], top: STATIONS_MAX }, signal);
    for (const { value, count: entries } of facets[0]?.values ?? []) of(value)[what] = entries;
  };
  await count('entries', MESSAGES, null);
  await count('connections', ['connection'], null);
  await count('errors', ['exchange'], ERRORS);
  await count('unanswered', ['exchange'], UNANSWERED);
  const sizes = await api.reader.sizes({ site, from, to, sample: SAMPLE }, signal);
  for (const { charger, entries, bytes } of sizes.stations) {
    const noise = stations.get(charger);
    if (noise === undefined) continue;
    noise.sampled = entries;
    if (entries >= SAMPLED_LEAST) noise.bytes = Math.round((bytes / entries) * noise.entries);
  }
  return [...stations.values()];
}

async function bodyOf(
  api: Api,
  { sites, names, range, now }: FleetSites,
  { sort, limit }: { readonly sort: NoiseSort; readonly limit: number },
  monotonic: () => number,
  signal: AbortSignal,
): Promise<Static<typeof NoisySchema>> {
  const end = monotonic() + PATIENCE_MS;
  const all: Noise[] = [];
  let missing = 0;
  for (const site of sites) {
    if (monotonic() >= end) missing += 1;
    else all.push(...(await noiseOf(api, site, { from: range.from, to: Math.min(range.to, now) }, signal)));
  }
  const sumOf = (name: NoiseSort) => all.reduce((sum, noise) => sum + (noise[name] ?? 0), 0);
  const sums = Object.fromEntries(NOISE_SORTS.map((name) => [name, sumOf(name)]));
  const part = (noise: Noise, name: Counted) => {
    const sum = sums[name] ?? 0;
    return { count: noise[name], share: sum > 0 ? noise[name] / sum : null };
  };
  const bytes = sums.bytes ?? 0;
  const noisiest = all
    .sort((a, b) => (b[sort] ?? -1) - (a[sort] ?? -1) || (a.charger < b.charger ? -1 : 1))
    .slice(0, limit);
  return {
    from: iso(range.from),
    to: iso(Math.min(range.to, now)),
    rests_on: {
      entries: sums.entries ?? 0,
      sampled: all.reduce((sum, { sampled }) => sum + sampled, 0),
      stations: all.length,
      sites_missing: missing,
      partial: missing > 0,
    },
    stations: noisiest.map((noise) => ({
      site_id: noise.site,
      site_name: names.get(noise.site) ?? '',
      charger_id: noise.charger,
      entries: part(noise, 'entries'),
      connections: part(noise, 'connections'),
      errors: part(noise, 'errors'),
      unanswered: part(noise, 'unanswered'),
      bytes: {
        estimate: noise.bytes,
        share: noise.bytes === null || bytes === 0 ? null : noise.bytes / bytes,
        sampled: noise.sampled,
      },
    })),
  };
}

export function noisyRoute(api: Api, monotonic: () => number): AddRoutes {
  const send = async (request: FastifyRequest, reply: FastifyReply) => {
    const query = new Query(request.raw.url ?? '', Object.keys(NoisyQuerySchema.properties));
    const asked = readFleetSites(api, request, query);
    const [sort = 'entries', ...more] = readChoices(query, 'sort', NOISE_SORTS) ?? [];
    if (more.length > 0) query.fault('sort', `takes one of ${NOISE_SORTS.join(', ')}`);
    const limit = query.integer('limit', NOISE_LIMIT.minimum, NOISE_LIMIT.maximum, NOISE_LIMIT.default);
    query.settle();
    const body = await whileThere(reply, (signal) => bodyOf(api, asked, { sort, limit }, monotonic, signal));
    return body ?? reply;
  };
  return (app) => {
    app.get(
      '/fleet/noisy',
      { config: describes(operation), schema: { response: { 200: NoisySchema } } },
      send,
    );
  };
}
