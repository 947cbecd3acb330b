/** GET /sites and GET /sites/{id}: what the key may read, and the chargers that were seen there. */

import { SITE_LEVELS } from '@ocpp-logs/core';
import { type Static, Type } from 'typebox';
import { mayDoAt } from '../auth/caller.ts';
import { type Site, STATION_AUTHS } from '../store/control.ts';
import type { ChargerSummary } from '../store/store.ts';
import { callerOf, siteFor, sitesFor } from './access.ts';
import type { Api } from './api.ts';
import { SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';

/** Sites whose chargers are looked up at a time. */
const AT_A_TIME = 16;

const OptionalText = Type.Union([Type.String(), Type.Null()]);

const ChargerSchema = Type.Object({
  id: Type.String(),
  vendor: OptionalText,
  model: OptionalText,
  firmware: OptionalText,
  protocol: Type.Union([Type.String(), Type.Null()], {
    description: 'Subprotocol of its newest connection.',
  }),
  connected: Type.Boolean(),
  last_seen: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601 UTC.' }),
  captured_through: Type.Union([Type.String(), Type.Null()], {
    description: 'ISO 8601 UTC: everything captured up to here is committed.',
  }),
});

export const SiteSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    timezone: Type.String({ description: 'IANA name.' }),
    local_controller: Type.Union(
      [
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          serial_no: Type.String(),
          device_id: Type.String(),
        }),
        Type.Null(),
      ],
      { description: 'Always null here.' },
    ),
    fuse_tree: Type.Array(Type.Unknown(), { description: 'Always empty here.' }),
    retention_days: Type.Integer({
      description: 'Days that entries are kept; 0 is for ever. Extension of this server.',
    }),
    retention_days_info: Type.Integer({
      description:
        'Of what the level info adds to minimal; 0 is as long as everything. Extension of this server.',
    }),
    retention_days_debug: Type.Integer({
      description:
        'Of what the level debug adds to info; 0 is as long as everything. Extension of this server.',
    }),
    level: Type.Enum([...SITE_LEVELS], {
      description: 'How much of what is said is kept. Extension of this server.',
    }),
    pseudonymise_id_tags: Type.Boolean({
      description:
        'Whether id tags are replaced by pseudonyms before anything is stored. Extension of this server.',
    }),
    upstream: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'For admins: CSMS that stations are passed on to; null: the built-in CSMS answers.',
      }),
    ),
    origin: Type.Optional(
      Type.Enum(['config', 'added', 'auto'], {
        description: 'For admins: from the configuration file, added, or made by its first station.',
      }),
    ),
    station_auth: Type.Optional(
      Type.Enum([...STATION_AUTHS], { description: 'For admins: what stations must show to be let in.' }),
    ),
    chargers: Type.Array(ChargerSchema, { description: 'Extension of this server.' }),
    charger_count: Type.Optional(
      Type.Integer({ description: 'With chargers=none: how many there are. Extension of this server.' }),
    ),
  },
  { title: 'Site' },
);

const CHARGERS = ['all', 'none'] as const;

const ListQuerySchema = Type.Object({
  chargers: Type.Optional(
    Type.Enum([...CHARGERS], {
      description:
        'none leaves the chargers out of each site and tells their number as charger_count; all is the default. Extension of this server.',
    }),
  ),
});

const operations = {
  list: {
    id: 'listSites',
    summary: 'Sites',
    description: 'Every site that the key may read.',
    tag: 'Sites',
    scope: 'read',
    extension: false,
    query: ListQuerySchema,
    answers: {
      200: { description: 'The sites, by id.', content: { 'application/json': Type.Array(SiteSchema) } },
    },
    problems: ['bad-request', 'unavailable'],
  },
  one: {
    id: 'getSite',
    summary: 'One site',
    description: 'A site and its chargers.',
    tag: 'Sites',
    scope: 'read',
    extension: false,
    path: SitePathSchema,
    query: Type.Object({}),
    answers: { 200: { description: 'The site.', content: { 'application/json': SiteSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** `live` is what the recorder has committed of a connection that is there now; the disk hears of it less often. */
function chargerBody(charger: ChargerSummary, live: number | null): Static<typeof ChargerSchema> {
  const { id, vendor, model, firmware, protocol, connected, lastSeen, capturedThrough } = charger;
  return {
    id,
    vendor,
    model,
    firmware,
    protocol,
    connected,
    last_seen: isoOrNull(lastSeen),
    captured_through: isoOrNull(live ?? capturedThrough),
  };
}

/** `forAdmin`: with what only an admin of the site may know. */
export async function siteBody(
  { reader, recorder }: Api,
  site: Site,
  forAdmin: boolean,
): Promise<Static<typeof SiteSchema>> {
  const chargers = await reader.chargers(site.id);
  const live = recorder.capturedThrough(site.id);
  return {
    id: site.id,
    name: site.name,
    timezone: site.timezone,
    local_controller: null,
    fuse_tree: [],
    retention_days: site.retentionDays,
    retention_days_info: site.retentionDaysInfo,
    retention_days_debug: site.retentionDaysDebug,
    level: site.level,
    pseudonymise_id_tags: site.pseudonymiseIdTags,
    ...(forAdmin ? { upstream: site.upstream, origin: site.origin, station_auth: site.stationAuth } : {}),
    chargers: chargers.map((charger) => chargerBody(charger, live.get(charger.id) ?? null)),
  };
}

/** For those who want names and clocks of sites with thousands of stations. */
function withoutChargers({ chargers, ...site }: Static<typeof SiteSchema>): Static<typeof SiteSchema> {
  return { ...site, chargers: [], charger_count: chargers.length };
}

export function siteRoutes(api: Api): AddRoutes {
  return (app) => {
    app.get(
      '/sites',
      { config: describes(operations.list), schema: { response: { 200: Type.Array(SiteSchema) } } },
      async (request) => {
        const query = new Query(request.raw.url ?? '', Object.keys(ListQuerySchema.properties));
        const chargers = query.text('chargers') ?? 'all';
        if (!CHARGERS.some((choice) => choice === chargers)) {
          query.fault('chargers', `must be ${CHARGERS.join(' or ')}, not "${chargers}"`);
        }
        query.settle();
        const caller = callerOf(request);
        const sites = sitesFor(api.control, caller);
        const bodies: Static<typeof SiteSchema>[] = [];
        for (let at = 0; at < sites.length; at += AT_A_TIME) {
          const group = sites.slice(at, at + AT_A_TIME);
          const told = group.map((site) => siteBody(api, site, mayDoAt(caller, 'admin', site.id)));
          bodies.push(...(await Promise.all(told)));
        }
        return chargers === 'all' ? bodies : bodies.map(withoutChargers);
      },
    );
    app.get(
      '/sites/:id',
      {
        config: describes(operations.one),
        schema: { params: SitePathSchema, response: { 200: SiteSchema } },
      },
      async (request) => {
        const caller = callerOf(request);
        const site = siteFor(api.control, caller, request.params.id);
        new Query(request.raw.url ?? '', []).settle();
        return siteBody(api, site, mayDoAt(caller, 'admin', site.id));
      },
    );
  };
}
