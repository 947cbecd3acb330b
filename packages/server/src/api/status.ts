/** GET /status: how the server does, and what its logs take. */

import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { mayEverywhere } from '../auth/caller.ts';
import type { Site } from '../store/control.ts';
import { retentionCut } from '../store/retention.ts';
import type { StoredMonth } from '../store/storage.ts';
import { callerOf, sitesFor } from './access.ts';
import type { Api } from './api.ts';
import { JSON_TYPE, noParameters } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { StatusSchema } from './status-schema.ts';

const DAY_MS = 86_400_000;
/** Sites whose chargers are looked up at a time. */
const AT_A_TIME = 16;

const operation = {
  id: 'status',
  summary: 'How the server does',
  description:
    'For operators and admins: whether it records, what waits in its queues, how far recording has come, and what the logs of their sites take on the disk by month.',
  tag: 'Server',
  scope: 'ingest',
  extension: true,
  query: Type.Object({}),
  answers: { 200: { description: 'The state now.', content: { [JSON_TYPE]: StatusSchema } } },
  problems: ['bad-request', 'unavailable'],
} as const satisfies Operation;

type Status = Static<typeof StatusSchema>;
type SiteStatus = Status['sites'][number];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const newest = (times: readonly (string | null)[]): string | null =>
  times.reduce((last, time) => (last === null || (time !== null && time > last) ? time : last), null);

/** Gaps of the last day, by site. */
async function gapsOf({ reader, now }: Api, sites: readonly Site[]): Promise<ReadonlyMap<string, number>> {
  const to = now();
  const filters = sites.map(({ id, retentionDays }) => ({
    site: id,
    from: Math.max(to - DAY_MS, retentionCut(to, retentionDays)),
    to: to + 1,
    kinds: ['gap'] as const,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  }));
  if (filters.length === 0) return new Map();
  const { facets } = await reader.facets({ filters, fields: ['site'], top: filters.length });
  const values = facets.flatMap((facet) => facet.values);
  return new Map(values.map(({ value, count }) => [value, count]));
}

async function siteStatus(
  { reader, recorder }: Api,
  site: Site,
  months: readonly StoredMonth[],
  gaps: number,
): Promise<SiteStatus> {
  const chargers = await reader.chargers(site.id);
  const live = recorder.capturedThrough(site.id);
  const stored = chargers.map(({ id, capturedThrough }): [string, number] => [id, capturedThrough ?? 0]);
  const through = Math.max(0, ...new Map([...stored, ...live]).values());
  return {
    id: site.id,
    name: site.name,
    retention_days: site.retentionDays,
    chargers: chargers.length,
    connected: chargers.filter(({ connected }) => connected).length,
    captured_through: through === 0 ? null : new Date(through).toISOString(),
    gaps,
    bytes: sum(months.map(({ bytes }) => bytes)),
    months: months.map(({ month, bytes }) => ({ month, bytes })),
  };
}

export function statusRoutes(api: Api, version: string): AddRoutes {
  const started = api.now();

  async function status(request: FastifyRequest): Promise<Status> {
    noParameters(request);
    const caller = callerOf(request);
    const sites = sitesFor(api.control, caller);
    const [storage, gaps] = await Promise.all([api.reader.storage(), gapsOf(api, sites)]);
    const months = Map.groupBy(storage.months, ({ site }) => site);
    const bodies: SiteStatus[] = [];
    for (let at = 0; at < sites.length; at += AT_A_TIME) {
      const group = sites.slice(at, at + AT_A_TIME);
      const told = group.map((site) =>
        siteStatus(api, site, months.get(site.id) ?? [], gaps.get(site.id) ?? 0),
      );
      bodies.push(...(await Promise.all(told)));
    }
    return {
      version,
      started: new Date(started).toISOString(),
      uptime_s: Math.floor((api.now() - started) / 1000),
      recording: api.unready() === null,
      captured_through: newest(bodies.map(({ captured_through }) => captured_through)),
      gaps: sum(bodies.map((site) => site.gaps)),
      disk: {
        free_bytes: storage.freeBytes,
        logs_bytes: sum(bodies.map(({ bytes }) => bytes)),
        set_aside: storage.setAside,
      },
      // Of all sites together, as in /metrics.
      counters: mayEverywhere(caller, operation.scope)
        ? { ...api.recorder.counters(), ...api.counters(), live_tails: api.live.tails }
        : {},
      sites: bodies,
    };
  }

  return (app) => {
    app.get('/status', { config: describes(operation), schema: { response: { 200: StatusSchema } } }, status);
  };
}
